# Every target makes the virtual environment .venv when it is missing or older than pyproject.toml, and reuses it.
#   make test PYTHON=/opt/python3.13/bin/python3    takes that interpreter (3.11 or newer) for a new .venv

VENV  := .venv
BIN   := $(VENV)/bin
STAMP := $(VENV)/.installed
BENCH := .venv-bench
BENCH_STAMP := $(BENCH)/.installed
RELEASE := .venv-release
RELEASE_STAMP := $(RELEASE)/.installed
ENGINES := .venv-engines
ENGINES_STAMP := $(ENGINES)/.installed
OTHERS := .venv-integrations
OTHERS_STAMP := $(OTHERS)/.installed

CANDIDATES := python3 python3.14 python3.13 python3.12 python3.11 python
RECENT     := import sys; sys.exit(sys.version_info < (3, 11))
USABLE     := import sys, pip; sys.exit(sys.version_info < (3, 11))

.DEFAULT_GOAL := help
.PHONY: help demo test lint docs bench engines integrations kills release-check clean

help:  ## Show this list
	@sed -n 's/^\([a-z-]*\):.*##  *\(.*\)/  make \1|\2/p' Makefile | column -t -s '|' 2>/dev/null \
	  || sed -n 's/^\([a-z-]*\):.*##  *\(.*\)/  make \1  \2/p' Makefile

demo: $(STAMP)  ## Read one article from a portal served on this machine and show the record
	@$(BIN)/xinnong demo

test: $(STAMP)  ## Run the tests and the examples in docstrings
	@$(BIN)/python -m pytest -n auto --maxprocesses 8 --doctest-modules src tests

lint: $(STAMP)  ## Check style, formatting and types
	@status=0; \
	$(BIN)/ruff check . || status=1; \
	$(BIN)/ruff format --check . || status=1; \
	$(BIN)/mypy || status=1; \
	exit $$status

docs: $(STAMP)  ## Build the documentation into build/site
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet && echo "build/site/index.html"

bench: $(BENCH_STAMP)  ## Measure accuracy, speed and limits beside other libraries
	@$(BENCH)/bin/python -m benchmarks

engines: $(ENGINES_STAMP)  ## Test the adapters for Ray, Dask and Spark in the engines themselves (needs Java)
	@command -v java >/dev/null || { echo "Spark needs Java 17 or newer." >&2; exit 1; }
	@XINNONG_ENGINES=all $(ENGINES)/bin/python -m pytest -p no:cacheprovider \
	  tests/test_engines.py tests/test_engines_archive.py tests/test_engines_interrupted.py tests/test_engines_missing.py \
	  tests/test_batch_ray.py tests/test_crawl_ray.py

integrations: $(OTHERS_STAMP)  ## Run the tests inside other frameworks (Scrapy, web-poet, LangChain, ...); none is skipped
	@XINNONG_SKIPS=no $(OTHERS)/bin/python -m pytest tests/test_integrations.py tests/test_export_frames.py tests/test_export_jsonld.py

kills: $(STAMP)  ## Interrupt a hundred crawls by SIGKILL, a hundred by SIGINT, and compare what they stored (an hour)
	@$(BIN)/python -m tests.kill_runs --signal KILL --runs 100
	@$(BIN)/python -m tests.kill_runs --signal INT --runs 100

release-check: $(RELEASE_STAMP)  ## Build and install as users will; check types and lowest dependencies (minutes; an index)
	@$(RELEASE)/bin/python -m tests.release_check --python $(or $(PYTHON),$(RELEASE)/bin/python)

clean:  ## Remove the environment, caches and built files
	rm -rf $(VENV) $(BENCH) $(ENGINES) $(OTHERS) $(RELEASE) .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist
	find src tests examples -name __pycache__ -type d -prune -exec rm -rf {} +

$(STAMP): pyproject.toml
	@set -e; \
	if ! $(BIN)/python -c '$(USABLE)' 2>/dev/null; then \
	  python=; \
	  for name in $(if $(PYTHON),"$(PYTHON)",$(CANDIDATES)); do \
	    if "$$name" -c '$(RECENT)' 2>/dev/null; then python=$$name; break; fi; \
	  done; \
	  if [ -z "$$python" ]; then \
	    echo "xinnong-scraper needs Python 3.11 or newer; $(if $(PYTHON),$(PYTHON) is not,found none under: $(CANDIDATES))." >&2; \
	    echo "Install one, or name it: make $(or $(firstword $(MAKECMDGOALS)),test) PYTHON=/path/to/python3" >&2; \
	    exit 1; \
	  fi; \
	  "$$python" -m venv --clear $(VENV) || { \
	    echo "$$python could not make $(VENV); on Debian and Ubuntu install the package python3-venv." >&2; exit 1; }; \
	fi; \
	echo "Installing into $(VENV) ..."; \
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'; \
	touch $(STAMP)

# The other libraries go into an environment of their own; where they cannot be had, the bench measures without them.
$(BENCH_STAMP): pyproject.toml $(STAMP)
	@echo "Installing into $(BENCH) ..."; \
	$(BIN)/python -m venv --clear $(BENCH) || exit 1; \
	$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=23.3' || true; \
	$(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check -e '.[bench]' || \
	  $(BENCH)/bin/python -m pip install --quiet --disable-pip-version-check -e . || exit 1; \
	touch $(BENCH_STAMP)

$(RELEASE_STAMP): pyproject.toml $(STAMP)
	@echo "Installing into $(RELEASE) ..."; \
	$(BIN)/python -m venv --clear $(RELEASE) || exit 1; \
	$(RELEASE)/bin/python -m pip install --quiet --disable-pip-version-check '.[release]' || exit 1; \
	touch $(RELEASE_STAMP)

# So do the engines, which are large; here all of them must be had.
$(ENGINES_STAMP): pyproject.toml $(STAMP)
	@echo "Installing into $(ENGINES) ..."; \
	$(BIN)/python -m venv --clear $(ENGINES) || exit 1; \
	$(ENGINES)/bin/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=23.3' || true; \
	$(ENGINES)/bin/python -m pip install --quiet --disable-pip-version-check -e '.[engines]' || exit 1; \
	touch $(ENGINES_STAMP)

$(OTHERS_STAMP): pyproject.toml $(STAMP)
	@echo "Installing into $(OTHERS) ..."; \
	$(BIN)/python -m venv --clear $(OTHERS) || exit 1; \
	$(OTHERS)/bin/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=23.3' || true; \
	$(OTHERS)/bin/python -m pip install --quiet --disable-pip-version-check -e '.[integrations]' || exit 1; \
	touch $(OTHERS_STAMP)

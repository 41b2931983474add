"""What must hold before a release; it needs a package index, so it is no part of the tests.

    python -m tests.release_check [--python python3.12 …] [--only build install types lowest sbom]

The wheel and the source distribution are built and looked into. The wheel is installed alone, with each Python given,
and a user's program and the first screen of the README run on it. The program is checked by mypy and pyright. The tests
of the core run with the lowest versions of all dependencies. What an installation consists of is written as an SBOM.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT: Final = Path(__file__).resolve().parents[1]
OUT: Final = ROOT / "build" / "release"
PROGRAM: Final = ROOT / "tests" / "release_program.py"
PRINTED: Final = "小麦返青 聊城日报 not_html NewsArticle True\n"
EXTRAS: Final = ("archive", "compression", "http2", "parquet")
TEST_TOOLS: Final = ("duckdb", "hypothesis", "pandas", "polars", "pytest", "pytz", "respx", "trustme")
CORE: Final = (
    "test_fixtures", "test_pipeline", "test_pipeline_many", "test_cli", "test_cli_export", "test_export_parquet",
    "test_layouts", "test_fetch_sockets", "test_fetch_http2", "test_fetch_respx", "test_crawl", "test_batch",
    "test_batch_warc",
)  # fmt: skip
README_SESSIONS: Final = 2
"""How many sessions of the README need nothing but the package."""


def run(*command: str | Path, cwd: Path | None = None, **environment: str) -> str:
    """Run a command and return what it prints; a failure ends the check with what it said."""
    clean = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=clean | {"PYTHONIOENCODING": "utf-8", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        sys.exit(f"FAILED: {' '.join(map(str, command))}\n{done.stdout[-6000:]}")
    return done.stdout


def say(text: str) -> None:
    print(text, flush=True)


def new_environment(folder: Path, python: str, *requirements: str | Path) -> Path:
    """Make a virtual environment with these packages; return its interpreter."""
    run(python, "-m", "venv", folder)
    own = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    run(own, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements)
    return own


def wheel() -> Path:
    return max(OUT.glob("*.whl"), key=lambda path: path.stat().st_mtime)


def build() -> None:
    """Build both distributions, and see that they hold what they should and nothing else."""
    run(sys.executable, "-m", "build", "--outdir", OUT, ROOT)
    package = ROOT / "src" / "xinnong_scraper"
    files = {path.relative_to(package.parent).as_posix() for path in package.rglob("*") if path.is_file()}
    files = {name for name in files if "__pycache__" not in name}
    packed = {name for name in zipfile.ZipFile(wheel()).namelist() if ".dist-info/" not in name}
    if packed != files:
        sys.exit(f"FAILED: the wheel and the source differ in {sorted(packed ^ files)}")
    source = wheel().name.partition("-py3")[0]
    with tarfile.open(OUT / f"{source}.tar.gz") as archive:
        names = {name.removeprefix(f"{source}/") for name in archive.getnames()}
    wanted = {f"src/{name}" for name in files} | {"README.md", "CHANGELOG.md", "LICENSE", "SECURITY.md", "mkdocs.yml"}
    wanted |= {f"tests/{PROGRAM.name}", "docs/index.md", "pyproject.toml"}
    if missing := wanted - names:
        sys.exit(f"FAILED: the source distribution lacks {sorted(missing)}")
    say(f"built: {wheel().name} ({len(packed)} files) and {source}.tar.gz ({len(names)} entries)")


def install(folder: Path, pythons: Sequence[str]) -> None:
    """Install the wheel alone with each Python, and use it there."""
    for python in pythons:
        version = run(python, "-c", "import platform; print(platform.python_version())").strip()
        own = new_environment(folder / f"python-{version}", python, wheel())
        printed = run(own, "-I", PROGRAM, cwd=folder)
        if printed != PRINTED:
            sys.exit(f"FAILED: with Python {version} the program prints {printed!r}")
        run(own, "-I", "-c", "from doctest import testfile; import sys; sys.exit(testfile(sys.argv[1], False, "
            "encoding='utf-8').failed)", first_screen(folder), cwd=folder)  # fmt: skip
        run(own.with_name("xinnong"), "demo", cwd=folder)
        run(own, "-m", "pip", "check")
        say(f"installed and used with Python {version}")


def first_screen(folder: Path) -> Path:
    """Write the first sessions of the README into a file of their own."""
    sessions = re.findall(
        r"^```python\n(>>> .*?)^```$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    path = folder / "first-screen.txt"
    path.write_text("\n\n".join(sessions[:README_SESSIONS]), "utf-8")
    return path


def types(folder: Path, python: str) -> None:
    """Check the user's program against the installed wheel, as a user's checkers do."""
    own = new_environment(folder / "types", python, wheel())
    program = folder / "program.py"
    program.write_text(PROGRAM.read_text("utf-8"), "utf-8")
    run(sys.executable, "-m", "mypy", "--strict", "--python-executable", own, program, cwd=folder)
    run(sys.executable, "-m", "pyright", "--pythonpath", own, program, cwd=folder)
    say("typed: mypy --strict and pyright have nothing to say about a user's program")


def lower_bounds() -> list[str]:
    """Give the lowest version of every dependency that pyproject.toml allows, as constraints."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    requirements = [
        *project["dependencies"],
        *(each for name in EXTRAS for each in project["optional-dependencies"][name]),
    ]
    bounds = {}
    for requirement in requirements:
        found = re.match(r"([\w.-]+)(?:\[[^]]*])?>=([\w.]+)", requirement)
        if found is None:
            sys.exit(f"FAILED: {requirement} has no lower bound")
        bounds[found[1]] = found[2]
    return [f"{name}=={version}" for name, version in bounds.items()]


def lowest(folder: Path, python: str) -> None:
    """Run the tests of the core with the lowest versions of everything."""
    constraints = folder / "lowest.txt"
    constraints.write_text("\n".join(lower_bounds()), "utf-8")
    wanted = f"{wheel()}[all]"
    own = new_environment(folder / "lowest", python, "--constraint", constraints, wanted, *TEST_TOOLS)
    tests = [f"tests/{name}.py" for name in CORE]
    told = run(own, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests, cwd=ROOT).splitlines()[-1]
    say(f"with the lowest versions ({', '.join(lower_bounds())}): {told}")


def sbom(folder: Path, python: str) -> None:
    """Write what an installation with all extras consists of, in the form of CycloneDX."""
    own = new_environment(folder / "sbom", python, f"{wheel()}[all]")
    path = OUT / "sbom.cdx.json"
    run(sys.executable, "-m", "cyclonedx_py", "environment", own, "--output-reproducible", "--output-file", path)
    say(f"written: {path.relative_to(ROOT)}")


def main() -> None:
    """Do the steps that are asked for, in order."""
    steps = ("build", "install", "types", "lowest", "sbom")
    parser = argparse.ArgumentParser(description="What must hold before a release.")
    parser.add_argument("--python", nargs="+", default=[sys.executable], help="interpreters; the first is used for all")
    parser.add_argument("--only", nargs="+", choices=steps, default=list(steps))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        if "build" in asked.only:
            build()
        if "install" in asked.only:
            install(folder, asked.python)
        for name, step in (("types", types), ("lowest", lowest), ("sbom", sbom)):
            if name in asked.only:
                step(folder, asked.python[0])


if __name__ == "__main__":
    main()

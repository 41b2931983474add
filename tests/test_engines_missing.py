"""What is said where an engine is not installed, or does not start."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from . import engines
from .cases import replica_samples
from .warcs import stored

if TYPE_CHECKING:
    from pathlib import Path

WITHOUT = """
import sys
class Without:
    @staticmethod
    def find_spec(name, path, target=None):
        if name == "{}":
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Without)
"""
"""As if a package were not installed."""


def archive(folder: Path, engine: str, before: str = "", **environment: str) -> tuple[int, list[str]]:
    (folder / "a.warc").write_bytes(stored(replica_samples()[0]).record())
    code = f"import sys\n{before}\nfrom xinnong_scraper.cli import main\nsys.exit(main())"
    command = [sys.executable, "-c", code, "archive", "a.warc", "-o", "out", "--engine", engine]
    done = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)} | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return done.returncode, done.stderr.splitlines()


@pytest.mark.parametrize(("engine", "package"), [("ray", "ray"), ("spark", "pyspark")])
def test_the_extra_is_named_where_an_engine_is_not_installed(engine: str, package: str, tmp_path: Path) -> None:
    code, said = archive(tmp_path, engine, WITHOUT.format(package))
    assert (code, len(said)) == (1, 1)
    assert said[0].endswith(f"needs the package {package}: pip install 'xinnong-scraper[{engine}]'")


@pytest.mark.parametrize(
    ("engine", "environment"), [("spark", {"JAVA_HOME": "/nowhere"}), ("ray", {"RAY_ADDRESS": "nowhere"})]
)
def test_an_engine_that_does_not_start_is_one_line(engine: str, environment: dict[str, str], tmp_path: Path) -> None:
    engines.skip_without(engine)
    code, said = archive(tmp_path, engine, **environment)
    assert code == 1
    assert said[-1].startswith(f"xinnong: {engine.title()} does not start: ")
    assert not list((tmp_path / "out").iterdir())


def test_dask_without_pandas_names_the_extra() -> None:
    code = f"{WITHOUT.format('pandas')}\nfrom xinnong_scraper.batch.dask import extract_frame\nextract_frame(None)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr.endswith("ImportError: Dask's data frames need pandas: pip install 'xinnong-scraper[dask]'\n")

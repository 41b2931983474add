"""Archives with many damaged records, in seven ways: each is named once, and every other row is as it was."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xinnong_scraper.batch.archive import extract_archives
from xinnong_scraper.batch.warc import ArchivedPage, read_warc
from xinnong_scraper.errors import ArchiveError

from .cases import replica_samples
from .warc_damages import KINDS
from .warcs import Stored, arc_record, packed, stored

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PAGES = 70
CHANGES = st.lists(st.tuples(st.integers(0, 3_000), st.integers(0, 255)), min_size=1, max_size=40)
"""Places and the bytes that are put there."""


def rows(records: list[bytes], folder: Path) -> list[dict[str, Any]]:
    folder.mkdir()
    (folder / "a.warc.gz").write_bytes(b"".join(records))
    (part,) = extract_archives([str(folder / "a.warc.gz")], folder / "out").parts
    found: list[dict[str, Any]] = pq.read_table(part).drop_columns(["archive"]).to_pylist()
    return found


def test_every_damaged_record_is_a_row_and_the_others_are_equal(tmp_path: Path) -> None:
    random = Random(11)
    pages = [stored(each) for each in replica_samples()[:PAGES]]
    whole = [packed(page.record()) for page in pages]
    hurt = dict(zip(random.sample(range(PAGES), 28), list(KINDS) * 4, strict=True))
    records = [KINDS[hurt[n]](page, random) if n in hurt else whole[n] for n, page in enumerate(pages)]
    undamaged, damaged = rows(whole, tmp_path / "whole"), rows(records, tmp_path / "damaged")
    for number, (row, before) in enumerate(zip(damaged, undamaged, strict=True)):
        offset = sum(map(len, records[:number]))
        if number in hurt:
            assert (row["error"], row["offset"]) == ("ArchiveError", offset), hurt[number]
            assert f"a.warc.gz, byte {offset}: " in row["message"]
        else:
            assert row == {**before, "offset": offset}


@pytest.mark.parametrize("record", [Stored.record, arc_record])
@given(changes=CHANGES, is_packed=st.booleans())
@settings(max_examples=60, deadline=None)
def test_bytes_that_are_changed_anywhere_raise_nothing(
    record: Callable[[Stored], bytes], changes: list[tuple[int, int]], is_packed: bool, tmp_path_factory: Any
) -> None:
    pages = [Stored(b"<p>" + b"text " * 40, f"http://a.example/{number}") for number in range(4)]
    data = bytearray(b"".join(packed(record(page)) if is_packed else record(page) for page in pages))
    for place, value in changes:
        data[place % len(data)] = value
    path = tmp_path_factory.getbasetemp() / f"changed{'.gz' if is_packed else ''}"
    path.write_bytes(data)
    for found in read_warc(str(path)):
        assert isinstance(found, ArchivedPage | ArchiveError)
        assert isinstance(found.offset, int)
        assert 0 <= found.offset < len(data)

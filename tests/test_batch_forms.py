"""Forms of web archives beside the usual WARC: ARC, zstd with a dictionary, heads of old servers, and WET and WAT."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
import zstandard

from xinnong_scraper.batch.archive import extract_archives
from xinnong_scraper.batch.warc import ArchivedPage, PageFilter, read_warc
from xinnong_scraper.errors import ArchiveError

from .cases import replica_samples
from .warcs import Stored, arc_head, arc_record, cut, flipped, packed, plain, replica_records, stored

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PAGE = "<h1>小麦返青</h1><p>四月以来，全市小麦陆续返青。</p>".encode()
ARC_FORMS = {"a.arc": plain, "a.arc.gz": packed}


def read(path: Path, data: bytes, wanted: PageFilter | None = None) -> list[ArchivedPage | ArchiveError]:
    path.write_bytes(data)
    return list(read_warc(str(path), wanted))


def urls(found: list[ArchivedPage | ArchiveError]) -> list[str | None]:
    """The address of each page, None for an error."""
    return [each.url if isinstance(each, ArchivedPage) else None for each in found]


# ARC


@pytest.mark.parametrize("name", ARC_FORMS)
@pytest.mark.parametrize("version", [1, 2])
def test_arc_gives_the_same_pages_as_warc(name: str, version: int, tmp_path: Path) -> None:
    samples = replica_samples()[:6]
    dns = b"dns:a.example 10.0.0.1 20180502010000 text/dns 7\n1.2.3.4\n"
    records = [arc_head(version), dns, *(arc_record(stored(each), version=version) for each in samples)]
    pack = ARC_FORMS[name]
    found = read(tmp_path / name, b"".join(map(pack, records)))
    assert [(each.url, each.body, each.status, each.headers) for each in found if isinstance(each, ArchivedPage)] == [
        (each.url, each.body, 200, each.headers) for each in samples
    ]
    assert {each.archived_at for each in found if isinstance(each, ArchivedPage)} == {
        datetime(2018, 5, 2, 1, tzinfo=UTC)
    }
    offsets = [sum(len(pack(each)) for each in records[:number]) for number in range(2, len(records))]
    assert [each.offset for each in found] == offsets


@pytest.mark.parametrize("name", ARC_FORMS)
@pytest.mark.parametrize("hurt", [{0}, {2}, {4}, {1, 3}])
def test_damage_in_arc_costs_the_record_that_it_is_in(name: str, hurt: set[int], tmp_path: Path) -> None:
    records = [arc_record(Stored(PAGE * 9, f"http://a.example/{number}")) for number in range(5)]
    pack = ARC_FORMS[name]
    hurting = flipped if pack is packed else cut
    parts = [hurting(pack(each), random.Random(1)) if n in hurt else pack(each) for n, each in enumerate(records)]
    found = read(tmp_path / name, pack(arc_head()) + b"".join(parts))
    assert urls(found) == [None if n in hurt else f"http://a.example/{n}" for n in range(5)]


def test_the_line_of_an_arc_record_is_read_as_writers_wrote_it(tmp_path: Path) -> None:
    block = Stored(PAGE).block()
    lines = [
        f"http://a.example/a b.html 10.0.0.1 20050102030405 text/html {len(block)}\n",
        f"http://a.example/2 - 200501 text/html {len(block)}\n",  # no time
        f"http://a.example/3 ::1 20050102030405 text/html; charset=gbk {len(block)}\r\n",
        f"http://a.example/4 10.0.0.1 20059902030405 no-type {len(block)}\n",
    ]
    found = read(tmp_path / "a.arc.gz", b"".join(packed(line.encode() + block) for line in lines))
    assert urls(found) == ["http://a.example/a b.html", None, "http://a.example/3", "http://a.example/4"]
    assert [each.archived_at for each in found if isinstance(each, ArchivedPage)][-1] is None


def test_filters_hold_for_arc(tmp_path: Path) -> None:
    data = arc_head() + arc_record(Stored(PAGE)) + arc_record(Stored(PAGE, "http://b.example/"))
    assert urls(read(tmp_path / "a.arc", data, PageFilter(hosts=["b.example"]))) == ["http://b.example/"]
    assert read(tmp_path / "a.arc", data, PageFilter(since=date(2018, 5, 3))) == []


def test_an_arc_file_becomes_rows(tmp_path: Path) -> None:
    (tmp_path / "a.arc.gz").write_bytes(
        packed(arc_head()) + b"".join(packed(arc_record(stored(each))) for each in replica_samples()[:3])
    )
    run = extract_archives([str(tmp_path / "a.arc.gz")], tmp_path / "out")
    assert (run.articles, run.errors) == (3, {})


# zstd


@pytest.mark.parametrize("is_compressed", [True, False])
def test_zstd_with_a_dictionary_is_read(is_compressed: bool, tmp_path: Path) -> None:
    records = replica_records(20)
    dictionary = zstandard.train_dictionary(4_000, [bytes(each) for each in records[2::2]])
    content = dictionary.as_bytes()
    content = zstandard.compress(content) if is_compressed else content
    frame = b"\x5d\x2a\x4d\x18" + len(content).to_bytes(4, "little") + content
    packer = zstandard.ZstdCompressor(dict_data=dictionary, write_checksum=True)
    parts = list(map(packer.compress, records))
    found = read(tmp_path / "a.warc.zst", frame + b"".join(parts))
    assert urls(found) == [each.url for each in replica_samples()[:20]]
    parts[4] = parts[4][:50] + b"\0" * 9 + parts[4][59:]
    hurt = urls(read(tmp_path / "a.warc.zst", frame + b"".join(parts)))
    assert [number for number, url in enumerate(hurt) if url is None] == [1]
    assert len(hurt) == 20


def test_a_damaged_dictionary_is_an_error_of_the_file(tmp_path: Path) -> None:
    content = zstandard.compress(b"x" * 999)[:-4]
    with pytest.raises(ArchiveError, match="dictionary"):
        read(tmp_path / "a.warc.zst", b"\x5d\x2a\x4d\x18" + len(content).to_bytes(4, "little") + content)


def test_frames_without_content_are_passed_over(tmp_path: Path) -> None:
    skipped = b"\x50\x2a\x4d\x18" + (3).to_bytes(4, "little") + b"abc"
    record = zstandard.compress(Stored(PAGE).record())
    assert urls(read(tmp_path / "a.warc.zst", record + skipped + record)) == [Stored(PAGE).url] * 2


# What was made from archives


def derived(kind: str, content_type: str, block: bytes) -> bytes:
    head = f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: http://a.example/\r\nContent-Type: {content_type}\r\n"
    return f"{head}Content-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n"


@pytest.mark.parametrize(
    ("name", "record", "says"),
    [
        ("a.warc.wet.gz", derived("conversion", "text/plain", b"text"), "is WET: text without markup"),
        ("a.warc.wat.gz", derived("metadata", "application/json", b"{}"), "is WAT: "),
    ],
)
def test_files_without_markup_are_refused_by_name(name: str, record: bytes, says: str, tmp_path: Path) -> None:
    info = Stored(b"software: x\r\n", kind="warcinfo").record()
    with pytest.raises(ArchiveError, match=says) as caught:
        read(tmp_path / name, packed(info) + packed(record))
    assert caught.value.message.endswith(f"made from, {tmp_path}/a.warc.gz")
    run = extract_archives([str(tmp_path / name)], tmp_path / "out")
    assert (run.parts, list(run.failed)) == ([], [str(tmp_path / name)])
    assert list((tmp_path / "out").iterdir()) == []


def test_the_same_records_beside_pages_are_passed_over(tmp_path: Path) -> None:
    others = derived("conversion", "text/plain", b"text") + derived("metadata", "application/json", b"{}")
    assert urls(read(tmp_path / "a.warc", Stored(PAGE).record() + others)) == [Stored(PAGE).url]


# Records and heads that are damaged, or only old


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"WARC-Type: response", b"WARC-Typ\0: response"),
        (b"WARC-Type: response", b"WARC-Type: resp\xffnse"),
        (b"HTTP/1.1 200 OK", b"\0\0\0\0/1.1 200 OK"),
        (b"HTTP/1.1 200 OK", b"HTTP/1.1 2x0 OK"),
        (b"Content-Type: text/html\r\n\r\n", b"Content-T\0\0\0: text/html\r\n\r\n"),
        (b"Content-Type: text/html\r\n\r\n<h1>", b"Content-Type: text/html<h1>"),
        (b"HTTP/1.1 200 OK", b""),
    ],
)
def test_a_damaged_header_is_named_and_not_taken_for_another_kind(old: bytes, new: bytes, tmp_path: Path) -> None:
    whole = Stored(PAGE).record()
    hurt = whole.replace(b"WARC-Block-Digest", b"WARC-Block-Xxxxxx").replace(old, new)
    length = len(hurt) - hurt.index(b"\r\n\r\n") - 8
    hurt = hurt.replace(f"Content-Length: {len(Stored(PAGE).block())}".encode(), f"Content-Length: {length}".encode())
    found = read(tmp_path / "a.warc", whole + hurt + whole)
    assert urls(found) == [Stored(PAGE).url, None, Stored(PAGE).url]
    error = found[1]
    assert isinstance(error, ArchiveError)
    assert (error.offset, error.url) == (len(whole), Stored(PAGE).url)


@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.0 200 OK\nContent-Type: text/html\n\n",
        b"HTTP/1.1 200\r\nContent-Type:\r\n text/html\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno header at all\r\ncontent-type:text/html;charset=utf-8\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX-Place: \xc1\xc4\xb3\xc7\r\nContent-Type : text/html\r\n\r\n",
        b"ICY 200 OK\r\nContent-Type: TEXT/HTML\r\n\r\n",
    ],
)
def test_heads_of_old_and_careless_servers_are_read(head: bytes, tmp_path: Path) -> None:
    block = head + PAGE
    line = f"http://a.example/ 10.0.0.1 20050102030405 text/html {len(block)}\n".encode()
    (found,) = read(tmp_path / "a.arc", arc_head() + line + block + b"\n")
    assert isinstance(found, ArchivedPage)
    assert found.body == PAGE


@pytest.mark.parametrize("pack", [plain, packed, zstandard.compress])
def test_damaged_neighbours_are_named_one_by_one(pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    records = [Stored(PAGE * 9, f"http://a.example/{n}").record() for n in range(6)]
    parts = [pack(each) for each in records]
    parts[1] = records[1][:-30] + b"\r\n\r\n" if pack is plain else parts[1][:-30]
    parts[2] = pack(b"X" + records[2][1:])
    parts[3] = pack(records[3][:300])
    starts = [sum(map(len, parts[:n])) for n in range(6)]
    found = read(tmp_path / "a.warc.x", b"".join(parts))
    assert urls(found) == [f"http://a.example/{n}" if n not in (1, 2, 3) else None for n in range(6)]
    assert [each.offset for each in found] == starts

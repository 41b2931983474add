"""Reading WARC files: the same pages from every form, filters, codings, and damage that costs one record."""

from __future__ import annotations

import gzip
import re
import zlib
from datetime import UTC, date, datetime
from random import Random
from typing import TYPE_CHECKING, Any

import brotli
import pytest
import zstandard

from xinnong_scraper.batch.framing import MOST_BYTES
from xinnong_scraper.batch.warc import ArchivedPage, PageFilter, read_warc
from xinnong_scraper.errors import ArchiveError

from .cases import replica_samples
from .warcs import DAMAGES, FORMS, Stored, cut, flipped, joined, packed, plain, replica_records, without_beginning, zstd

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PAGE = "<h1>小麦返青</h1><p>四月以来，全市小麦陆续返青。</p>".encode()
PACKED = gzip.compress(PAGE, mtime=0)
ANY = PageFilter(statuses=None, types=None)


def read(path: Path, data: bytes, wanted: PageFilter | None = None) -> list[ArchivedPage | ArchiveError]:
    path.write_bytes(data)
    return list(read_warc(str(path), wanted))


def page(path: Path, stored: Stored, wanted: PageFilter | None = None) -> Any:
    found = read(path / "one.warc", stored.record(), wanted)
    assert len(found) <= 1
    return found[0] if found else None


@pytest.mark.parametrize("name", FORMS)
def test_the_responses_come_out_as_they_were_sent(name: str, tmp_path: Path) -> None:
    records = replica_records(12)
    found = read(tmp_path / name, joined(records, FORMS[name]))
    pages = [each for each in found if isinstance(each, ArchivedPage)]
    assert len(pages) == len(found) == 12
    for each, sample in zip(pages, replica_samples(), strict=False):
        assert (each.body, each.url, each.status, each.headers) == (sample.body, sample.url, 200, sample.headers)
        assert each.archived_at == datetime(2018, 5, 2, 1, tzinfo=UTC)
    packs = [len(FORMS[name](record)) for record in records]
    assert [each.offset for each in pages] == [sum(packs[:number]) for number in range(2, len(packs), 2)]


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("hurt", [{0}, {3}, {7}, {2, 3}, {1, 4, 6}])
def test_damage_costs_the_record_that_it_is_in(
    name: str, damage: Callable[[bytes, Random], bytes], hurt: set[int], tmp_path: Path
) -> None:
    random = Random(7)
    whole = [Stored(sample.body, f"http://a.example/{n}").record() for n, sample in enumerate(replica_samples()[:8])]
    parts = [damage(part, random) if n in hurt else part for n, part in enumerate(map(FORMS[name], whole))]
    found = read(tmp_path / name, b"".join(parts))
    urls = [each.url for each in found if isinstance(each, ArchivedPage)]
    assert urls == [f"http://a.example/{n}" for n in range(8) if n not in hurt]
    errors = [each for each in found if isinstance(each, ArchiveError)]
    starts = {sum(map(len, parts[:n])) for n in hurt}
    assert errors
    assert {each.offset for each in errors} <= starts
    for each in errors:
        assert each.file == str(tmp_path / name)
        assert f"{name}, byte {each.offset}: " in str(each)


def test_a_length_that_lies_costs_its_record(tmp_path: Path) -> None:
    records = [Stored(PAGE, f"http://a.example/{n}").record() for n in range(5)]
    for name, pack in FORMS.items():
        for length in (b"30", b"9000", b"x", b"99999999999", b""):
            lying = re.sub(rb"Content-Length: \d+", b"Content-Length: " + length, records[2])
            found = read(tmp_path / name, joined([*records[:2], lying, *records[3:]], pack))
            assert [getattr(each, "url", None) for each in found] == [
                f"http://a.example/{n}" if n != 2 else None for n in range(5)
            ]
            assert isinstance(found[2], ArchiveError)


def test_bytes_that_do_not_have_their_digest_are_no_page(tmp_path: Path) -> None:
    found = page(tmp_path, Stored(PAGE, fields=("WARC-Block-Digest: sha1:" + "A" * 32,)))
    assert isinstance(found, ArchivedPage)  # of two digests the first one counts, and it is right
    changed = Stored(PAGE).record().replace(b"<h1>", b"<h2>")
    (error,) = read(tmp_path / "a.warc", changed)
    assert isinstance(error, ArchiveError)
    assert "digest" in error.message
    assert error.url == "http://a.example/1.html"


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (["Content-Encoding: gzip"], PACKED),
        (["Content-Encoding: br"], brotli.compress(PAGE)),
        (["Content-Encoding: deflate"], zlib.compress(PAGE)),
        (["Content-Encoding: zstd"], zstandard.compress(PAGE)),
        (["Content-Encoding: identity"], PAGE),
        (["Content-Encoding: gzip"], PAGE),
        (["Content-Encoding: br"], b"\xef\xbb\xbf\r\n" + PAGE),
        (["Transfer-Encoding: chunked"], b"5\r\n%b\r\n%X;a=b\r\n%b\r\n0\r\n\r\n" % (PAGE[:5], len(PAGE[5:]), PAGE[5:])),
        (["Transfer-Encoding: chunked"], PAGE),
        (
            ["Transfer-Encoding: chunked", "Content-Encoding: gzip"],
            b"%x\r\n%b\r\n0\r\nTrailer: 1\r\n\r\n" % (len(PACKED), PACKED),
        ),
    ],
)  # fmt: skip
def test_codings_are_undone_where_the_archive_has_kept_them(headers: list[str], body: bytes, tmp_path: Path) -> None:
    found = page(tmp_path, Stored(body, headers=("Content-Type: text/html", *headers)))
    assert found.body.removeprefix(b"\xef\xbb\xbf\r\n") == PAGE


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (["Content-Encoding: gzip"], PACKED[:-9]),
        (["Content-Encoding: gzip"], gzip.compress(b"a" * (MOST_BYTES + 1), mtime=0)),
        (["Content-Encoding: rot13"], PAGE),
        (["Transfer-Encoding: chunked"], b"5\r\n" + PAGE[:5] + b"\r\n"),
        (["Transfer-Encoding: chunked"], b"fffff\r\n" + PAGE),
    ],
)
def test_a_body_that_cannot_be_decoded_is_an_error(headers: list[str], body: bytes, tmp_path: Path) -> None:
    found = page(tmp_path, Stored(body, headers=("Content-Type: text/html", *headers)))
    assert isinstance(found, ArchiveError)
    assert found.url == "http://a.example/1.html"


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"status": "HTTP/1.1 404 Not Found"}, PageFilter()),
        ({"headers": ("Content-Type: image/png",)}, PageFilter()),
        ({"headers": ()}, PageFilter()),
        ({"kind": "revisit"}, ANY),
        ({"kind": "resource"}, ANY),
        ({}, PageFilter(statuses=[404])),
        ({}, PageFilter(types=["application/xhtml+xml"])),
        ({}, PageFilter(hosts=["b.example", "ample"])),
        ({}, PageFilter(url=r"/\d{4}/")),
        ({}, PageFilter(since=date(2018, 5, 3))),
        ({}, PageFilter(until=date(2018, 5, 1))),
        ({"date": "yesterday"}, PageFilter(until=date(2030, 1, 1))),
    ],
)
def test_what_is_not_wanted_is_passed_over(changes: dict[str, Any], wanted: PageFilter, tmp_path: Path) -> None:
    assert page(tmp_path, Stored(PAGE, **changes), wanted) is None


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"headers": ("Content-Type: Text/HTML;charset=gbk",)}, PageFilter()),
        ({"headers": ("Content-Type: application/xhtml+xml",)}, PageFilter()),
        ({"status": "HTTP/1.1 404 Not Found", "headers": ()}, ANY),
        ({"url": "<http://A.example:8080/1.html>"}, PageFilter(hosts=["a.example"])),
        ({"url": "http://news.a.example/2018/1.html"}, PageFilter(hosts=["A.example"], url=r"/\d{4}/")),
        ({}, PageFilter(since=date(2018, 5, 2), until=date(2018, 5, 2))),
        ({"date": "yesterday"}, PageFilter()),
        ({"status": "HTTP/2 200"}, PageFilter()),
    ],
)
def test_what_is_wanted_is_read(changes: dict[str, Any], wanted: PageFilter, tmp_path: Path) -> None:
    assert page(tmp_path, Stored(PAGE, **changes), wanted).body == PAGE


def test_a_filter_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="regular expression"):
        PageFilter(url="(")


@pytest.mark.parametrize("pack", [packed, zstd])
def test_a_file_that_is_compressed_as_a_whole_is_named_as_such(pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    data = pack(b"".join(replica_records(3)))
    (error,) = read(tmp_path / "a.warc.x", data)
    assert "record by record" in str(error)


@pytest.mark.parametrize("data", [b"<html>", b"\0" * 3_000_000, b"\x1f\x8b\x08", b"WARC/1.0", b"\x28\xb5\x2f\xfd\0"])
def test_what_is_no_archive_is_one_error(data: bytes, tmp_path: Path) -> None:
    for name in FORMS:
        (error,) = read(tmp_path / name, data)
        assert isinstance(error, ArchiveError)
        assert error.offset == 0


def test_an_empty_file_holds_nothing(tmp_path: Path) -> None:
    assert read(tmp_path / "a.warc.gz", b"") == []


def test_a_record_that_is_far_too_large_is_passed_over(tmp_path: Path) -> None:
    film = Stored(b"\0" * (MOST_BYTES + 1), headers=("Content-Type: text/html",)).record()
    for name, pack in FORMS.items():
        if pack is zstd:
            continue  # python-zstandard puts out this much zero at once
        found = read(tmp_path / name, joined([film, Stored(PAGE).record()], pack))
        assert [each.body for each in found if isinstance(each, ArchivedPage)] == [PAGE]
        assert len(found) == 1


def test_a_missing_file_is_an_archive_error(tmp_path: Path) -> None:
    for name in (str(tmp_path / "none.warc"), str(tmp_path), "nowhere://a/b.warc"):
        with pytest.raises(ArchiveError) as caught:
            list(read_warc(name))
        assert caught.value.file == name
        assert caught.value.offset is None


def test_urls_are_opened_by_fsspec(tmp_path: Path) -> None:
    (tmp_path / "a.warc").write_bytes(joined(replica_records(2), plain))
    assert len(list(read_warc((tmp_path / "a.warc").as_uri()))) == 2


def test_a_thousand_places_of_damage_leave_the_rest(tmp_path: Path) -> None:
    random = Random(3)
    parts = [packed(Stored(random.randbytes(900), f"http://a.example/{n}").record()) for n in range(600)]
    hurt = {n: random.choice([flipped, without_beginning, cut]) for n in random.sample(range(600), 200)}
    data = b"".join(hurt[n](part, random) if n in hurt else part for n, part in enumerate(parts))
    found = read(tmp_path / "a.warc.gz", data)
    urls = [each.url for each in found if isinstance(each, ArchivedPage)]
    assert urls == [f"http://a.example/{n}" for n in range(600) if n not in hurt]

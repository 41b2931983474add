"""JSON lines that follow a source: each run appends what came since the last one, nothing twice, nothing left out.

Beside the file lies another, ``….position``, that says up to which record the file goes and how long it is. Before a
batch is written, the position says what the file will be afterwards too. So after a crash the length alone tells
whether the batch is there: if it is, the next run goes on behind it, and if it is there in part, it is cut off and
written again.
"""

from __future__ import annotations

import json
import os
import zlib
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..errors import ExportError
from .appending import opened
from .files import form_of
from .record import Record
from .replacing import new_file, writing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from .appending import Lines
    from .record import RecordLike

__all__ = ["follow_records"]

_BATCH: Final = 500
_BATCH_BYTES: Final = 4 << 20
_LONGEST: Final = 4096  # bytes of a position file


@dataclass(frozen=True, slots=True)
class _Position:
    origin: str
    """What the records come from."""
    after: int
    """The number of the last record in the file."""
    length: int
    """Bytes of the file."""
    next_after: int
    """The same for the batch that was being written; as above where there was none."""
    next_length: int
    checksum: int
    """CRC-32 of the batch."""


def follow_records(
    source: Callable[[int], Iterable[tuple[int, RecordLike]]], path: str | os.PathLike[str], *, origin: str
) -> int:
    """Append the records that came since the last call to the ``.jsonl`` file at ``path``; return how many.

    ``source`` is called with the number of the last record in the file (0 at first) and gives the later ones with
    their numbers, which must rise. ``origin`` names what the numbers belong to. Every 500 records, and at the end, what
    came in is on the disk (fsync). Wherever the process is killed, the next call goes on so that each record is in the
    file once. If the file was moved away, or is empty, a new one begins with what came since.

    Raises ``ExportError`` where the path cannot be written or is locked, where the file was not begun by this function
    or was changed by another program since, and where it follows another origin; ``ValueError`` for another ending
    than ``.jsonl``. What ``source`` raises passes through; whole batches before stay.
    """
    if form_of(path) != "jsonl":
        raise ValueError(f"only a .jsonl file can follow, not {os.fspath(path)!r}")
    target = Path(path)
    beside = target.with_name(f"{target.name}.position")
    count = 0
    with opened(target) as lines:
        position = _last_position(target, beside, lines, origin)
        for number, batch in _batches(source(position.after)):
            data = b"".join(line + b"\n" for line in batch)
            end = lines.end + len(data)
            _keep(beside, _Position(origin, position.after, lines.end, number, end, zlib.crc32(data)))
            for line in batch:
                lines.add(line)
            lines.write()
            position = _Position(origin, number, end, number, end, 0)
            count += len(batch)
        _keep(beside, position)
    return count


def _batches(records: Iterable[tuple[int, RecordLike]]) -> Iterator[tuple[int, list[bytes]]]:
    """Give lines in batches, each with the number of its last record."""
    batch: list[bytes] = []
    size = last = 0
    for number, value in records:
        line = Record.of(value).json
        batch.append(line)
        size += len(line)
        last = number
        if len(batch) >= _BATCH or size >= _BATCH_BYTES:
            yield last, batch
            batch, size = [], 0
    if batch:
        yield last, batch


def _last_position(path: Path, beside: Path, lines: Lines, origin: str) -> _Position:
    """Tell where the file ends, cutting off what a crash left of a batch."""
    known = _read(beside)
    if known is None:
        if lines.end:
            _refuse(path, f"was not begun by following, and {beside.name} is not beside it; choose another name")
        return _Position(origin, 0, 0, 0, 0, 0)
    if known.origin != origin:
        _refuse(path, f"follows another store; choose another name, or remove it and {beside.name} to begin anew")
    if lines.end == 0:
        return _Position(origin, known.after, 0, known.after, 0, 0)
    if known.length < known.next_length == lines.end and lines.checksum(known.length) == known.checksum:
        return _Position(origin, known.next_after, lines.end, known.next_after, lines.end, 0)
    if not known.length <= lines.end <= known.next_length:
        _refuse(path, f"was changed by another program; remove it and {beside.name} to begin anew")
    lines.cut(known.length)
    return _Position(origin, known.after, lines.end, known.after, lines.end, 0)


def _read(beside: Path) -> _Position | None:
    with writing(beside):
        if not beside.exists():
            return None
        with beside.open("rb") as file:
            text = file.read(_LONGEST)
    try:
        values = json.loads(text)
        known = _Position(**values)
    except (ValueError, TypeError):
        known = None
    if known is None or any(
        type(getattr(known, f.name)) is not (str if f.name == "origin" else int) for f in fields(known)
    ):
        raise ExportError(f"{beside} holds no position; remove it and its file to begin anew", path=str(beside))
    return known


def _keep(beside: Path, position: _Position) -> None:
    with new_file(beside) as file:
        file.write(json.dumps(asdict(position)).encode())


def _refuse(path: Path, why: str) -> None:
    raise ExportError(f"{path} {why}", path=str(path))

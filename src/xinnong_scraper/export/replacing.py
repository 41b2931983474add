"""Files and folders that appear under their name only when they are whole.

What is written goes to a hidden name in the same folder, ``.xinnong-….part``, and is renamed when it has reached the
disk: rename(2) replaces a file in one step, so a reader sees the old file or the new one. An exception or Ctrl-C
removes the hidden file. What a killed process left behind is removed by the next export to the same name; a file that
another process still writes is locked (flock), and stays.
"""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import shutil
import stat
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from ..errors import ExportError

try:
    import fcntl
except ImportError:  # Windows: nothing is locked, and so nothing is taken for abandoned
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["lock", "new_file", "new_folder", "sync_folder", "writing"]

_BUFFER: Final = 1 << 20  # bytes
_BINARY: Final = getattr(os, "O_BINARY", 0)
_ADVICE: Final = {
    errno.ENOSPC: "the disk is full; free some space or choose another folder",
    errno.EDQUOT: "the disk quota is used up; free some space or choose another folder",
    errno.EFBIG: "the file grew past the system's limit; choose another file system or raise the limit",
    errno.EACCES: "permission was denied; choose another folder",
    errno.EPERM: "permission was denied; choose another folder",
    errno.EROFS: "the file system is read-only; choose another folder",
    errno.ENOENT: "its folder does not exist; create it first",
    errno.ENOTDIR: "what should be its folder is a file; choose another name",
    errno.EISDIR: "it is a folder; choose another name",
    errno.ENAMETOOLONG: "its name is too long; choose a shorter one",
}


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn an ``OSError`` of the file system into an ``ExportError`` that says what to do."""
    try:
        yield
    except ExportError:
        raise
    except OSError as error:
        why = _ADVICE.get(error.errno or 0, error.strerror or str(error))
        raise ExportError(f"{path} cannot be written: {why}", path=str(path), errno=error.errno) from error


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """Open a new file that takes the path's place when the block ends; if it fails, the old file stays.

    A symbolic link stays one, and a file keeps its permissions. Raises ``ExportError``.
    """
    with writing(path):
        target = Path(os.path.realpath(path))
        if target.exists() and not target.is_file():
            raise ExportError(f"{path} is no regular file; choose another name", path=str(path))
        _sweep(target)
        descriptor, temporary = _create(target)
    # The file is closed by hand: closing writes what is left in its buffer, which fails again on a full disk.
    file = os.fdopen(descriptor, "wb", buffering=_BUFFER)
    try:
        yield file
        with writing(path):
            file.flush()
            os.fsync(file.fileno())
            file.close()
            temporary.replace(target)
            sync_folder(target.parent)
    finally:
        with suppress(OSError):
            file.close()
        temporary.unlink(missing_ok=True)


@contextmanager
def new_folder(path: Path, is_ours: Callable[[str], bool]) -> Iterator[Path]:
    """Make a new folder that takes the path's place when the block ends; if it fails, the old folder stays.

    A folder that holds anything but files that ``is_ours`` knows by name is never replaced. Two renames are needed,
    as no portable call exchanges two folders; where a process is killed between them, the next export puts the old
    folder back first. Raises ``ExportError``.
    """
    with writing(path):
        target = Path(os.path.realpath(path))
        _restore(target)
        _sweep(target)
        _refuse_others(path, target, is_ours)
        temporary = _hidden(target, f"{secrets.token_hex(8)}.part")
        temporary.mkdir()
        held = _hold(temporary)
    try:
        yield temporary
        with writing(path):
            _refuse_others(path, target, is_ours)
            if hasattr(os, "sync"):
                os.sync()  # once for all: fsync for each of 100,000 files takes minutes
            _swap(temporary, target)
    finally:
        if held is not None:
            os.close(held)
        shutil.rmtree(temporary, ignore_errors=True)


def sync_folder(folder: Path) -> None:
    """Make a rename or a new file in a folder last; where folders cannot be synchronised, do nothing."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def lock(descriptor: int) -> bool:
    """Lock a file or folder against other processes, without waiting; False where another holds it.

    Where the system or the file system has no locks, nothing is held and the answer is True.
    """
    if fcntl is None:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in (errno.EWOULDBLOCK, errno.EACCES)
    return True


def _create(target: Path) -> tuple[int, Path]:
    temporary = _hidden(target, f"{secrets.token_hex(8)}.part")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, 0o666)
    lock(descriptor)
    if not os.fstat(descriptor).st_nlink:  # another process swept it away before it was locked
        os.close(descriptor)
        return _create(target)
    if target.exists() and hasattr(os, "fchmod"):
        with suppress(OSError):  # a file system without permissions
            os.fchmod(descriptor, stat.S_IMODE(target.stat().st_mode))
    return descriptor, temporary


def _hidden(target: Path, ending: str) -> Path:
    """Name a file beside the target; of the target's name it holds a hash, which is never too long."""
    return target.parent / f"{_prefix(target)}{ending}"


def _prefix(target: Path) -> str:
    return f".xinnong-{hashlib.sha256(os.fsencode(target.name)).hexdigest()[:12]}-"


def _sweep(target: Path) -> None:
    """Remove what killed processes left of this target."""
    if fcntl is None:
        return
    with os.scandir(target.parent) as entries:
        left = [entry.path for entry in entries if entry.name.startswith(_prefix(target))]
    for path in left:
        if not path.endswith(".part") or (held := _hold(Path(path))) is None:
            continue
        try:
            shutil.rmtree(path, ignore_errors=True)
            with suppress(OSError):
                Path(path).unlink(missing_ok=True)
        finally:
            os.close(held)


def _hold(path: Path) -> int | None:
    """Open and lock a file or folder; None where another process holds it, or where folders cannot be opened."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return None
    if lock(descriptor):
        return descriptor
    os.close(descriptor)
    return None


def _refuse_others(path: Path, target: Path, is_ours: Callable[[str], bool]) -> None:
    if not target.exists():
        return
    if not target.is_dir():
        message = f"{path} is a file, and a folder would take its place; choose another name"
        raise ExportError(message, path=str(path), errno=errno.ENOTDIR)
    with os.scandir(target) as entries:
        other = next((e.name for e in entries if not (e.is_file(follow_symlinks=False) and is_ours(e.name))), None)
    if other is not None:
        message = f"{path} holds {other!r}, which no export wrote, and would be replaced; choose another name"
        raise ExportError(message, path=str(path), errno=errno.ENOTEMPTY)


def _swap(temporary: Path, target: Path) -> None:
    old = _hidden(target, "old")
    if target.exists():
        target.rename(old)
    try:
        temporary.rename(target)
    except OSError:
        if old.exists():
            old.rename(target)
        raise
    sync_folder(target.parent)
    shutil.rmtree(old, ignore_errors=True)


def _restore(target: Path) -> None:
    old = _hidden(target, "old")
    if old.exists():
        if target.exists():
            shutil.rmtree(old, ignore_errors=True)
        else:
            old.rename(target)

"""Valid PNG files made in code, so that the replica needs no binary data."""

from __future__ import annotations

import struct
import zlib
from functools import lru_cache

__all__ = ["png"]

_SIGNATURE = b"\x89PNG\r\n\x1a\n"


@lru_cache(maxsize=64)
def png(width: int, height: int, shade: int) -> bytes:
    r"""Make a grey PNG of the given size in pixels, a gradient from black that starts at ``shade`` (0 to 255).

    >>> png(2, 1, 0)[:8]
    b'\x89PNG\r\n\x1a\n'
    """
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    row = b"\x00" + bytes((shade + column) % 256 for column in range(width))
    return _SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(row * height, 6)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

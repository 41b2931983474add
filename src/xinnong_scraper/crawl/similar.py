"""Texts that are the same but for a few words: 64-bit simhash over runs of four characters.

Charikar, Similarity estimation techniques from rounding algorithms (STOC 2002), with the look-up by blocks of Manku,
Jain, Das Sarma, Detecting near-duplicates for web crawling (WWW 2007): where at most five bits of 64 differ, one of six
blocks is equal. They allow three bits for whole pages; articles are shorter, and one sentence added moves more.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from typing import Final

__all__ = ["BLOCKS", "NEAR", "blocks_of", "distance", "fingerprint"]

NEAR: Final = 5
"""Bits in which the fingerprints of one text may differ."""
BLOCKS: Final = ((0, 11), (11, 11), (22, 11), (33, 11), (44, 10), (54, 10))
"""The blocks: their first bit and their width."""

_SHORTEST = 60  # characters; below that a formula ("图片新闻 …") makes a text
_LONGEST = 4_000  # characters looked at: the beginning tells reprints apart as well as the whole
_NO_LETTERS = re.compile(r"[\W_]+")
_MASK = (1 << 64) - 1
_LANES: Final = tuple(sum((value >> bit & 1) << (bit * 16) for bit in range(8)) for value in range(256))
"""Each byte with its bits spread over lanes of 16 bits, so that one addition counts eight bits at once."""


def fingerprint(text: str) -> int | None:
    """Give the fingerprint of a text, from 0 to 2**64 - 1; None where it is too short to be told from others.

    >>> a = fingerprint("四月以来，全市小麦陆续返青，长势良好，农技人员进村入户，指导农民加强田间管理。" * 3)
    >>> b = fingerprint("四月以来全市小麦陆续返青,长势良好,农技人员进村入户,指导农民加强田间管理. " * 3)
    >>> a is not None and a == b
    True
    """
    letters = _NO_LETTERS.sub("", text)[:_LONGEST].casefold()
    data = letters.encode("utf-16-le", "surrogatepass")
    if len(data) < 2 * _SHORTEST:
        return None
    mixed = array("Q")
    for start in (0, 2, 4, 6):  # four characters are eight bytes, so the runs are read as integers
        end = start + (len(data) - start) // 8 * 8
        mixed.extend([_mix(run) for run in memoryview(data[start:end]).cast("Q")])
    half = len(mixed) / 2
    spread = mixed.tobytes()
    result = 0
    for place in range(8):
        lanes = sum(_LANES[value] * count for value, count in Counter(spread[place::8]).items())
        for bit in range(8):
            if (lanes >> (bit * 16) & 0xFFFF) > half:
                result |= 1 << (place * 8 + bit)
    return result


def _mix(run: int) -> int:
    """Spread what differs over all bits (the finalizer of SplitMix64: Steele, Lea, Flood, OOPSLA 2014)."""
    run = (run ^ run >> 30) * 0xBF58476D1CE4E5B9 & _MASK
    run = (run ^ run >> 27) * 0x94D049BB133111EB & _MASK
    return run ^ run >> 31


def distance(one: int, other: int) -> int:
    """Count the bits in which two fingerprints differ."""
    return (one ^ other).bit_count()


def blocks_of(mark: int) -> tuple[int, ...]:
    """Give the blocks, each with its place, of which two near fingerprints share one."""
    return tuple(place << 16 | mark >> start & (1 << width) - 1 for place, (start, width) in enumerate(BLOCKS))

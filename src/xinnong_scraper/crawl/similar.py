"""Texts that are the same but for a few words: 64-bit simhash over runs of four characters.

Charikar, Similarity estimation techniques from rounding algorithms (STOC 2002), with the look-up by blocks of Manku,
Jain, Das Sarma, Detecting near-duplicates for web crawling (WWW 2007): where at most five bits of 64 differ, one of six
blocks is equal. They allow three bits for whole pages; articles are shorter, and one sentence added moves more.
"""

from __future__ import annotations

import re
from array import array
from typing import Final

__all__ = ["BLOCKS", "NEAR", "blocks_of", "distance", "fingerprint"]

NEAR: Final = 5
"""Bits in which the fingerprints of one text may differ."""
BLOCKS: Final = ((0, 11), (11, 11), (22, 11), (33, 11), (44, 10), (54, 10))
"""The blocks: their first bit and their width."""

_SHORTEST = 60  # characters; below that a formula ("图片新闻 …") makes a text
_LONGEST = 4_000  # characters looked at: the beginning tells reprints apart as well as the whole
_NO_LETTERS = re.compile(r"[\W_]+")


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
    runs = array("Q")
    for start in (0, 2, 4, 6):  # four characters are eight bytes, so the runs are read as integers
        end = start + (len(data) - start) // 8 * 8
        runs.frombytes(data[start:end])
    mixed, ones = _mixed(runs), int.from_bytes(b"\x11" * 8 * len(runs))
    result = 0
    for first in range(4):
        fours, left = mixed >> first & ones, len(runs)
        for _ in range(3):  # eight at most are counted in each lane of four bits
            fours, left = _halved(fours, left)
        wide = int.from_bytes(b"\x00\x0f" * 4 * left)
        for second in range(0, 16, 4):
            result |= _majority(fours >> second & wide, left, len(runs)) << (first + second)
    return result


def _mixed(runs: array[int]) -> int:
    """Spread what differs in each run over all its bits; the runs come as one number, 64 bits each.

    It is the finalizer of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014), done to all runs at once: in a number in which
    each has 128 bits, no product reaches the next one.
    """
    apart = array("Q", bytes(16 * len(runs)))
    apart[::2] = runs
    mask = int.from_bytes((b"\xff" * 8 + bytes(8)) * len(runs), "little")
    mixed = int.from_bytes(apart.tobytes(), "little")
    mixed = (mixed ^ mixed >> 30 & mask) * 0xBF58476D1CE4E5B9 & mask
    mixed = (mixed ^ mixed >> 27 & mask) * 0x94D049BB133111EB & mask
    mixed ^= mixed >> 31 & mask
    return int.from_bytes(array("Q", mixed.to_bytes(16 * len(runs), "little"))[::2].tobytes(), "little")


def _halved(lanes: int, count: int) -> tuple[int, int]:
    """Add one half of so many words of 64 bits to the other."""
    half = (count + 1) // 2
    return (lanes & (1 << half * 64) - 1) + (lanes >> half * 64), half


def _majority(lanes: int, left: int, count: int) -> int:
    """Add up words of four lanes, and set the lowest bit of each lane that counts more than half."""
    while left > 1:
        lanes, left = _halved(lanes, left)
    return sum(1 << place for place in range(0, 64, 16) if (lanes >> place & 0xFFFF) * 2 > count)


def distance(one: int, other: int) -> int:
    """Count the bits in which two fingerprints differ."""
    return (one ^ other).bit_count()


def blocks_of(mark: int) -> tuple[int, ...]:
    """Give the blocks, each with its place, of which two near fingerprints share one."""
    return tuple(place << 16 | mark >> start & (1 << width) - 1 for place, (start, width) in enumerate(BLOCKS))

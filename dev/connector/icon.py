"""The icon of the connector: a speech bubble with a link of a chain in it, drawn with the standard library.

The same bytes everywhere: the pixels are stored as they are, since each zlib compresses in its own way.
"""

from __future__ import annotations

import struct
import zlib
from math import hypot

SIZE = 160
"""Pixels. Connectors take a square of 100 to 230, with the brand colour to its edge."""

BRAND = "#0b5a6f"
_SHADES = 16


def icon() -> bytes:
    """The icon as a PNG of 16 shades between the brand colour and white."""
    header = struct.pack(">IIBBBBB", SIZE, SIZE, 4, 3, 0, 0, 0)
    chunks = _chunk(b"IHDR", header) + _chunk(b"PLTE", _palette()) + _chunk(b"IDAT", _stored(_rows()))
    return b"\x89PNG\r\n\x1a\n" + chunks + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _stored(data: bytes) -> bytes:
    """`data` in the format of zlib, in one block that is not compressed."""
    block = struct.pack("<BHH", 1, len(data), len(data) ^ 0xFFFF)
    return b"\x78\x01" + block + data + struct.pack(">I", zlib.adler32(data))


def _palette() -> bytes:
    brand = bytes.fromhex(BRAND[1:])
    shades = (step / (_SHADES - 1) for step in range(_SHADES))
    return bytes(round(dark + (255 - dark) * shade) for shade in shades for dark in brand)


def _rows() -> bytes:
    rows = []
    for y in range(SIZE):
        shades = [_shade(x, y) for x in range(SIZE)]
        pairs = zip(shades[::2], shades[1::2], strict=True)
        rows.append(b"\0" + bytes(left << 4 | right for left, right in pairs))
    return b"".join(rows)


def _shade(x: int, y: int) -> int:
    """How white a pixel is: the part of it that the drawing covers, by distance from its edge."""
    distance = _drawing(x + 0.5 - SIZE / 2, y + 0.5 - SIZE / 2)
    covered = min(1.0, max(0.0, 0.5 - distance))
    return round(covered * (_SHADES - 1))


def _drawing(x: float, y: float) -> float:
    """The distance from the edge of the white drawing, negative inside; (0, 0) is the middle."""
    bubble = min(_box(x, y + 8, 56, 38, 16), _tail(x, y))
    return max(bubble, -_chain(x, y + 8))


def _chain(x: float, y: float) -> float:
    """Two rings, the second passing in front of the first: a gap keeps them apart."""
    left, right = _ring(x + 15, y), _ring(x - 15, y)
    behind = right if y > 0 else left
    front = left if y > 0 else right
    return min(front, max(behind, 3.0 - front))


def _ring(x: float, y: float) -> float:
    return abs(_box(x, y, 23, 16, 16)) - 4.0


def _box(x: float, y: float, width: float, height: float, corner: float) -> float:
    """The distance from a box with round corners, whose half width and half height these are."""
    across, down = abs(x) - width + corner, abs(y) - height + corner
    return hypot(max(across, 0.0), max(down, 0.0)) + min(max(across, down), 0.0) - corner


def _tail(x: float, y: float) -> float:
    """The tail of the bubble: a triangle below it, to the left."""
    return max(-34.0 - x, 20.0 - y, (x + 34.0) * 0.707 + (y - 54.0) * 0.707)

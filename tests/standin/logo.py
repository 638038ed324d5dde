"""Draws the logo of the sample application by arithmetic: the picture in the repository is this one."""

from __future__ import annotations

import random
import struct
import zlib

NAME = "Logo BiomAid.png"


def png(width: int = 160, height: int = 100) -> bytes:
    """A true-colour PNG of about 10 kB (its grain keeps it from compressing away), the same at every call."""
    grain = random.Random(15)
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            inside = (x - width / 2) ** 2 + (y - height / 2) ** 2 < (height / 2.2) ** 2
            red, green, blue = (30, 120, 180) if inside else (238, 244, 248)
            noise = grain.randrange(12)
            rows += bytes((red + noise // 2, green + noise // 3, min(255, blue + noise // 2)))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(rows), 9)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

#!/usr/bin/env python3
"""Writes unicode-normalization.txt: canonical decompositions and combining classes, from Python's own Unicode data.

Lines: "D <code> <part> [<part>]" decomposes and composes, "d ..." only decomposes (composition exclusions),
"C <class> <first> <last>" is a range of one combining class. All numbers but the class are hexadecimal. Hangul is algorithmic.
"""
import os
import sys
import unicodedata

lines = []
for code in range(0x110000):
    parts = unicodedata.decomposition(chr(code))
    if parts and not parts.startswith("<"):
        composes = unicodedata.normalize("NFC", unicodedata.normalize("NFD", chr(code))) == chr(code)
        lines.append(f"{'D' if composes else 'd'} {code:X} " + " ".join(f"{int(p, 16):X}" for p in parts.split()))
first = 0
for code in range(1, 0x110001):
    before = unicodedata.combining(chr(code - 1))
    if code == 0x110000 or unicodedata.combining(chr(code)) != before:
        if before:
            lines.append(f"C {before} {first:X} {code - 1:X}")
        first = code
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "unicode-normalization.txt"), "w", newline="\n") as out:
    out.write("\n".join(lines) + "\n")
print(f"Unicode {unicodedata.unidata_version}: {len(lines)} lines", file=sys.stderr)

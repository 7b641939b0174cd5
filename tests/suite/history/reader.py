"""Reads files of External Call History by the published layouts alone, and prints what is in them as JSON lines.

Usage: reader.py LAYOUTS FILE...
It knows nothing of the program that wrote them. Whatever a careful receiver would refuse, it refuses.
"""

import json
import struct
import sys


def text(raw, name):
    head, zero, rest = raw.partition(b"\0")
    assert zero, f"{name} has no closing zero"
    assert not rest.strip(b"\0"), f"{name} has something behind its closing zero"
    return head.decode("ascii")


def field(record, layout):
    raw = record[layout["offset"] : layout["offset"] + layout["width"]]
    name, kind = layout["name"], layout["type"]
    if kind == "char":
        return {name: text(raw, name)}
    if kind in ("bits lsb-first", "bit0"):
        names = name.split(",")
        assert raw[0] >> len(names) == 0, f"{name}: a bit that means nothing is set"
        return {flag: raw[0] >> bit & 1 for bit, flag in enumerate(names)}
    return {name: struct.unpack({"u32": "<I", "i16": "<h", "u8": "<B"}[kind], raw)[0]}


def read(layouts, path):
    with open(path, "rb") as file:
        content = file.read()
    version, sequence = struct.unpack_from("<II", content)
    layout = layouts[str(version)]
    length = layout["record_length"]
    assert (len(content) - 8) % length == 0, "the last record is not whole"
    records = []
    for start in range(8, len(content), length):
        record = {}
        for part in layout["fields"]:
            record.update(field(content[start : start + length], part))
        records.append(record)
    return {"version": version, "sequence": sequence, "records": records}


def main(layouts, *paths):
    with open(layouts, encoding="utf-8") as file:
        layouts = json.load(file)
    for path in paths:
        print(json.dumps(read(layouts, path)))


main(*sys.argv[1:])

"""Prints a live run's records as text, one line each, for whoever works on a probe.

    python3 dump.py [--json] RUN_FOLDER [WRITER]

The lines stand in the order of the chunks, and within a chunk in the order of writing. Each begins with the process,
the thread and the kind; text and site numbers are replaced by what they stand for. With --json each is an object.
"""
import json
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../../src/probes/python"))

from forkscope_probe import _schema  # noqa: E402

TEXTS = {"command", "executable", "directory", "name", "target", "message", "path", "startMethod", "file", "functionName", "coroutine", "what", "error", "callback"}
NUMBERS = {("waitProcess", "target"), ("kill", "target")}


def read_kinds():
    """Kind → (name, struct, fields), from the generated module and its comments."""
    kinds = {}
    for line in open(_schema.__file__, encoding="utf-8"):
        match = re.match(r' *"([A-Z_]+)_RECORD": ".*",  # (.*)$', line.rstrip("\n"))
        if match:
            constant, fields = match.groups()
            first, *others = constant.lower().split("_")
            name = first + "".join(other.capitalize() for other in others)
            struct = getattr(_schema, constant + "_RECORD")
            kinds[getattr(_schema, constant)] = (name, struct, [field for field in fields.split(", ") if field])
    return kinds


def read_records(folder, writer):
    """(owner, kind, values) of every committed record."""
    kinds = read_kinds()
    for file in sorted(os.listdir(folder)):
        if not re.match(writer + r"-\d{6}\.segment$", file):
            continue
        with open(os.path.join(folder, file), "rb") as segment:
            data = segment.read()
        for chunk in range(_schema.CHUNK_BYTES, len(data), _schema.CHUNK_BYTES):
            owner = None
            for offset in range(chunk, chunk + _schema.CHUNK_BYTES, _schema.RECORD_BYTES):
                code = int.from_bytes(data[offset + 62:offset + 64], "little")
                if code == 0:
                    continue
                name, struct, fields = kinds[code]
                values = struct.unpack_from(data, offset)
                record = dict(zip(fields, values[1:]), time=values[0], flags=values[-2], offset="%s:%d" % (file, offset))
                if name == "owner":
                    owner = record
                elif owner is None:
                    raise SystemExit("%s:%d: %s before an owner" % (file, offset, name))
                yield owner, name, record


def read_texts(records):
    """((birth, process), number) → text, and the same for sites; children look into their ancestors."""
    texts, sites, parents, parts = {}, {}, {}, {}
    for owner, name, record in records:
        process = (owner["birth"], owner["process"])
        if name == "forked":
            parents[process] = (record["parentBirth"], record["parent"])
        elif name == "text":
            parts.setdefault((process, record["id"]), {})[record["part"]] = record["bytes"][:record["length"]]
        elif name == "site":
            sites[process, record["id"]] = record
    for key, pieces in parts.items():
        texts[key] = b"".join(pieces[part] for part in sorted(pieces)).decode("utf-8")

    def look_up(table, process, number):
        while process is not None:
            if (process, number) in table:
                return table[process, number]
            process = parents.get(process)
        return None

    return texts, sites, look_up


def show_address(data):
    if data[:12] == b"\0" * 10 + b"\xff\xff":
        return ".".join(str(byte) for byte in data[12:])
    return data.hex()


def describe(folder, writer="python"):
    """Every record but texts and sites, as a dictionary with its fields in another."""
    records = list(read_records(folder, writer))
    texts, sites, look_up = read_texts(records)

    def show(process, name, record, field, value):
        if field == "site":
            site = look_up(sites, process, value)
            if site is None:
                return None
            file = os.path.basename(look_up(texts, process, site["file"]))
            function = look_up(texts, process, site["functionName"])
            foreign = " (foreign)" if record["flags"] & _schema.FLAG_FOREIGN else ""
            return "%s:%d:%s%s" % (file, site["line"], function, foreign)
        if field in TEXTS and (name, field) not in NUMBERS:
            return None if value == 0 else look_up(texts, process, value)
        return show_address(value) if isinstance(value, bytes) else value

    for owner, name, record in records:
        if name in ("text", "site"):
            continue
        process = (owner["birth"], owner["process"])
        fields = {
            field: show(process, name, record, field, value)
            for field, value in record.items() if field not in ("time", "flags", "offset")
        }
        yield {
            "process": owner["process"], "birth": owner["birth"], "thread": owner["thread"], "kind": name,
            "time": record["time"], "begin": bool(record["flags"] & _schema.FLAG_BEGIN),
            "debugger": bool(record["flags"] & _schema.FLAG_DEBUGGER), "fields": fields,
        }


def main(arguments):
    as_json = "--json" in arguments
    for line in describe(*(argument for argument in arguments if argument != "--json")):
        if as_json:
            print(json.dumps(line))
            continue
        words = ["%d/%d" % (line["process"], line["thread"]), line["kind"]] + ["begin"] * line["begin"] + ["debugger"] * line["debugger"]
        words += ["%s=%r" % pair for pair in line["fields"].items()]
        print(" ".join(words + ["time=%d" % line["time"]]))


if __name__ == "__main__":
    main(sys.argv[1:])

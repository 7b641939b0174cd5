"""Gives other databases the calls that `cms-load calls --keep FOLDER` gave to a server: the same queue log, the same half hours.

    python3 -m venv /tmp/rivals && /tmp/rivals/bin/pip install duckdb chdb
    /tmp/rivals/bin/python tests/load/rivals/calls.py FOLDER

Each loads calls.csv into a file of its own and computes, for each half hour and queue: calls answered and abandoned, seconds
waited by answered calls, seconds talked, and calls answered within 20 seconds. A call counts where it ends. The rows are
compared with those of the server's archive cell by cell, and what differs is counted. Seconds by the clock.
"""

import argparse
import pathlib
import sqlite3
import tempfile
import time

COLUMNS = "moment BIGINT, number BIGINT, split INTEGER, verb TEXT"
# One row of a call, then one of a half hour. With CASE, because not all understand FILTER.
HALF_HOURS = """
SELECT ended - ended % 1800, split, sum(CASE WHEN answered IS NULL THEN 0 ELSE 1 END), sum(gave_up),
       sum(coalesce(answered - entered, 0)), sum(coalesce(ended - answered, 0)),
       sum(CASE WHEN answered - entered <= 20 THEN 1 ELSE 0 END)
FROM (SELECT number, split, {entered} AS entered, {answered} AS answered, max(moment) AS ended, {gave_up} AS gave_up
      FROM log GROUP BY number, split) AS calls
GROUP BY 1, 2 ORDER BY 1, 2
"""
PLAIN = HALF_HOURS.format(
    entered="min(moment)",
    answered="max(CASE WHEN verb = 'CONNECT' THEN moment END)",
    gave_up="max(CASE WHEN verb = 'ABANDON' THEN 1 ELSE 0 END)",
)
OURS = """
SELECT STARTTIME_UTC, SPLIT, ACDCALLS, ABNCALLS, ANSTIME, ACDTIME, ACCEPTABLE FROM hsplit
WHERE ACDCALLS + ABNCALLS > 0 ORDER BY 1, 2
"""


def duckdb_rival(log, folder):
    import duckdb

    database = duckdb.connect(str(folder / "rival.duckdb"))
    database.execute(f"CREATE TABLE log ({COLUMNS})")
    return (lambda: database.execute(f"COPY log FROM '{log}' (HEADER false)"), lambda: database.execute(PLAIN).fetchall())


def chdb_rival(log, folder):
    import json

    from chdb import session

    database = session.Session(str(folder / "chdb"))
    database.query("CREATE DATABASE rival")
    kinds = "moment Int64, number Int64, split Int32, verb String"
    database.query(f"CREATE TABLE rival.log ({kinds}) ENGINE = MergeTree ORDER BY (number, moment)")
    load = lambda: database.query(f"INSERT INTO rival.log SELECT * FROM file('{log}', 'CSV', '{kinds}')")
    asked = PLAIN.replace("FROM log", "FROM rival.log")
    report = lambda: [tuple(map(int, row)) for row in json.loads(str(database.query(asked, "JSONCompact")))["data"]]
    return load, report


def sqlite_rival(log, folder):
    database = sqlite3.connect(folder / "rival.sqlite")
    database.execute("PRAGMA journal_mode = WAL")
    database.execute(f"CREATE TABLE log ({COLUMNS})")

    def load():
        with log.open() as lines, database:
            database.executemany("INSERT INTO log VALUES (?, ?, ?, ?)", (line.rstrip("\n").split(",") for line in lines))
            database.execute("CREATE INDEX by_call ON log (number, split)")

    return load, lambda: database.execute(PLAIN).fetchall()


def compared(ours, theirs):
    """How many half hours of a queue are the same, and how many are not."""
    ours, theirs = ({row[:2]: tuple(row[2:]) for row in map(tuple, rows)} for rows in (ours, theirs))
    same = sum(1 for key, row in ours.items() if theirs.get(key) == row)
    return same, len(ours.keys() | theirs.keys()) - same


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=pathlib.Path, help="folder that `cms-load calls --keep` has left")
    folder = parser.parse_args().folder.resolve()
    ours = sqlite3.connect(f"file:{folder / 'server/acd/01.db'}?mode=ro", uri=True).execute(OURS).fetchall()
    for name, rival in (("DuckDB", duckdb_rival), ("chDB", chdb_rival), ("SQLite", sqlite_rival)):
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            try:
                load, report = rival(folder / "calls.csv", pathlib.Path(scratch))
            except ImportError as missing:
                print(f"{name}: left out, {missing}")
                continue
            began = time.perf_counter()
            load()
            loaded = time.perf_counter()
            rows = report()
            done = time.perf_counter()
            same, other = compared(ours, rows)
            print(f"{name}: {loaded - began:.2f} s to load, {done - loaded:.2f} s for the half hours; {same} as ours, {other} not")


if __name__ == "__main__":
    main()

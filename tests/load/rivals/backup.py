"""Backs up and restores with PostgreSQL what `cms-load backup --history FOLDER/01.db` backs up and restores with ours: the same rows.

    apt-get install postgresql zstd sqlite3 python3-venv; python3 -m venv /tmp/rivals && /tmp/rivals/bin/pip install 'psycopg[binary]'
    /tmp/rivals/bin/python tests/load/rivals/backup.py FOLDER/01.db --postgres 'host=/tmp port=5433 user=postgres'

hsplit and hagent, every column, with the keys and indexes that ours have. Loading is not timed. pg_dump and pg_restore are PostgreSQL's own, with
the same compressor at the same level (program zstd) beside it and nothing read back; pg_restore goes into an empty database, its indexes included. Rates are of
the bytes of our file, so that they stand beside ours.
"""

import argparse
import pathlib
import sqlite3
import subprocess
import tempfile
import time

import psycopg

TABLES = ("hsplit", "hagent")


def keys_of(ours, table):
    columns = [(key, name) for _, name, _, _, _, key in ours.execute(f"PRAGMA table_info({table})") if key]
    return [name for _, name in sorted(columns)]


def index_of(ours, table):
    return [name for _, _, name in ours.execute(f"PRAGMA index_info({table}_by_time)") if name]


def quoted(names):
    return ", ".join(f'"{name}"' for name in names)


def load(path, ours, database, table):
    columns = [(name, "TEXT" if kind == "TEXT" else "INT") for _, name, kind, *_ in ours.execute(f"PRAGMA table_info({table})")]
    members = ", ".join(f'"{name}" {kind} NOT NULL' for name, kind in columns)
    database.execute(f"DROP TABLE IF EXISTS {table}")
    database.execute(f"CREATE TABLE {table} ({members})")
    dump = subprocess.Popen(["sqlite3", "-readonly", "-csv", str(path), f"SELECT * FROM {table}"], stdout=subprocess.PIPE)
    with database.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN (FORMAT csv)") as copy:
        while block := dump.stdout.read(1 << 20):
            copy.write(block)
    if dump.wait() != 0:
        raise SystemExit(f"sqlite3 could not read {table}")
    time_index = index_of(ours, table)[: 2 if table == "hagent" else 1]
    database.execute(f"ALTER TABLE {table} ADD PRIMARY KEY ({quoted(keys_of(ours, table))})")
    database.execute(f"CREATE INDEX ON {table} ({quoted(time_index)})")
    return database.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def timed(words, size, *commands):
    """One command's output into the next one."""
    began = time.perf_counter()
    running, output = [], None
    for number, command in enumerate(commands):
        passes_on = subprocess.PIPE if number + 1 < len(commands) else None
        running.append(subprocess.Popen(command, stdin=output, stdout=passes_on))
        output = running[-1].stdout
    for process, command in zip(running, commands):
        if process.wait() != 0:
            raise SystemExit(f"{command[0]} failed")
    took = time.perf_counter() - began
    print(f"  {words}: {took:.1f} s, {size / took / 1e6:,.0f} MB/s", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=pathlib.Path, help="01.db of the bench")
    parser.add_argument("--postgres", required=True, help="connection of a PostgreSQL; its databases rival and restored are made anew")
    parser.add_argument("--bin", type=pathlib.Path, default=pathlib.Path("/usr/bin"), help="folder of pg_dump and pg_restore")
    arguments = parser.parse_args()
    size = arguments.file.stat().st_size
    ours = sqlite3.connect(f"file:{arguments.file}?mode=ro", uri=True)
    with psycopg.connect(arguments.postgres, autocommit=True) as server:
        for name in ("rival", "restored"):
            server.execute(f"DROP DATABASE IF EXISTS {name}")
            server.execute(f"CREATE DATABASE {name}")
    database = f"{arguments.postgres} dbname=rival"
    with psycopg.connect(database, autocommit=True) as rival:
        for table in TABLES:
            print(f"{table}: {load(arguments.file, ours, rival, table)} rows", flush=True)
    with tempfile.TemporaryDirectory(dir=arguments.file.parent) as folder:
        dump = pathlib.Path(folder) / "rival.dump"
        timed("pg_dump", size, [arguments.bin / "pg_dump", "-Fc", "--compress=0", database], ["zstd", "-3", "-q", "-f", "-o", dump])
        print(f"    to {dump.stat().st_size / 1e6:.0f} MB")
        restore = [arguments.bin / "pg_restore", "-d", f"{arguments.postgres} dbname=restored"]
        timed("pg_restore", size, ["zstd", "-d", "-q", "-c", dump], restore)
    with psycopg.connect(arguments.postgres, autocommit=True) as server:
        for name in ("rival", "restored"):
            server.execute(f"DROP DATABASE {name}")


if __name__ == "__main__":
    main()

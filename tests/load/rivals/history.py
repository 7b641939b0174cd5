"""Asks other databases what `cargo bench -p store --bench year_rate -- --keep FOLDER` asks ours: the same rows, the same questions.

    python3 -m venv /tmp/rivals && /tmp/rivals/bin/pip install duckdb 'psycopg[binary]'
    /tmp/rivals/bin/python tests/load/rivals/history.py FOLDER/01.db [--postgres 'host=/tmp port=5433 user=postgres']

Both get every column of hsplit, hagent and dsplit, in the order in which the rows arrived (by time, then split), and the index
that an experienced user would give them. The rows of each answer are compared with ours before anything is timed.
DuckDB may use both cores. Figures are milliseconds, the median of 15; sizes are bytes a row, indexes included.
"""

import argparse
import pathlib
import sqlite3
import statistics
import subprocess
import tempfile
import time

TABLES = {"hsplit": ("STARTTIME_UTC", "SPLIT"), "hagent": ("STARTTIME_UTC", "SPLIT"), "dsplit": ("ROW_DATE", "SPLIT")}
TIMES = 15


def columns_of(ours, table):
    return [(name, "TEXT" if kind == "TEXT" else "BIGINT") for _, name, kind, *_ in ours.execute(f"PRAGMA table_info({table})")]


def questions(ours):
    """What is asked: (words, table, condition). Days are taken from the rows, so that the bench may change its dates."""
    first = ours.execute("SELECT min(STARTTIME_UTC) FROM hsplit").fetchone()[0]
    day = first + 200 * 86_400
    a_day = f'"STARTTIME_UTC" >= {day} AND "STARTTIME_UTC" < {day + 86_400}'
    return [
        ("one split's 13 months of half hours", "hsplit", '"SPLIT" = 17'),
        ("one split's agents for one day", "hagent", f'"SPLIT" = 17 AND {a_day}'),
        ("all splits for one day", "hsplit", a_day),
        ("a month of daily rows of all splits", "dsplit", "true"),
    ]


def chosen(ours, table):
    """Every third item, as the bench takes them."""
    return ", ".join(f'"{name}"' for name, _ in columns_of(ours, table)[::3])


def export(path, ours, table, folder):
    """The table as CSV in the order of arrival, by SQLite's own shell: nothing of it is timed."""
    target = folder / f"{table}.csv"
    order = ", ".join(TABLES[table])
    with target.open("wb") as out:
        subprocess.run(["sqlite3", "-readonly", "-csv", str(path), f"SELECT * FROM {table} ORDER BY {order}"], stdout=out, check=True)
    return target


def timed(ask):
    took = []
    for _ in range(TIMES):
        began = time.perf_counter()
        rows = ask()
        took.append((time.perf_counter() - began) * 1e3)
    return statistics.median(took), rows


def create(table, columns):
    members = ", ".join(f'"{name}" {kind}' for name, kind in columns)
    return f"CREATE TABLE {table} ({members})"


def duckdb_rival(path, ours, files, folder):
    import duckdb

    target = folder / "rival.duckdb"
    database = duckdb.connect(str(target))
    sizes = {}
    for table, file in files.items():
        before = target.stat().st_size if target.exists() else 0
        database.execute(create(table, columns_of(ours, table)))
        began = time.perf_counter()
        rows = database.execute(f"INSERT INTO {table} SELECT * FROM read_csv('{file}', header = false, all_varchar = false, columns = {{{', '.join(f'{chr(39)}{n}{chr(39)}: {chr(39)}{k}{chr(39)}' for n, k in columns_of(ours, table))}}})").fetchone()[0]
        took = time.perf_counter() - began
        database.execute("CHECKPOINT")
        sizes[table] = (target.stat().st_size - before) / max(rows, 1)
        print(f"  {table}: {rows} rows, {rows / took:,.0f} rows a second, {sizes[table]:.0f} bytes a row")
    return lambda sql: database.execute(sql).fetchall()


def postgres_rival(dsn, ours, files):
    import psycopg

    database = psycopg.connect(dsn, autocommit=True)
    for table, file in files.items():
        database.execute(f"DROP TABLE IF EXISTS {table}")
        database.execute(create(table, [(name, kind if kind == "TEXT" else "INT") for name, kind in columns_of(ours, table)]))
        began = time.perf_counter()
        with database.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN (FORMAT csv)") as copy, file.open("rb") as source:
            while block := source.read(1 << 20):
                copy.write(block)
        time_column, entity = TABLES[table]
        database.execute(f'CREATE INDEX ON {table} ("{entity}", "{time_column}")')
        database.execute(f'CREATE INDEX ON {table} ("{time_column}")')
        took = time.perf_counter() - began
        database.execute(f"VACUUM ANALYZE {table}")
        rows, size = database.execute(f"SELECT count(*), pg_total_relation_size('{table}') FROM {table}").fetchone()
        print(f"  {table}: {rows} rows, {rows / took:,.0f} rows a second, {size / max(rows, 1):.0f} bytes a row")
    return lambda sql: database.execute(sql).fetchall()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=pathlib.Path, help="01.db of the bench")
    parser.add_argument("--postgres", help="connection of a PostgreSQL to compare with; left out if not given")
    arguments = parser.parse_args()
    ours = sqlite3.connect(f"file:{arguments.file}?mode=ro", uri=True)
    with tempfile.TemporaryDirectory(dir=arguments.file.parent) as folder:
        folder = pathlib.Path(folder)
        files = {table: export(arguments.file, ours, table, folder) for table in TABLES}
        print("DuckDB")
        rivals = {"DuckDB": duckdb_rival(arguments.file, ours, files, folder)}
        if arguments.postgres:
            print("PostgreSQL")
            rivals["PostgreSQL"] = postgres_rival(arguments.postgres, ours, files)
        for words, table, condition in questions(ours):
            sql = f"SELECT {chosen(ours, table)} FROM {table} WHERE {condition}"
            expected = sorted(map(tuple, ours.execute(sql).fetchall()))
            figures = []
            for name, ask in rivals.items():
                millis, rows = timed(lambda: ask(sql))
                same = "" if sorted(map(tuple, rows)) == expected else " BUT OTHER ROWS"
                figures.append(f"{name} {millis:.2f} ms{same}")
            print(f"{words} ({len(expected)} rows): {', '.join(figures)}")


if __name__ == "__main__":
    main()

"""Writes the columns of `people` with DuckDB: made by SQL, and copied to a Parquet file.

usage: people_by_sql.py FILE ROWS THREADS

Prints a line of JSON: the time of the copy alone, without Python's and DuckDB's own start. Words are
made up, as many and as long as ours are about; order is given up, because DuckDB is faster without.
"""

import json
import random
import sys
import time

import duckdb

CONSONANTS = "bcdfghjklmnprstvz"


def words(count, shortest, longest, seed):
    """So many made-up words of two to four syllables, as a list of SQL."""
    draw = random.Random(seed)
    found = set()
    while len(found) < count:
        length = draw.randint(shortest, longest)
        letters = [draw.choice("aeiou" if at % 2 else CONSONANTS) for at in range(length)]
        found.add("".join(letters).capitalize())
    return "[" + ", ".join(f"'{word}'" for word in sorted(found)) + "]", count


def pick(of):
    """One of them at random, by SQL."""
    listed, count = of
    return f"({listed})[1 + (random() * {count - 1})::INTEGER]"


def between(least, most):
    return f"({least} + random() * {most - least})::INTEGER"


FIRST, LAST = words(300, 4, 8, 1), words(300, 5, 9, 2)
CITY, COUNTRY = words(250, 6, 14, 3), words(200, 5, 14, 4)
COMPANY, JOB, WORD = words(300, 7, 16, 5), words(150, 10, 24, 6), words(180, 3, 9, 7)
START, END = 1_577_836_800_000_000, 1_735_689_600_000_000

COLUMNS = f"""
    id,
    uuid()::VARCHAR AS uuid,
    first || ' ' || last AS name,
    lower(first) || '.' || lower(last) || '@example.com' AS email,
    '(' || {between(200, 999)} || ') ' || {between(200, 999)} || '-' || {between(1000, 9999)} AS phone,
    {between(1, 9999)} || ' ' || {pick(LAST)} || ' Street' AS street,
    {pick(CITY)} AS city,
    {pick(COUNTRY)} AS country,
    {pick(COMPANY)} || ' Inc' AS company,
    {pick(JOB)} AS job,
    round(30000 + random() * 120000, 2) AS salary,
    {between(18, 80)} AS age,
    random() < 0.8 AS is_active,
    make_timestamptz({START} + (random() * {END - START})::BIGINT) AS created_at,
    concat_ws(' ', {", ".join(pick(WORD) for _ in range(12))}) AS notes
"""


def main():
    file, rows, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    connection = duckdb.connect(config={"threads": threads})
    connection.execute("SET enable_progress_bar = false")
    connection.execute("SET preserve_insertion_order = false")
    named = f"SELECT range + 1 AS id, {pick(FIRST)} AS first, {pick(LAST)} AS last FROM range({rows})"
    # About as many rows as a row group of ours has, in whole vectors.
    options = f"FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE {54 * 2048}, USE_TMP_FILE false"
    begun, cpu = time.monotonic(), time.process_time()
    connection.execute(f"COPY (SELECT {COLUMNS} FROM ({named})) TO '{file}' ({options})")
    line = {"seconds": time.monotonic() - begun, "cpu_s": time.process_time() - cpu}
    print(json.dumps(line), flush=True)


main()

"""Reads a folder of partitions by PyArrow, DuckDB and Polars, and compares it with the rows of the
whole table.

usage: partitions.py FOLDER EXPECTED.arrow COLUMN VALUE

VALUE is one of the text column COLUMN: readers that are asked for it must open its folder alone
(PyArrow and DuckDB, which tell).
"""

import sys

import duckdb
import polars
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds


def by_pyarrow(folder: str, expected: pa.Table, column: str, value: str) -> tuple[pa.Table, pa.Table, int]:
    # Types are given: a reader can't tell text from numbers by the names of folders alone.
    fields = ds.partitioning(pa.schema([expected.schema.field(column)]), flavor="hive")
    dataset = ds.dataset(folder, partitioning=fields, format="parquet")
    wanted = ds.field(column) == value
    opened = len(list(dataset.get_fragments(filter=wanted)))
    return dataset.to_table(), dataset.to_table(filter=wanted), opened


def by_duckdb(folder: str, expected: pa.Table, column: str, value: str) -> tuple[pa.Table, pa.Table, int]:
    source = f"read_parquet('{folder}/**/*.parquet', hive_partitioning = true, hive_types_autocast = false)"
    everything = duckdb.sql(f"SELECT * FROM {source}").to_arrow_table()
    asked = f'SELECT * FROM {source} WHERE "{column}" = ?'
    some = duckdb.execute(asked, [value]).to_arrow_table()
    plan = duckdb.execute(f"EXPLAIN ANALYZE {asked}", [value]).fetchall()[0][1]
    # "Scanning Files: 1/244"; without the slash nothing was left out.
    (opened,) = {line.split(":")[1].strip(" │").split("/")[0] for line in plan.splitlines() if "Scanning Files" in line} or {"all"}
    return everything, some, int(opened)


def by_polars(folder: str, expected: pa.Table, column: str, value: str) -> tuple[pa.Table, pa.Table, None]:
    schema = {column: polars.String}
    scan = polars.scan_parquet(f"{folder}/**/*.parquet", hive_partitioning=True, hive_schema=schema)
    some = scan.filter(polars.col(column) == value)
    # It does not tell which files it opened.
    return scan.collect().to_arrow(), some.collect().to_arrow(), None


READERS = {"pyarrow": by_pyarrow, "duckdb": by_duckdb, "polars": by_polars}


def sorted_rows(table: pa.Table, like: pa.Table) -> list:
    """Rows by their id, in plain values of one form for all readers."""
    table = table.select(like.column_names)
    columns = []
    for name in like.column_names:
        column, wanted = table[name], like.schema.field(name).type
        if pa.types.is_timestamp(wanted):
            column = column.cast(wanted).cast(pa.int64())
        columns.append(column.to_pylist())
    return sorted(zip(*columns))


def main(folder: str, expected_path: str, column: str, value: str) -> None:
    expected = pa.ipc.open_file(expected_path).read_all()
    expected = expected.select(["id", *[name for name in expected.column_names if name != "id"]])
    of_value = expected.filter(pc.equal(expected[column], value))
    for name, read in READERS.items():
        everything, some, opened = read(folder, expected, column, value)
        for found, wanted in [(everything, expected), (some, of_value)]:
            if found.num_rows != wanted.num_rows:
                sys.exit(f"{name}: {found.num_rows} rows, expected {wanted.num_rows}")
            if sorted_rows(found, expected) != sorted_rows(wanted, expected):
                sys.exit(f"{name}: values differ")
        if opened is not None and opened != 1:
            sys.exit(f"{name}: {opened} files are opened for `{value}`")
        print(f"{name}: {everything.num_rows} rows, {some.num_rows} of one value: equal")


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Reads Parquet files by PyArrow and by DuckDB, and compares them with rows in Arrow IPC files.

usage: columns.py FILE.parquet EXPECTED.arrow [FILE.parquet EXPECTED.arrow]...
"""

import sys

import duckdb
import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq


def check(path: str, expected_path: str) -> None:
    expected = pa.ipc.open_file(expected_path).read_all()
    found = pq.read_table(path)
    found.validate(full=True)
    if not found.equals(expected):
        for name in expected.column_names:
            if not found[name].equals(expected[name]):
                sys.exit(f"PyArrow finds other values of `{name}` in {path}")
        sys.exit(f"PyArrow finds another schema in {path}: {found.schema}")

    # The statistics hold: PyArrow leaves out row groups by them.
    for name in expected.column_names:
        values = pa.compute.drop_null(expected[name].combine_chunks())
        if len(values) and name != "bytes":
            some = values[len(values) // 2]
            wanted = pa.compute.field(name) == some
            by_file = pq.read_table(path, columns=[name], filters=wanted).num_rows
            if by_file != expected.filter(wanted).num_rows:
                sys.exit(f"PyArrow finds {by_file} rows with {name} = {some} in {path}")

    connection = duckdb.connect(config={"threads": 1})
    connection.register("expected", expected)
    for one, other in [("expected", f"'{path}'"), (f"'{path}'", "expected")]:
        differing = f"SELECT count(*) FROM (FROM {one} EXCEPT ALL FROM {other})"
        count = connection.execute(differing).fetchone()[0]
        if count:
            sys.exit(f"DuckDB finds {count} other rows in {path}")


def main() -> None:
    arguments = sys.argv[1:]
    pairs = list(zip(arguments[::2], arguments[1::2]))
    for path, expected in pairs:
        check(path, expected)
    print(f"{len(pairs)} files: equal")


if __name__ == "__main__":
    main()

"""Compares a Parquet object in S3 with rows in an Arrow IPC file.

usage: compare.py ENDPOINT BUCKET/KEY EXPECTED.arrow
"""

import sys

import pyarrow as pa
import pyarrow.fs
import pyarrow.parquet as pq


def main(endpoint: str, path: str, expected_path: str) -> None:
    scheme, host = endpoint.split("://")
    s3 = pa.fs.S3FileSystem(endpoint_override=host, scheme=scheme, region="us-east-1")
    found = pq.read_table(path, filesystem=s3)
    expected = pa.ipc.open_file(expected_path).read_all()

    if not found.schema.equals(expected.schema):
        sys.exit(f"schemas differ:\n{found.schema}\n--- expected:\n{expected.schema}")
    if found.num_rows != expected.num_rows:
        sys.exit(f"{found.num_rows} rows, expected {expected.num_rows}")
    for name in expected.column_names:
        if not found[name].equals(expected[name]):
            sys.exit(f"values of `{name}` differ")
    found.validate(full=True)
    print(f"{found.num_rows} rows, {found.num_columns} columns: equal")


if __name__ == "__main__":
    main(*sys.argv[1:])

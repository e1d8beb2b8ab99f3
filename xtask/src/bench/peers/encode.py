"""Writes the blocks of an Arrow IPC file as Parquet with each peer, and prints what it took.

usage: encode.py FILE DICTIONARIES CODEC...

DICTIONARIES are the columns that are worth one, with commas; the peers called "picky" are told. A line
of JSON for each codec and peer, as the bench of blockwrite prints it: seconds of all cores that this
process had, in the system's calls too. Everybody has one thread, makes the same row groups, and writes
to /dev/null, so that no disk is measured; then once more to a file, uncounted, for its size.
"""

import json
import os
import sys
import tempfile
import time

os.environ["POLARS_MAX_THREADS"] = "1"

import duckdb
import polars
import pyarrow as pa
import pyarrow.parquet as pq

NOWHERE = "/dev/null"


def pyarrow(table, group_rows, dictionaries):
    def write(path, codec, level):
        pq.write_table(
            table,
            path,
            row_group_size=group_rows,
            compression=codec,
            compression_level=level,
            use_dictionary=dictionaries,
        )

    return write


def by_polars(table, group_rows):
    frame = polars.from_arrow(table, rechunk=False)

    def write(path, codec, level):
        codec = {"none": "uncompressed"}.get(codec, codec)
        # A file object of Python's own would be written to by way of Python.
        frame.write_parquet(
            path, compression=codec, compression_level=level, row_group_size=group_rows
        )

    return write


def by_duckdb(table, group_rows):
    connection = duckdb.connect(config={"threads": 1})
    connection.register("read", table)
    connection.execute("SET enable_progress_bar = false")
    connection.execute("CREATE TABLE blocks AS FROM read")

    def write(path, codec, level):
        codec = {"none": "uncompressed", "lz4": "lz4_raw"}.get(codec, codec)
        options = f"FORMAT parquet, COMPRESSION {codec}, ROW_GROUP_SIZE {group_rows}"
        if level is not None:
            options += f", COMPRESSION_LEVEL {level}"
        connection.execute(f"COPY blocks TO '{path}' ({options}, USE_TMP_FILE false)")

    return write


def main():
    path, dictionaries, *codecs = sys.argv[1:]
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    table = pa.ipc.open_file(path).read_all()
    group_rows = table.column(0).chunk(0).__len__()
    picked = [name for name in dictionaries.split(",") if name]
    peers = {
        "PyArrow, defaults": pyarrow(table, group_rows, True),
        "PyArrow, picky": pyarrow(table, group_rows, picked),
        "Polars": by_polars(table, group_rows),
        "DuckDB": by_duckdb(table, group_rows),
    }
    for write in peers.values():  # Not counted: caches and memory are cold.
        write(NOWHERE, "none", None)
    with tempfile.TemporaryDirectory() as folder:
        for given in codecs:
            codec, _, level = given.partition(":")
            level = int(level) if level else None
            for name, write in peers.items():
                begun = time.process_time()
                write(NOWHERE, codec, level)
                took = time.process_time() - begun
                file = os.path.join(folder, "file.parquet")
                write(file, codec, level)
                line = {
                    "bench": "encode",
                    "group": given,
                    "name": name,
                    "rows": table.num_rows,
                    "cpu_s": took,
                    "file_bytes": os.path.getsize(file),
                    "dictionaries": picked if "picky" in name else None,
                }
                os.remove(file)
                print(json.dumps(line), flush=True)


main()

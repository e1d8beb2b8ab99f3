"""Types a block that `pipeline-cli serve` printed into its reader, and compares what it read.

usage: pasted.py pyarrow|duckdb BLOCK EXPECTED.arrow
"""

import code
import pathlib
import sys
import tempfile

import pyarrow as pa
import pyarrow.fs


class Prompt(code.InteractiveConsole):
    """Python's prompt, which ends with the first error."""

    def showtraceback(self) -> None:
        raise sys.exc_info()[1]

    def showsyntaxerror(self, *_args, **_more) -> None:
        raise sys.exc_info()[1]


def pyarrow(block: str, expected: pa.Table) -> str:
    prompt = Prompt()
    for line in block.splitlines():
        prompt.push(line)
    if prompt.buffer:
        sys.exit(f"the prompt waits for more after:\n{block}")
    table, s3 = prompt.locals["table"], prompt.locals["s3"]
    same(table, expected)

    # The listing, too, is PyArrow's own.
    found = s3.get_file_info(pa.fs.FileSelector("lake", recursive=True))
    files = [info for info in found if info.is_file]
    for info in files:
        with s3.open_input_file(info.path) as file:
            if len(file.read()) != info.size:
                sys.exit(f"{info.path} has not the size that is listed")
    return ", ".join(info.path for info in files) + ": " + counted(table)


def duckdb(block: str, expected: pa.Table) -> str:
    import duckdb
    import duckdb_extension_httpfs

    # DuckDB fetches the extension from the net when it is first needed; here it comes from a
    # package, and is loaded by DuckDB itself, as it would be on a person's machine.
    package = pathlib.Path(duckdb_extension_httpfs.__path__[0])
    (extension,) = package.glob(f"extensions/v{duckdb.__version__}/httpfs.duckdb_extension")
    with tempfile.TemporaryDirectory() as folder:
        with duckdb.connect(config={"extension_directory": folder}) as connection:
            connection.execute(f"INSTALL '{extension}'")
            table = connection.execute(block).to_arrow_table()
    same(table.cast(expected.schema), expected.slice(0, 10))
    return counted(table)


def same(found: pa.Table, expected: pa.Table) -> None:
    if not found.schema.equals(expected.schema):
        sys.exit(f"schemas differ:\n{found.schema}\n--- expected:\n{expected.schema}")
    if not found.equals(expected):
        sys.exit("values differ")


def counted(table: pa.Table) -> str:
    return f"{table.num_rows} rows, {table.num_columns} columns: equal"


def main(reader: str, block_path: str, expected_path: str) -> None:
    block = pathlib.Path(block_path).read_text()
    expected = pa.ipc.open_file(expected_path).read_all()
    print({"pyarrow": pyarrow, "duckdb": duckdb}[reader](block, expected))


if __name__ == "__main__":
    main(*sys.argv[1:])

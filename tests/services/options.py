"""Reads a file of each combination of options by PyArrow, DuckDB and Polars, and compares what it
finds with the rows that were written.

usage: options.py FOLDER

The folder holds cases.json, and for each case NAME.parquet and its rows as NAME.arrow.
"""

import datetime
import decimal
import json
import pathlib
import sys

import duckdb
import polars
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

READERS = {
    "pyarrow": lambda path: pq.read_table(path),
    "duckdb": lambda path: duckdb.sql(f"SELECT * FROM read_parquet('{path}')").to_arrow_table(),
    "polars": lambda path: polars.read_parquet(path, use_pyarrow=False).to_arrow(),
}


def plain(column: pa.ChunkedArray) -> list:
    """Values in a form that is the same whatever the types and layouts of a reader are."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_timestamp(column.type):
        # Instants: DuckDB gives them in the zone of the machine.
        column = column.cast(pa.timestamp("ns", tz=column.type.tz)).cast(pa.int64())
    elif pa.types.is_time(column.type):
        column = column.cast(pa.time64("ns")).cast(pa.int64())
    return [nested(value) for value in column.to_pylist()]


def nested(value):
    """Maps as pairs, whichever way a reader has them."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        if set(value[0]) == {"key", "value"}:
            return [(pair["key"], pair["value"]) for pair in value]
    return value


def check_values(reader: str, path: pathlib.Path, expected: pa.Table) -> None:
    found = READERS[reader](str(path))
    if found.column_names != expected.column_names:
        raise ValueError(f"columns {found.column_names}")
    for name in expected.column_names:
        if plain(found[name]) != plain(expected[name]):
            raise ValueError(f"values of `{name}` differ ({found[name].type})")


def check_footer(case: dict, path: pathlib.Path, expected: pa.Table, group_rows: int) -> None:
    """Statistics are the true ones, and what was asked for is there and nothing else."""
    options, metadata = case["options"], pq.read_metadata(path)
    whole = options["statistics_text_bytes"]
    if metadata.num_row_groups != expected.num_rows // group_rows:
        raise ValueError(f"{metadata.num_row_groups} row groups")
    for index in range(metadata.num_row_groups):
        group = metadata.row_group(index)
        rows = expected.slice(index * group_rows, group_rows)
        sorting = [
            {"column": group.column(s.column_index).path_in_schema, "descending": s.descending, "nulls_first": s.nulls_first}
            for s in group.sorting_columns
        ]
        if sorting != options["sorting"]:
            raise ValueError(f"sorting columns are {sorting}")
        for place in range(group.num_columns):
            column = group.column(place)
            of_column = options["columns"].get(column.path_in_schema, {})
            level = of_column.get("statistics") or options["statistics"]
            if column.has_column_index != (level == "page"):
                raise ValueError(f"`{column.path_in_schema}`: column index {column.has_column_index}")
            if column.has_offset_index != (options["offset_index"] or level == "page"):
                raise ValueError(f"`{column.path_in_schema}`: offset index {column.has_offset_index}")
            if column.is_stats_set != (level != "none"):
                raise ValueError(f"`{column.path_in_schema}`: statistics {column.is_stats_set}")
            if column.is_stats_set and column.path_in_schema in rows.column_names:
                check_extremes(column, rows[column.path_in_schema], whole)


def check_extremes(column, values: pa.ChunkedArray, whole: int) -> None:
    name, found = column.path_in_schema, column.statistics
    if found.null_count != values.null_count:
        raise ValueError(f"`{name}`: {found.null_count} nulls, there are {values.null_count}")
    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    if pa.types.is_fixed_size_binary(values.type):
        values = values.cast(pa.binary())
    if not found.has_min_max:
        raise ValueError(f"`{name}`: no minimum and maximum")
    true = pc.min_max(values).as_py()
    for end, got in [("min", found.min), ("max", found.max)]:
        if comparable(got) != comparable(true[end]):
            raise ValueError(f"`{name}`: {end} is {got!r}, and is truly {true[end]!r}")


def comparable(value):
    if isinstance(value, datetime.datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, str):
        return value.encode()
    return value


def check_filters(case: dict, path: pathlib.Path, expected: pa.Table) -> int:
    """What is there passes every filter; of what is not, hardly anything does."""
    probed = 0
    for name, options in case["options"]["columns"].items():
        if not options.get("bloom_filter"):
            continue
        values = expected[name]
        if pa.types.is_dictionary(values.type):
            values = values.cast(values.type.value_type)
        there = [value for value in values.unique().to_pylist() if value is not None]
        if pa.types.is_binary(values.type):
            # DuckDB's probe hashes the text of bytes, which is escaped beyond ASCII.
            there = [value for value in there if value.isascii()]
        for value in there[:20]:
            if all(excluded(path, name, value)):
                raise ValueError(f"`{name}`: {value!r} is there, and is excluded")
        absent = [other for other in absent_values(values.type) if other not in set(there)]
        hits = [not out for value in absent for out in excluded(path, name, value)]
        if not hits or sum(hits) > len(hits) * 0.05:
            raise ValueError(f"`{name}`: {sum(hits)} of {len(hits)} absent values pass")
        probed += len(hits)
    return probed


def absent_values(of_type: pa.DataType) -> list:
    numbers = [10_000 + 37 * k for k in range(60)]
    if pa.types.is_string(of_type):
        return [f"absent {n}" for n in numbers]
    if pa.types.is_binary(of_type):
        return [f"absent {n}".encode() for n in numbers]
    if pa.types.is_date(of_type):
        return [datetime.date(2200, 1, 1) + datetime.timedelta(days=k) for k in range(60)]
    if pa.types.is_floating(of_type):
        return [n + 0.25 for n in numbers]
    return numbers


def excluded(path: pathlib.Path, column: str, value) -> list:
    """For each row group whether DuckDB would skip it."""
    asked = "SELECT bloom_filter_excludes FROM parquet_bloom_probe(?, ?, ?)"
    return [out for (out,) in duckdb.execute(asked, [str(path), column, value]).fetchall()]


def main(folder: str) -> None:
    work = json.loads(pathlib.Path(folder, "cases.json").read_text())
    faults, refusals, probed = [], [], 0
    for case in work["cases"]:
        name, refused = case["name"], dict(case["refused"])
        path = pathlib.Path(folder, f"{name}.parquet")
        expected = pa.ipc.open_file(path.with_suffix(".arrow")).read_all()
        for reader in READERS:
            try:
                check_values(reader, path, expected)
                said = None
            except Exception as error:
                said = f"{type(error).__name__}: {error}".splitlines()[0]
            wanted = refused.get(reader)
            if wanted is None and said is not None:
                faults.append(f"{name}: {reader}: {said}")
            elif wanted is not None and (said is None or wanted not in said):
                faults.append(f"{name}: {reader} is listed to say {wanted!r} and says {said!r}")
            elif wanted is not None:
                refusals.append(f"{name}: not read by {reader}: {said}")
        try:
            if "pyarrow" not in refused:
                check_footer(case, path, expected, work["group_rows"])
            probed += check_filters(case, path, expected)
        except Exception as error:
            faults.append(f"{name}: {type(error).__name__}: {error}")
    for line in refusals + faults:
        print(line.replace(folder, "FOLDER"))
    print(f"{len(work['cases'])} files, {len(READERS)} readers, {probed} absent values probed")
    if faults:
        sys.exit(f"{len(faults)} faults")


if __name__ == "__main__":
    main(*sys.argv[1:])

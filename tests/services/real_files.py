"""Compares a Parquet file with the CSV or JSON of the package vega-datasets that it was made from,
read by Python's own modules.

usage: real_files.py where              prints the folder of the files
       real_files.py FILE FOUND.parquet
"""

import csv
import datetime
import importlib.util
import json
import pathlib
import sys

import pyarrow.parquet as pq


def data() -> pathlib.Path:
    # Found and not imported: that takes pandas, and seconds.
    spec = importlib.util.find_spec("vega_datasets")
    return pathlib.Path(spec.submodule_search_locations[0]) / "_data"


def rows_of_csv(path: pathlib.Path, types: dict) -> list[dict]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return [
            {name: of_text(text, types[name]) for name, text in row.items()}
            for row in csv.DictReader(file)
        ]


def of_text(text: str, of: type):
    """The value that a text stands for, if it is to be of a type."""
    if text == "":
        return None
    if of is bool:
        return {"true": True, "false": False}[text.lower()]
    if of in (datetime.date, datetime.datetime):
        return of.fromisoformat(text)
    return of(text)


def rows_of_json(path: pathlib.Path, names: list[str]) -> list[dict]:
    rows = json.loads(path.read_text(encoding="utf-8"))
    unknown = {name for row in rows for name in row} - set(names)
    if unknown:
        sys.exit(f"{path.name}: columns {unknown} are missing")
    return [{name: row.get(name) for name in names} for row in rows]


def main(name: str, found_path: str) -> None:
    table = pq.read_table(found_path)
    found = table.to_pylist()
    path = data() / name
    if path.suffix == ".csv":
        types = {
            column: next((type(v) for v in values.to_pylist() if v is not None), str)
            for column, values in zip(table.column_names, table.columns)
        }
        expected = rows_of_csv(path, types)
    else:
        expected = rows_of_json(path, table.column_names)
    if len(found) != len(expected):
        sys.exit(f"{name}: {len(found)} rows, expected {len(expected)}")
    for line, (one, other) in enumerate(zip(found, expected)):
        if one != other:
            sys.exit(f"{name}, row {line}: {one}, expected {other}")
    print(f"{len(found)} rows, {table.num_columns} columns: equal")


if __name__ == "__main__":
    if sys.argv[1:] == ["where"]:
        print(data())
    else:
        main(*sys.argv[1:])

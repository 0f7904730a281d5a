"""Rows as tables of pandas and Arrow, which are optional."""

from __future__ import annotations

import importlib
import json
import typing
from typing import Any, Optional

from blindlink.rows import Rows

# Of the columns that are not text.
_ARROW = {float: "float64", bool: "bool_", Optional[int]: "int64"}
_PANDAS = {float: "float64", bool: "bool", Optional[int]: "Int64"}


def needed(module: str, extra: str) -> Any:
    """An optional library; ImportError says how to install it."""
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ImportError(f"this needs {module}: pip install 'blindlink[{extra}]'") from error


def to_pandas(rows: Rows[Any]) -> Any:
    pandas = needed("pandas", "pandas")
    columns: list[list[Any]] = [[] for _ in rows.columns]
    for chunk in rows.chunks():
        for column, values in zip(columns, zip(*chunk)):
            column.extend(values)
    types = typing.get_type_hints(rows.row_type)
    frame = pandas.DataFrame({name: pandas.array(values, dtype=_PANDAS[types[name]]) if types[name] in _PANDAS
                              else pandas.Series(values, dtype="str")
                              for name, values in zip(rows.columns, columns)})
    if rows.info is not None:
        frame.attrs["blindlink"] = rows.info.as_dict()
    return frame


def to_batches(rows: Rows[Any]) -> Any:
    arrow = needed("pyarrow", "arrow")
    types = typing.get_type_hints(rows.row_type)
    schema = arrow.schema([(name, getattr(arrow, _ARROW.get(types[name], "string"))()) for name in rows.columns])
    if rows.info is not None:
        schema = schema.with_metadata({"blindlink": json.dumps(rows.info.as_dict())})
    batches = (arrow.record_batch([arrow.array(values, field.type) for values, field in zip(zip(*chunk), schema)],
                                  schema=schema) for chunk in rows.chunks() if chunk)
    return arrow.RecordBatchReader.from_batches(schema, batches)

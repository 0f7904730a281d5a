"""Joins two token files in DuckDB: duckdb_join.py LEFT RIGHT OUT."""

import sys

import duckdb

duckdb.execute("copy (select distinct a.column1, b.column1 from read_csv(?, header = false) a "
               f"join read_csv(?, header = false) b using (column0)) to '{sys.argv[3]}' (header false)", sys.argv[1:3])

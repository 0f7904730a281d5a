#!/usr/bin/env python3
"""Writes the Parquet files of this folder, with four writers that know nothing of each other.

    python3 -m venv v && v/bin/pip install pyarrow duckdb polars fastparquet
    v/bin/python tests/support/parquet/make_files.py

people_*.parquet hold the same made-up people (people.csv, of which an empty cell is a missing value), dates
of birth as DATE; pcornet/ holds them as tables; types_*.parquet one column for each type (tests/unit/common/parquet says which texts they are).
"""
import csv
import datetime as dt
import decimal
import uuid
from pathlib import Path

import duckdb
import fastparquet
import pandas
import polars
import pyarrow as pa
import pyarrow.parquet as pq

HERE = Path(__file__).resolve().parent


def people():
    """Columns by name; missing values are None."""
    with (HERE / 'people.csv').open(encoding='utf-8', newline='') as file:
        rows = list(csv.DictReader(file))
    columns = {name: [row[name] or None for row in rows] for name in rows[0]}
    columns['date_of_birth'] = [dt.date.fromisoformat(d) if d else None for d in columns['date_of_birth']]
    return columns


def write_people():
    columns = people()
    table = pa.table(columns)
    write = {
        'snappy': dict(compression='snappy', row_group_size=3, write_page_checksum=True),
        'gzip': dict(compression='gzip', use_dictionary=False),
        'zstd_pages_v2': dict(compression='zstd', data_page_version='2.0', write_page_checksum=True),
        'lz4': dict(compression='lz4', data_page_size=16, use_dictionary=False),
        'uncompressed': dict(compression='none', version='1.0', use_dictionary=['sex', 'state']),
        'brotli': dict(compression='brotli'),  # not read
    }
    for name, how in write.items():
        pq.write_table(table, HERE / f'people_{name}.parquet', **how)
    strings = [name for name in columns if name != 'date_of_birth']
    pq.write_table(table, HERE / 'people_delta.parquet', use_dictionary=False, data_page_version='2.0',
                   column_encoding={name: 'DELTA_BYTE_ARRAY' if i % 2 else 'DELTA_LENGTH_BYTE_ARRAY'
                                    for i, name in enumerate(strings)} | {'date_of_birth': 'DELTA_BINARY_PACKED'})
    source = table  # duckdb finds it by its name
    duckdb.sql(f"COPY (SELECT * FROM source) TO '{HERE}/people_duckdb.parquet' (FORMAT parquet)")
    polars.DataFrame(columns).write_parquet(HERE / 'people_polars.parquet')
    # Its dates are timestamps, as those of pandas: at midnight, of no time zone.
    frame = pandas.DataFrame(columns)
    frame['date_of_birth'] = pandas.to_datetime(frame['date_of_birth']).astype('datetime64[ns]')
    fastparquet.write(str(HERE / 'people_fastparquet.parquet'), frame, write_index=False,
                      object_encoding='utf8', row_group_offsets=[0, 4])
    # Old Spark: dates as INT96.
    pq.write_table(pa.table(frame), HERE / 'people_int96.parquet', use_deprecated_int96_timestamps=True)


def write_tables():
    """The same people in tables of PCORnet."""
    of = people()
    ids, alike = of['record_id'], len(of['record_id'])
    tables = {
        'PRIVATE_DEMOGRAPHIC': {
            'PATID': ids, 'PAT_FIRSTNAME': of['first_name'], 'PAT_MIDDLENAME': of['middle_name'],
            'PAT_LASTNAME': of['last_name'], 'PAT_MAIDENNAME': of['maiden_name'], 'BIRTH_DATE': of['date_of_birth'],
            'PAT_SSN': of['ssn'], 'PRIMARY_PHONE': of['phone']},
        'DEMOGRAPHIC': {'PATID': ids, 'BIRTH_DATE': of['date_of_birth'], 'SEX': of['sex'], 'RACE': ['05'] * alike},
        'PRIVATE_ADDRESS_HISTORY': {
            'ADDRESSID': [f'n{one}' for one in ids], 'PATID': ids, 'ADDRESS_USE': ['HO'] * alike,
            'ADDRESS_TYPE': ['BO'] * alike, 'ADDRESS_PREFERRED': ['Y'] * alike,
            'ADDRESS_STREET': of['street_address'], 'ADDRESS_DETAIL': of['address_line2'], 'ADDRESS_CITY': of['city'],
            'ADDRESS_STATE': of['state'], 'ADDRESS_ZIP5': of['zip'], 'ADDRESS_ZIP9': pa.nulls(alike, pa.string()),
            'ADDRESS_PERIOD_START': [dt.date(2001, 1, 2)] * alike,
            'ADDRESS_PERIOD_END': pa.nulls(alike, pa.date32())},
    }
    (HERE / 'pcornet').mkdir(exist_ok=True)
    for name, columns in tables.items():
        pq.write_table(pa.table(columns), HERE / f'pcornet/{name}.parquet')
    # Texts that no text has, each in a row of its own, among forty people.
    bad = {name: values * 8 for name, values in of.items()}
    bad['record_id'] = [f'{one}-{i}' for i, one in enumerate(bad['record_id'])]
    table = pa.table(bad)
    names = [b'Canary\x00' if i == 3 else b'Canary\xff\x81' if i == 7 else (one or '').encode()
             for i, one in enumerate(bad['last_name'])]
    at = table.schema.get_field_index('last_name')
    table = table.set_column(at, 'last_name', pa.array(names, pa.binary()))
    pq.write_table(table, HERE / 'bad_texts.parquet')


def write_types():
    at = dt.datetime(1970, 1, 2, 3, 4, 5, 678000)
    utc = dt.timezone.utc
    nested = {'phones': [['1', '2'], None, []], 'name': [{'given': 'Ann', 'family': 'Lee'}, None, {'given': None, 'family': 'Fox'}]}
    table = pa.table({
        'bool': pa.array([True, None, False]),
        'int8': pa.array([-128, None, 127], pa.int8()),
        'uint8': pa.array([0, None, 255], pa.uint8()),
        'int32': pa.array([-2147483648, None, 2147483647], pa.int32()),
        'uint32': pa.array([0, None, 4294967295], pa.uint32()),
        'int64': pa.array([-9223372036854775808, None, 9223372036854775807], pa.int64()),
        'uint64': pa.array([0, None, 18446744073709551615], pa.uint64()),
        'float': pa.array([1.5, None, float('nan')], pa.float32()),
        'double': pa.array([2115.0, None, 0.1], pa.float64()),
        'date': pa.array([dt.date(1969, 12, 31), None, dt.date(2024, 2, 29)]),
        'time': pa.array([dt.time(1, 2, 3), None, dt.time(23, 59, 59, 1)], pa.time64('us')),
        'wall_clock': pa.array([at, None, dt.datetime(1900, 1, 1)], pa.timestamp('ms')),
        'instant': pa.array([at.replace(tzinfo=utc), None, dt.datetime(1900, 1, 1, tzinfo=utc)], pa.timestamp('us', 'UTC')),
        'nanoseconds': pa.array([1, None, -1], pa.timestamp('ns')),
        'decimal_small': pa.array([decimal.Decimal('-1.05'), None, decimal.Decimal('0.10')], pa.decimal128(5, 2)),
        'decimal_large': pa.array([decimal.Decimal('-12345678901234567890'), None, decimal.Decimal(7)], pa.decimal128(38, 0)),
        'text': pa.array(['a,"b"\nc', None, 'é']),
        'binary': pa.array([b'plain', None, b''], pa.binary()),
        'fixed': pa.array([b'abc', None, b'xyz'], pa.binary(3)),
        'nothing': pa.nulls(3),
        'name': pa.array(nested['name']),
        'phones': pa.array(nested['phones']),
    })
    pq.write_table(table, HERE / 'types_pyarrow.parquet')
    pq.write_table(table, HERE / 'types_pages_v2.parquet', data_page_version='2.0', compression='zstd',
                   use_dictionary=False, store_decimal_as_integer=True)
    ids = [uuid.UUID(int=1), None, uuid.UUID('00112233-4455-6677-8899-aabbccddeeff')]
    source = pa.table({'uuid': [None if i is None else str(i) for i in ids]})
    duckdb.sql(f"COPY (SELECT uuid::UUID AS uuid FROM source) TO '{HERE}/types_uuid.parquet' (FORMAT parquet)")
    # Something is missing in one cell of many, so that levels have runs and the dictionary has wide indices.
    many = [None if i % 1000 == 7 else f'value {i % 700}' for i in range(5000)]
    pq.write_table(pa.table({'row': range(5000), 'text': many}), HERE / 'many_rows.parquet',
                   data_page_size=2048, row_group_size=2000)


if __name__ == '__main__':
    write_people()
    write_tables()
    write_types()

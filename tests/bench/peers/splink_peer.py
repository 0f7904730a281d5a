"""Splink on DuckDB, used as it documents: splink_peer.py LEFT RIGHT OUT, rows RECORD,RECORD,PROBABILITY,WEIGHT."""

import sys

import duckdb
import splink.comparison_library as cl
from splink import Linker, SettingsCreator, block_on
from splink.internals.duckdb.database_api import DuckDBAPI

_BLOCKING = [("surname", "dob"), ("first_name", "dob"), ("first_name", "surname"), ("zip", "dob"), ("ssn",), ("phone",),
             ("surname", "zip"), ("street", "zip")]


def main():
    left, right, out = sys.argv[1:]
    database = duckdb.connect()
    api = DuckDBAPI(connection=database)
    tables = []
    for name, path in (("registry", left), ("claims", right)):
        # An empty cell means no value; otherwise two empty cells would agree.
        table = database.execute("select * from read_csv(?, all_varchar = true, nullstr = '')", [path]).df()
        tables.append(api.register(table, dataset_display_name=name))
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[cl.NameComparison("first_name"), cl.NameComparison("surname"),
                     cl.DateOfBirthComparison("dob", input_is_string=True), cl.ExactMatch("sex"),
                     cl.JaroWinklerAtThresholds("street"), cl.JaroWinklerAtThresholds("city"), cl.ExactMatch("zip"),
                     cl.LevenshteinAtThresholds("ssn"), cl.ExactMatch("phone"), cl.EmailComparison("email")],
        blocking_rules_to_generate_predictions=[block_on(*columns) for columns in _BLOCKING])
    linker = Linker(tables, settings)
    linker.training.estimate_probability_two_random_records_match(
        [block_on("first_name", "surname", "dob"), block_on("ssn")], recall=0.8)
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    for columns in (("first_name", "surname"), ("dob",)):
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*columns))
    predictions = linker.inference.predict(threshold_match_probability=0.5)
    database.execute(
        f"copy (select case when source_dataset_l = 'registry' then unique_id_l else unique_id_r end as l, "
        f"case when source_dataset_l = 'registry' then unique_id_r else unique_id_l end as r, "
        f"match_probability, match_weight "
        f"from {predictions.physical_name}) to '{out}' (header false)")


if __name__ == "__main__":
    main()

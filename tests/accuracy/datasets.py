"""Prepares data with truth for the accuracy table: a folder per data set, with a file per site and truth.csv.

Reads the folder BLINDLINK_DATA (tests/accuracy/run.sh); none of it is copied into the project. Each
preparation removes what a site would not have (the person that a record belongs to) and leaves the rest
unchanged. Standard library only.
"""

import csv
import json
import pathlib
import re
import sys


def read(path):
    """The header and the rows as dictionaries; blanks around column names are removed."""
    with open(path, newline="", encoding="utf-8-sig") as file:
        rows = csv.reader(file)
        header = [name.strip() for name in next(rows)]
        return header, [dict(zip(header, row)) for row in rows if row]


def write(path, header, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, header, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


class DataSet:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.truth = []

    def site(self, name, header, rows, record, person, drop=()):
        """Writes a site's file; `record` and `person` return the record id and the person of a row."""
        out = []
        for at, row in enumerate(rows):
            row = dict(row, record_id=record(at, row))
            self.truth.append({"site": name, "record": row["record_id"], "person": person(row)})
            out.append(row)
        kept = ["record_id"] + [column for column in header if column not in drop]
        write(self.folder / f"{name}.csv", kept, out)

    def finish(self):
        write(self.folder / "truth.csv", ["site", "record", "person"], self.truth)


def febrl(data, out, files, drop=()):
    result = DataSet(out)
    for name, path in files.items():
        header, rows = read(data / "linkage" / path)
        result.site(name, header, rows, lambda at, row: row["rec_id"].strip(),
                    lambda row: re.match(r"rec-(\d+)", row["record_id"]).group(1), {"rec_id", *drop})
    result.finish()


def by_column(data, out, files, person_column, drop=()):
    result = DataSet(out)
    for name, path in files.items():
        header, rows = read(data / "linkage" / path)
        result.site(name, header, rows, lambda at, row: f"{name}-{at}", lambda row: row[person_column],
                    {person_column, "Record ID", "__index_level_0__", *drop})
    result.finish()


def tuning_clusters(data, out):
    """Converts clusters of FHIR-like JSON objects to one CSV of the main fields."""
    clusters = json.loads((data / "linkage/cdc_recordlinker/100_cluster_tuning_test.json").read_text())["clusters"]
    rows = []
    for number, cluster in enumerate(clusters):
        for record in cluster["records"]:
            name = (record.get("name") or [{}])[0]
            address = (record.get("address") or [{}])[0]
            phones = [t["value"] for t in record.get("telecom") or [] if t.get("system") == "phone"]
            ssn = [i["value"] for i in record.get("identifiers") or [] if i.get("type") == "SS"]
            rows.append({
                "person": str(number), "first_name": " ".join(name.get("given") or []),
                "last_name": name.get("family"), "suffix": " ".join(name.get("suffix") or []),
                "birth_date": record.get("birth_date"), "sex": record.get("sex"),
                "street_address": (address.get("line") or [""])[0], "city": address.get("city"),
                "state": address.get("state"), "zip": address.get("postal_code"),
                "phone": (phones or [""])[0], "ssn": (ssn or [""])[0]})
    result = DataSet(out)
    result.site("clinic", list(rows[0]), rows, lambda at, row: str(at), lambda row: row["person"], {"person"})
    result.finish()


def tufts(data, out, changed):
    result = DataSet(out)
    for name, path in {"a": "100-patients-original.csv", "b": f"100-patients-{changed}.csv"}.items():
        header, rows = read(data / "linkage/tufts_pprl" / path)
        result.site(name, header, rows, lambda at, row: row["row_id"], lambda row: row["row_id"], {"row_id"})
    result.finish()


def labelled_cases(data, out):
    """Test rows against seed rows. A "match" row is the seed's person, a "no_match" row a person of its own; a
    "possible_match" row has no truth, so its pairs are not judged."""
    folder = data / "linkage/cdc_recordlinker"
    result = DataSet(out)
    header, rows = read(folder / "nbs_seed.csv")
    result.site("seed", header, rows, lambda at, row: f"seed-{at}", lambda row: row["Match Id"], {"Match Id", "ID"})
    cases = [row for name in ("better", "expanded_nbs", "nbs") for row in read(folder / f"{name}_test.csv")[1]]
    expected = {f"case-{at}": row["Expected Result"].strip() for at, row in enumerate(cases)}
    result.site("cases", header, cases, lambda at, row: f"case-{at}",
                lambda row: row["Match Id"] if expected[row["record_id"]] == "match" else "nobody " + row["record_id"],
                {"Match Id", "ID"})
    result.truth = [row for row in result.truth if expected.get(row["record"]) not in ("possible_match", "51286")]
    result.finish()


def with_truth(data, out, file, truth):
    """A file whose rows have ids, and a file that says whose they are."""
    person = {row["record"]: row["person"] for row in read(data / "linkage" / truth)[1]}
    header, rows = read(data / "linkage" / file)
    result = DataSet(out)
    result.site("a", header[1:], rows, lambda at, row: row[header[0]], lambda row: person[row["record_id"]])
    result.finish()


FEBRL4 = {"a": "febrl/dataset4a.csv", "b": "febrl/dataset4b.csv"}
EASYLINK = {"ssa": "easylink/2020_input_file_ssa.csv", "w2": "easylink/2020_input_file_w2.csv"}
PSEUDOPEOPLE = {"census": "pseudopeople/decennial_census.csv", "ssa": "pseudopeople/social_security.csv"}

DATA_SETS = {
    "febrl4-ssn": lambda data, out: febrl(data, out, FEBRL4),
    "febrl4": lambda data, out: febrl(data, out, FEBRL4, {"soc_sec_id"}),
    "febrl2": lambda data, out: febrl(data, out, {"a": "febrl/dataset2.csv"}),
    "febrl1": lambda data, out: febrl(data, out, {"a": "febrl/dataset1.csv"}),
    "easylink": lambda data, out: by_column(data, out, EASYLINK, "simulant_id"),
    "pseudopeople": lambda data, out: by_column(
        data, out, PSEUDOPEOPLE, "simulant_id",
        {"copy_ssn", "copy_date_of_birth", "copy_age", "event_date", "ssn"}),
    "clkhash": lambda data, out: by_column(
        data, out, {"a": "clkhash/dirty_1000_50_1.csv", "b": "clkhash/dirty_1000_50_2.csv"}, "rec_id"),
    "splink": lambda data, out: by_column(data, out, {"a": "splink/fake_1000.csv"}, "cluster", {"unique_id"}),
    "splink-20000": lambda data, out: with_truth(data, out, "splink/fake_20000.csv", "splink/fake_20000_truth.csv"),
    "cdc-clusters": tuning_clusters,
    "cdc-cases": labelled_cases,
    "tufts-capitals": lambda data, out: tufts(data, out, "capitalization"),
    "tufts-off-by-1": lambda data, out: tufts(data, out, "off-by-1"),
    "tufts-missing": lambda data, out: tufts(data, out, "missing-data"),
}

if __name__ == "__main__":
    if len(sys.argv) == 2 and sys.argv[1] == "list":
        print("\n".join(DATA_SETS))
    elif len(sys.argv) == 4 and sys.argv[1] in DATA_SETS:
        DATA_SETS[sys.argv[1]](pathlib.Path(sys.argv[2]), sys.argv[3])
    else:
        sys.exit("usage: datasets.py list | datasets.py NAME DATA_FOLDER OUT_FOLDER")

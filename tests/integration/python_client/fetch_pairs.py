"""Fetches match pairs with nothing but the .proto files: a client in another language.

fetch_pairs.py --proto DIR --resolver HOST:PORT --cert FILE --key FILE --ca FILE --project NAME

Prints the CSV that docs/formats/result_files.md describes. Needs python3-grpcio and
python3-grpc-tools; the stubs are generated into a temporary folder.
"""

import argparse
import csv
import importlib
import pathlib
import sys
import tempfile

import grpc
import grpc_tools.protoc

COLUMNS = ["left_site", "left_record", "right_site", "right_record", "level", "rule", "match_keys",
           "score"]


def generate(proto_folder, out):
    files = sorted(str(f) for f in (proto_folder / "blindlink" / "v1").glob("*.proto"))
    code = grpc_tools.protoc.main(["protoc", f"--proto_path={proto_folder}", f"--python_out={out}",
                                   f"--grpc_python_out={out}", *files])
    if code != 0:
        sys.exit("fetch_pairs.py: the .proto files cannot be compiled")
    sys.path.insert(0, str(out))


def connect(arguments):
    credentials = grpc.ssl_channel_credentials(
        arguments.ca.read_bytes(), arguments.key.read_bytes(), arguments.cert.read_bytes())
    return grpc.secure_channel(arguments.resolver, credentials,
                               [("grpc.ssl_target_name_override", "resolver.blindlink")])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name in ("proto", "cert", "key", "ca"):
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True)
    parser.add_argument("--resolver", required=True)
    parser.add_argument("--project", required=True)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        generate(arguments.proto, folder)
        plan = importlib.import_module("blindlink.v1.plan_pb2")
        result = importlib.import_module("blindlink.v1.result_service_pb2")
        service = importlib.import_module("blindlink.v1.result_service_pb2_grpc")
    rows = csv.writer(sys.stdout, lineterminator="\n")
    rows.writerow(COLUMNS)
    with connect(arguments) as channel:
        stub = service.ResultStub(channel)
        for chunk in stub.GetMatchPairs(result.GetRowsRequest(project=arguments.project), timeout=60):
            for pair in chunk.pairs:
                rows.writerow([pair.left_site, pair.left_record, pair.right_site, pair.right_record,
                               plan.MatchLevel.Name(pair.level).lower(), pair.rule,
                               ";".join(pair.match_keys), repr(pair.score).removesuffix(".0")])


if __name__ == "__main__":
    main()

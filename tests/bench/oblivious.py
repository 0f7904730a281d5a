#!/usr/bin/env python3
"""What one oblivious match key costs a site's run: the same records, the same plan, with and without it, in one session.

    tests/bench/oblivious.py [--records 20000] [--plan FILE] [--match-key NAME] [--repeat 3] [--out DIR] [--bin DIR]

Starts a resolver and a key server on this machine, and runs `blindlink-agent run` of the records under the plan as it is and
under the plan with the match key oblivious, in turn. Prints the least wall clock and processor time of each (the agent's two
halves; with the key server's beside them), the elements, and the ratios. Default plan us-guarded, match key last-zip-year.
"""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import measure  # noqa: E402
import parties  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def oblivious(text, match_key, public_key):
    line = f'  name: "{match_key}"\n'
    if line not in text:
        raise SystemExit(f"the plan has no match key {match_key}")
    return text.replace(line, line + "  oblivious: true\n") + f'\noblivious_key {{ public_key: "{public_key}" }}\n'


class KeyServer:
    """A key server for the site, with its key, on a free port."""

    def __init__(self, program, certs, folder, project, site):
        self.folder = folder
        os.makedirs(folder, mode=0o700, exist_ok=True)
        key = os.path.join(folder, "project.key")
        subprocess.run([program, "init", "--project", project, "--key-file", key], check=True, stdout=subprocess.DEVNULL)
        self.public_key = subprocess.run([program, "public-key", "--project", project, "--key-file", key], check=True,
                                         capture_output=True, text=True).stdout.strip()
        der = subprocess.run(["openssl", "x509", "-in", f"{certs}/site-{site}.pem", "-outform", "DER"], check=True,
                             capture_output=True).stdout
        digest = subprocess.run(["sha256sum"], input=der, check=True, capture_output=True).stdout.decode().split()[0]
        config = os.path.join(folder, "config.textproto")
        with open(config, "w", encoding="utf-8") as file:
            file.write(f'listen: "127.0.0.1:0" state_directory: "counts" port_file: "port" log_file: "log"\n'
                       f'certificate_file: "{certs}/keyserver-main.pem" private_key_file: "{certs}/keyserver-main.key"\n'
                       f'client_ca_file: "{certs}/ca.pem"\nprojects {{ name: "{project}" key_file: "project.key"\n'
                       f'  sites {{ name: "{site}" elements_per_day: 1000000000 certificate_sha256: "{digest}" }} }}\n')
        self.process = measure.Server([program, "serve", "--config", config], os.path.join(folder, "start.log"))
        port = os.path.join(folder, "port")
        while not os.path.exists(port) or not os.path.getsize(port):
            if not self.process.alive():
                raise SystemExit("the key server did not start")
            time.sleep(0.05)
        with open(port, encoding="ascii") as file:
            self.address = "127.0.0.1:" + file.read().strip()

    def elements(self):
        with open(os.path.join(self.folder, "log"), encoding="utf-8") as file:
            return sum(map(int, re.findall(r"event=evaluated .* elements=(\d+)", file.read())))


def run_once(args, bench, plan, dataset, server):
    command = [os.path.join(args.bin, "blindlink-agent"), "run", "--input", bench.path("north.csv"), "--project",
               parties.PROJECT, "--site", parties.LEFT, "--dataset", dataset, "--token-key", bench.path("sites", "token.key"),
               "--state", bench.path("sites", "state"), "--plan", plan, "--no-wait", "--key-server", server.address]
    before = server.process.cpu_seconds()
    took = measure.run(command + bench.connection("site-" + parties.LEFT), bench.path("logs", "run.log"))
    return {"wall": took.seconds, "agent CPU": took.cpu_seconds, "key server CPU": server.process.cpu_seconds() - before}


def network_of(args, variant, certs_from):
    """The parties of one variant, with a resolver of their own, since a project has one plan."""
    out = os.path.join(args.out, variant)
    shutil.rmtree(out, ignore_errors=True)
    plan = os.path.join(args.out, variant + ".textproto")
    bench = parties.Parties(ROOT, args.bin, out, plan, 256, 2)
    shutil.copy(os.path.join(args.out, "north.csv"), bench.path("north.csv"))
    shutil.copytree(certs_from, bench.path("certs"))
    bench.prepare()
    return bench


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--plan", default=os.path.join(ROOT, "deploy/plans/us-guarded.textproto"))
    parser.add_argument("--match-key", default="last-zip-year")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--out", default=os.path.join(ROOT, "build/bench-oblivious"))
    parser.add_argument("--bin", default=os.path.join(ROOT, "build/release/bin"))
    args = parser.parse_args()
    measure.make_folder(args.out, "oblivious.py")
    certs = os.path.join(args.out, "certs")
    subprocess.run([os.path.join(ROOT, "certs-example/make-certs.sh"), certs, "--site", parties.LEFT, "--site", parties.RIGHT,
                    "--coordinator", "center", "--researcher", "study", "--keyserver", "main"], check=True,
                   stdout=subprocess.DEVNULL)
    subprocess.run([os.path.join(args.bin, "blindlink-population"), "--registry", str(args.records), "--claims", str(args.records),
                    "--registry-out", os.path.join(args.out, "north.csv"), "--claims-out", os.path.join(args.out, "south.csv")],
                   check=True, stdout=subprocess.DEVNULL)
    server = KeyServer(os.path.join(args.bin, "blindlink-keyserver"), certs, os.path.join(args.out, "keyserver"),
                       parties.PROJECT, parties.LEFT)
    with open(args.plan, encoding="utf-8") as file:
        shipped = file.read()
    for variant, text in {"plain": shipped, "oblivious": oblivious(shipped, args.match_key, server.public_key)}.items():
        with open(os.path.join(args.out, variant + ".textproto"), "w", encoding="utf-8") as file:
            file.write(text)
    networks = {variant: network_of(args, variant, certs) for variant in ("plain", "oblivious")}
    figures = {variant: [] for variant in networks}
    for number in range(args.repeat):
        for variant, bench in networks.items():
            figures[variant].append(run_once(args, bench, os.path.join(args.out, variant + ".textproto"), f"d{number}", server))
    least = {variant: {name: min(run[name] for run in runs) for name in runs[0]} for variant, runs in figures.items()}
    elements = server.elements() / args.repeat
    server.process.stop()
    for bench in networks.values():
        bench.resolver.stop()
    print(f"{args.records} records, {args.match_key} of {os.path.basename(args.plan)}, {elements:.0f} elements a run, least of "
          f"{args.repeat} runs")
    for variant, row in least.items():
        print(f"{variant:10}" + "".join(f"  {name} {value:.2f} s" for name, value in row.items()))
    print("ratio     " + "".join(f"  {name} {least['oblivious'][name] / least['plain'][name]:.2f}"
                                 for name in ("wall", "agent CPU")))
    with open(os.path.join(args.out, "oblivious.json"), "w", encoding="utf-8") as file:
        json.dump({"records": args.records, "elements": elements, "figures": least}, file, indent=2)


if __name__ == "__main__":
    main()

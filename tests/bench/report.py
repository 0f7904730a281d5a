"""Formats the results of a benchmark as one JSON object and as a table."""

import os
import platform

_MIB = 1 << 20


def _processor():
    with open("/proc/cpuinfo", encoding="utf-8") as info:
        for line in info:
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()


def _machine():
    return {"processor": _processor(), "cores": os.cpu_count(), "load_average": os.getloadavg()[0],
            "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30))}


def _floor_of(stage, figures, floors):
    """The seconds that a stage's unavoidable work takes on one core; None if the stage has no floor."""
    tokens = figures.get("tokens", 0)
    hashing, sending = tokens * floors["hmac_seconds"], figures.get("bytes", 0) * floors["tls_seconds_per_byte"]
    if stage.startswith("agent"):
        return hashing + sending
    if stage.startswith("ingest"):
        return tokens * (floors["sort_seconds"] + floors["sst_write_seconds"])
    if stage == "linkage":
        return tokens * floors["scan_seconds"] + figures["candidates"] * floors["sort_seconds"]
    if stage == "fetch":
        return sending
    return None


def _add_floors(stages, floors):
    sums = [0, 0]
    for stage, figures in stages.items():
        floor = _floor_of(stage, figures, floors)
        if floor is None:
            continue
        figures["floor_seconds"], figures["times_floor"] = floor, figures["seconds"] / floor
        sums = [sums[0] + floor, sums[1] + figures["seconds"]]
    stages["end to end"].update(floor_seconds=sums[0], times_floor=sums[1] / sums[0])


def result_of(args, stages, evaluation, floors):
    for figures in stages.values():
        for unit in ("records", "tokens"):
            if unit in figures and figures["seconds"] > 0:
                figures[unit + "_per_second"] = figures[unit] / figures["seconds"]
        if "disk_bytes" in figures:
            figures["disk_bytes_per_record"] = figures["disk_bytes"] / (args.left + args.right)
    if floors:
        _add_floors(stages, floors)
    accuracy = evaluation and {name: evaluation[name] for name in
                               ("tp", "fp", "fn", "sensitivity", "sensitivity_interval", "ppv", "ppv_interval",
                                "f1")}
    return {"left": args.left, "right": args.right, "plan": os.path.basename(args.plan), "seed": args.seed,
            "population": args.population, "threads": args.threads, "memory_budget_mib": args.memory_mib,
            "streamed": args.stream, "machine": _machine(), "stages": stages, "floors": floors,
            "accuracy": accuracy}


def _count(value):
    return f"{value:,.0f}".replace(",", " ")


def _cell(figures, name, form=_count, scale=1):
    return form(figures[name] / scale) if name in figures else "-"


def _row(stage, figures):
    one = lambda value: f"{value:.1f}"
    return [stage, _cell(figures, "records"), _cell(figures, "tokens"), _cell(figures, "bytes", _count, _MIB),
            _cell(figures, "seconds", one), _cell(figures, "cpu_seconds", one),
            _cell(figures, "records_per_second"), _cell(figures, "tokens_per_second"),
            _cell(figures, "agent_peak_mib"), _cell(figures, "resolver_peak_mib"),
            _cell(figures, "disk_peak_bytes", _count, _MIB), _cell(figures, "floor_seconds", one),
            _cell(figures, "times_floor", one)]


_HEADER = ["stage", "records", "tokens", "MiB", "seconds", "CPU s", "records/s", "tokens/s", "agent MiB",
           "resolver MiB", "disk MiB", "floor s", "x floor"]


def _share(accuracy, name):
    low, high = accuracy[name + "_interval"]
    return f"{accuracy[name]:.5f} ({low:.5f} to {high:.5f})"


def table_of(result):
    rows = [_HEADER, ["---"] + ["---:"] * (len(_HEADER) - 1)]
    rows += [_row(stage, figures) for stage, figures in result["stages"].items()]
    widths = [max(len(row[i]) for row in rows) for i in range(len(_HEADER))]
    lines = ["| " + " | ".join([row[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in
                                                          zip(row[1:], widths[1:])]) + " |" for row in rows]
    accuracy, machine = result["accuracy"], result["machine"]
    whole = result["stages"]["end to end"]
    lines += ["", f"{result['left']} x {result['right']}, plan {result['plan']}, seed {result['seed']}, "
              f"{result['threads']} threads per agent; {machine['cores']} cores of {machine['processor']}, load "
              f"average at the end {machine['load_average']:.1f}"]
    if accuracy:
        lines.append(f"sensitivity {_share(accuracy, 'sensitivity')}, PPV {_share(accuracy, 'ppv')}, "
                     f"F1 {accuracy['f1']:.5f}")
    lines += [f"{whole['tokens'] / whole['records']:.1f} tokens and {whole['disk_bytes_per_record']:.0f} bytes on "
              f"disk per record"]
    if result["floors"]:
        floors = result["floors"]
        lines.append(f"floors on one core: token {floors['hmac_seconds'] * 1e9:.0f} ns, TLS stream "
                     f"{1e-6 / floors['tls_seconds_per_byte']:.0f} MB/s, sort "
                     f"{1e-6 / floors['sort_seconds']:.1f} M/s, SST {1e-6 / floors['sst_write_seconds']:.1f} M/s, "
                     f"scan {1e-6 / floors['scan_seconds']:.1f} M/s")
    return "\n".join(lines)

#!/usr/bin/env python3
"""The driver of `make bench`: runs the three benchmarks, prints tables, writes JSON. docs/benchmarks.md explains."""
import argparse
import json
import math
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

HAND_LIMIT = 1.25      # native code against hand-written
PCAP_LIMIT = 8         # against libpcap, geometric mean of programs with PCAP_TESTS and more
PCAP_TESTS = 4
FILE_LIMIT = 3         # pfq run against tcpdump
COLD_LIMIT, CACHED_LIMIT = 60, 15  # ms
FILE_PACKETS = 800_000


def spread(values, digits=2):
    return f"{median(values):.{digits}f} ({min(values):.{digits}f}..{max(values):.{digits}f})"


def summary(values):
    return {"median": median(values), "min": min(values), "max": max(values), "values": values}


def ratios(above, below):
    """Pair by pair, since both of a pair met the same state of the machine."""
    return [a / b for a, b in zip(above, below)]


def geometric_mean(values):
    return math.exp(sum(map(math.log, values)) / len(values))


def met(good):
    return "met" if good else "MISSED"


class Bench:
    def __init__(self, options):
        self.options = options
        self.targets = []
        self.json = {"machine": machine(), "targets": self.targets}

    def target(self, what, value, limit, at_most):
        good = value <= limit if at_most else value >= limit
        self.targets.append({"what": what, "value": value, "limit": limit, "at_most": at_most, "met": good})
        print(f"{what}: {value:.2f}, target at {'most' if at_most else 'least'} {limit}: {met(good)}")

    def run_filters(self):
        out = subprocess.run([self.options.filters, str(self.options.rounds)], stdout=subprocess.PIPE, check=True)
        data = json.loads(out.stdout)
        self.json["filters"] = data
        for place, title in (("hot", f"hot: {data['hot_packets']} packets in the cache"),
                             ("memory", f"memory: {data['memory_packets']} packets, {data['memory_bytes'] >> 20} MiB")):
            self.print_filters(data["programs"], place, title)

    def print_filters(self, programs, place, title):
        print(f"\n== ns per packet, {title}; median (min..max)")
        print(f"{'program':<12}{'tests':>6}  {'native':<23}{'hand':<23}{'libpcap':<24}{'native/hand':<20}"
              f"{'libpcap/native':<20}")
        by_hand, by_pcap = [], []
        for program in programs:
            times = program[place]
            hand = ratios(times["native"], times["hand"])
            pcap = ratios(times["libpcap"], times["native"])
            by_hand.append(median(hand))
            if program["tests"] >= PCAP_TESTS:
                by_pcap.append(median(pcap))
            print(f"{program['name']:<12}{program['tests']:>6}  {spread(times['native'], 1):<23}{spread(times['hand'], 1):<23}"
                  f"{spread(times['libpcap'], 1):<24}{spread(hand):<20}{spread(pcap, 1):<20}"
                  f"{'' if median(hand) <= HAND_LIMIT else ' > ' + str(HAND_LIMIT)}")
        self.target(f"{place}: native / hand-written, worst program", max(by_hand), HAND_LIMIT, True)
        self.target(f"{place}: native / hand-written, geometric mean", geometric_mean(by_hand), HAND_LIMIT, True)
        if place == "hot":
            self.target(f"{place}: libpcap / native, geometric mean from {PCAP_TESTS} tests on",
                        geometric_mean(by_pcap), PCAP_LIMIT, False)

    def run_file(self):
        path = Path(self.options.shm) / f"pfq-bench-{os.getpid()}.pcap"
        try:
            subprocess.run([self.options.traffic, path, str(FILE_PACKETS)], check=True)
            self.measure_file(path)
        finally:
            path.unlink(missing_ok=True)

    def measure_file(self, path):
        size = path.stat().st_size
        print(f"\n== a whole file: {FILE_PACKETS} packets, {size >> 20} MiB, in memory; seconds, median (min..max)")
        print(f"{'program':<12}  {'pfq':<20}{'tcpdump':<20}{'tcpdump/pfq':<22}{'pfq cpu':<20}{'tcpdump cpu':<20}{'of cpu time':<20}")
        entries, speedups = [], []
        for program in self.json["filters"]["programs"]:
            if program["name"] not in ("tcp", "office web", "rules"):
                continue
            pfq = [self.options.pfq, "run", "-q", "-r", path, "-w", "/dev/null", "-e", program["pfq"]]
            tcpdump = ["tcpdump", "-r", path, "-w", "/dev/null", program["tcpdump"]]
            times = interleaved({"pfq": pfq, "tcpdump": tcpdump}, self.options.rounds)
            wall = {name: [t[0] for t in values] for name, values in times.items()}
            cpu = {name: [t[1] for t in values] for name, values in times.items()}
            by_wall, by_cpu = ratios(wall["tcpdump"], wall["pfq"]), ratios(cpu["tcpdump"], cpu["pfq"])
            speedups.append(median(by_wall))
            entries.append({"program": program["name"], "bytes": size,
                            "wall": {name: summary(v) for name, v in wall.items()},
                            "cpu": {name: summary(v) for name, v in cpu.items()}})
            print(f"{program['name']:<12}  {spread(wall['pfq']):<20}{spread(wall['tcpdump']):<20}{spread(by_wall):<22}"
                  f"{spread(cpu['pfq']):<20}{spread(cpu['tcpdump']):<20}{spread(by_cpu):<20}")
        self.json["file"] = entries
        self.target("file: tcpdump / pfq run, wall time, geometric mean", geometric_mean(speedups), FILE_LIMIT, False)

    def run_latency(self):
        print("\n== start to first packet: a run over one packet; ms, median (min..max)")
        print(f"{'program':<12}  {'cold':<24}{'cached':<24}{'cold cpu':<24}{'cached cpu':<24}")
        entries, cold, cached = [], [], []
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "one.pcap"
            subprocess.run([self.options.traffic, path, "1"], check=True)
            for program in self.json["filters"]["programs"]:
                if program["name"] not in ("tcp", "office web", "rules"):
                    continue
                command = [self.options.pfq, "run", "-q", "-r", path, "-e", program["pfq"]]
                runs = {"cold": command, "cached": command}
                extra = {"cold": {"PFQ_CACHE": "off"}, "cached": {"XDG_CACHE_HOME": folder}}
                times = interleaved(runs, max(self.options.rounds, 15), extra)
                milli = {name: [t[0] * 1e3 for t in values] for name, values in times.items()}
                cpu = {name: [t[1] * 1e3 for t in values] for name, values in times.items()}
                cold.append(median(milli["cold"]))
                cached.append(median(milli["cached"]))
                entries.append({"program": program["name"], "wall_ms": {n: summary(v) for n, v in milli.items()},
                                "cpu_ms": {n: summary(v) for n, v in cpu.items()}})
                print(f"{program['name']:<12}  {spread(milli['cold'], 1):<24}{spread(milli['cached'], 1):<24}"
                      f"{spread(cpu['cold'], 1):<24}{spread(cpu['cached'], 1):<24}")
        self.json["latency"] = entries
        self.target("start: cold, ms, worst program", max(cold), COLD_LIMIT, True)
        self.target("start: cached, ms, worst program", max(cached), CACHED_LIMIT, True)


def machine():
    info = Path("/proc/cpuinfo").read_text()
    model = next((line.split(":", 1)[1].strip() for line in info.splitlines() if line.startswith("model name")), "")
    return {"processor": model, "processors": os.cpu_count(), "kernel": platform.release(), "load": os.getloadavg()}


def run_timed(command, extra):
    """Wall and processor seconds of a process and what it starts."""
    environment = dict(os.environ, **extra)
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    result = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if result.returncode != 0:
        sys.exit(f"{command[0]} failed: {result.stderr.decode()}")
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def interleaved(commands, rounds, extra=None):
    """The commands in turn, so that what disturbs the machine disturbs all of them; the first round warms up."""
    times = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            taken = run_timed(command, (extra or {}).get(name, {}))
            if number > 0:
                times[name].append(taken)
    return times


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("filters", "traffic", "pfq", "json"):
        parser.add_argument(f"--{name}", required=True, type=Path)
    parser.add_argument("--rounds", type=int, default=15, help="pairs that are measured (7 at least)")
    parser.add_argument("--shm", default="/dev/shm", help="a folder in memory for the capture")
    options = parser.parse_args()
    options.rounds = max(options.rounds, 7)
    bench = Bench(options)
    load = bench.json["machine"]["load"]
    print(f"{bench.json['machine']['processor']}, {bench.json['machine']['processors']} processors, "
          f"load {load[0]:.1f} before the start")
    if load[0] > 1:
        print("note: other programs are running; wall times will be worse than those of an idle machine")
    bench.run_filters()
    bench.run_file()
    bench.run_latency()
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(bench.json, indent=1) + "\n")
    missed = sum(not target["met"] for target in bench.targets)
    print(f"\n{len(bench.targets) - missed} of {len(bench.targets)} targets met; all figures are in {options.json}")


if __name__ == "__main__":
    main()

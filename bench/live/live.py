#!/usr/bin/env python3
"""The live part of `make bench`: traffic over a veth pair, and live programs by test-run. docs/performance.md has what it printed."""
import argparse
import datetime
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[2]

METHODS = ("drop", "ringbuf", "afxdp", "libpcap", "pfq", "pfq-precise")
LABELS = {"drop": "XDP_DROP counting", "ringbuf": "BPF ring buffer", "afxdp": "AF_XDP copy", "libpcap": "libpcap TPACKET_V3",
          "pfq": "pfq, no time", "pfq-precise": "pfq, precise time, merged"}
# ours / theirs, at 64 bytes
LIMITS = [("pfq", "libpcap", 3.0), ("pfq-precise", "libpcap", 2.5), ("pfq", "afxdp", 1.2), ("pfq", "drop", 0.8)]
HAND_LIMIT, DELIVERY_LIMIT, GROUPS_LIMIT, CACHED_LIMIT = 1.15, 20, 1.7, 10
LOAD_LIMITS = {"1": 60, "8": 150, "64": 600}
SIZES = (64, 512, 1514)
GROUPS = (1, 2, 4, 8)
SOCKETS = (1, 2, 4, 8)


def spread(values, digits=2):
    return f"{median(values):.{digits}f} ({min(values):.{digits}f}..{max(values):.{digits}f})"


def ratios(above, below):
    """Pair by pair: both met the same state of the machine."""
    return [a / b for a, b in zip(above, below)]


class Live:
    def __init__(self, options):
        self.options = options
        self.targets = []
        self.json = {"date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
                     "kernel": platform.release(), "processors": os.cpu_count(), "load": os.getloadavg(), "targets": self.targets}

    def target(self, what, values, limit, at_most, digits=2):
        value = median(values)
        good = value <= limit if at_most else value >= limit
        self.targets.append({"what": what, "values": values, "limit": limit, "at_most": at_most, "met": good})
        print(f"{what}: {spread(values, digits)}, target at {'most' if at_most else 'least'} {limit}: {'met' if good else 'MISSED'}")

    # ------------------------------------------------------------------------------------------------ test-run

    def run_programs(self):
        out = subprocess.run([self.options.programs, str(self.options.rounds)], stdout=subprocess.PIPE, check=True)
        data = self.json["programs"] = json.loads(out.stdout)
        print(f"\n== ten programs that drop a packet, by test-run; ns per packet beyond what an empty program takes; median (min..max)")
        print(f"{'program':<14}{'hand-written C':<22}{'pfq':<22}{'pfq/hand':<22}{'xlated':>7}{'jited':>7}")
        worst = None
        for program in data["programs"]:
            times = program["times"]
            hand, ours = self.net(times, "hand"), self.net(times, "pfq")
            each = ratios(ours, hand)
            worst = each if worst is None or median(each) > median(worst) else worst
            print(f"{program['name']:<14}{spread(hand, 1):<22}{spread(ours, 1):<22}{spread(each):<22}{program['xlated']:>7}{program['jited']:>7}")
        self.target("test-run: pfq / hand-written C, worst program", worst, HAND_LIMIT, True)
        self.show_delivery(data["delivery"])
        self.show_loads(data["load"])

    @staticmethod
    def net(times, name):
        return [time - nothing for time, nothing in zip(times[name], times["nothing"])]

    def show_delivery(self, times):
        print("\n== delivery by test-run; ns per packet beyond the program that drops; median (min..max)")
        for name in times:
            if name not in ("nothing", "drop"):
                print(f"{name:<28}{spread([a - b for a, b in zip(times[name], times['drop'])], 1)}")
        self.target("test-run: delivery of 64 bytes without time, ns",
                    [a - b for a, b in zip(times["deliver 64"], times["drop"])], DELIVERY_LIMIT, True, 1)

    def show_loads(self, loads):
        print("\n== compile without cache, and load; ms, median (min..max)")
        for groups, times in loads.items():
            print(f"{groups:>3} groups: compile {spread(times['compile'], 0)}, from the cache {spread(times['cached'], 1)}, load {spread(times['load'], 1)}")
            self.target(f"compile and load, {groups} groups, ms", [a + b for a, b in zip(times["compile"], times["load"])],
                        LOAD_LIMITS[groups], True, 0)
        self.target("from the cache, 1 group, without load, ms", loads["1"]["cached"], CACHED_LIMIT, True, 1)

    # ------------------------------------------------------------------------------------------------ live traffic

    def measure(self, method, size, groups=1, sockets=1, way="copy"):
        """Packets a second that a receiver has delivered with the right content, of a sender that goes as fast as it can."""
        precise = method == "pfq-precise"
        name = "pfq" if precise else method
        with tempfile.TemporaryDirectory() as registry:
            command = self.wire.inside.command(self.options.receive, name, self.wire.device, size, groups, sockets, way,
                                               "precise" if precise else "none")
            receiver = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env=dict(os.environ, PFQ_RUN_DIR=registry))
            try:
                if receiver.stdout.readline().strip() != "listening":
                    raise RuntimeError(f"{method} does not listen")
                report = self.wire.send("--live", "--size", size, "--flows", 64, "--count", self.options.frames)
                receiver.stdin.close()
                received = json.loads(receiver.stdout.read())
            finally:
                receiver.stdin.close()
                receiver.wait(60)
        if received["bad"]:
            raise RuntimeError(f"{method}: {received['bad']} frames are not what was sent")
        if received["good"] == 0 or (way != "copy" or sockets == 1) and received["good"] > report["sent"]:
            raise RuntimeError(f"{method}: {received['good']} frames of {report['sent']}")
        return {"rate": received["good"] / report["seconds"], "sent": report["sent"] / report["seconds"]}

    def interleaved(self, cases):
        """All cases in every round; the first round warms up."""
        rates = {name: [] for name in cases}
        for number in range(self.options.rounds + 1):
            for name, arguments in cases.items():
                measured = self.measure(*arguments[0], **arguments[1])
                if number > 0:
                    rates[name].append(measured)
        return rates

    def run_swaps(self):
        with tempfile.TemporaryDirectory() as registry:
            command = self.wire.inside.command(self.options.receive, "swap", self.wire.device, self.options.rounds)
            out = subprocess.run(command, stdout=subprocess.PIPE, check=True,
                                 env=dict(os.environ, PFQ_RUN_DIR=registry, XDG_CACHE_HOME=registry))
        times = self.json["swaps"] = json.loads(out.stdout)
        print("\n== a transaction whose program is in the cache; ms, median (min..max)")
        print(f"attach {spread(times['attach'], 1)}, replace {spread(times['swap'], 1)}")

    def run_methods(self):
        for size in SIZES:
            rates = self.interleaved({method: ((method, size), {}) for method in METHODS})
            self.json[f"live {size}"] = rates
            print(f"\n== live, {size} bytes: million packets a second, delivered and checked; median (min..max)")
            rate = {name: [one["rate"] / 1e6 for one in values] for name, values in rates.items()}
            for name in METHODS:
                sent = [one["sent"] / 1e6 for one in rates[name]]
                print(f"{LABELS[name]:<28}{spread(rate[name]):<22} of {spread(sent):<22} sent;  pfq / it: {spread(ratios(rate['pfq'], rate[name]))}")
            if size == 64:
                for ours, theirs, limit in LIMITS:
                    self.target(f"live, 64 bytes: {LABELS[ours]} / {LABELS[theirs]}", ratios(rate[ours], rate[theirs]), limit, False)

    def run_groups(self):
        rates = self.interleaved({groups: (("pfq", 64), {"groups": groups}) for groups in GROUPS})
        self.json["groups"] = {str(k): v for k, v in rates.items()}
        print("\n== live, 64 bytes, groups on one device, one of which delivers: million packets a second")
        rate = {name: [one["rate"] / 1e6 for one in values] for name, values in rates.items()}
        for groups in GROUPS:
            print(f"{groups} groups: {spread(rate[groups])}")
        self.target("live: time of a packet with 8 groups / with one", ratios(rate[1], rate[8]), GROUPS_LIMIT, True)

    def run_sockets(self):
        cases = {f"{way} {n}": (("pfq", 64), {"sockets": n, "way": way}) for way in ("steer", "copy") for n in SOCKETS}
        rates = self.interleaved(cases)
        self.json["sockets"] = rates
        print("\n== live, 64 bytes, sockets of one group, all read by one thread: million records a second")
        for name, values in rates.items():
            print(f"{name:<10}{spread([one['rate'] / 1e6 for one in values])}")

    def run(self):
        print(f"kernel {self.json['kernel']}, {self.json['processors']} processors, load {self.json['load'][0]:.1f} before the start, "
              f"{self.json['date']}")
        self.run_programs()
        os.environ["LIVE_SEND"] = str(self.options.send)
        sys.path.insert(0, str(ROOT / "tests/live"))
        import net
        self.wire = net.Wire(queues=2)
        try:
            self.run_swaps()
            self.run_methods()
            self.run_groups()
            self.run_sockets()
        finally:
            self.wire.remove()
        self.options.json.parent.mkdir(parents=True, exist_ok=True)
        self.options.json.write_text(json.dumps(self.json, indent=1) + "\n", encoding="utf-8")
        missed = sum(not target["met"] for target in self.targets)
        print(f"\n{len(self.targets) - missed} of {len(self.targets)} targets met; all figures are in {self.options.json}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("programs", "receive", "send", "json"):
        parser.add_argument(f"--{name}", required=True, type=Path)
    parser.add_argument("--rounds", type=int, default=9, help="pairs that are measured (7 at least)")
    parser.add_argument("--frames", type=int, default=1_000_000, help="frames of each run")
    options = parser.parse_args()
    options.rounds = max(options.rounds, 7)
    if os.geteuid() != 0:
        sys.exit("the live benchmarks need root")
    start = time.monotonic()
    Live(options).run()
    print(f"{time.monotonic() - start:.0f} seconds")


if __name__ == "__main__":
    main()

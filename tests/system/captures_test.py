#!/usr/bin/env python3
"""Runs ten programs, as ten groups of one `pfq run`, over every capture file there is.

Each file ends with a result in which the packet law holds, or is of a link type that is not supported and says so: never a crash, a hang, a sanitizer's
report or a packet that is not accounted for. Usage: captures_test.py [PFQ]        (default: $PFQ)
"""
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys

PROGRAMS = [
    "tcp >-> port 443 >-> steer_flow",
    "par3 (tcp >-> classify 1) (udp >-> steer_p2p) (shift ip >-> broadcast)",
    "if is_ip6 then (slice 96 >-> double_steer_ip) else (kernel >-> steer_link)",
    'filter (any has_port [53, 80, 443, 8000..8010] .||. has_addr "192.168.0.0/16") >-> inc 1',
    "shift (shift (shift (filter (is_tcp .||. is_udp))))",
    "when has_vlan (mark 7) >-> unless is_frag steer_vlan",
    'filter (payload_u16 (payload_u8 0 .% 16) .> 100) >-> forward "eth1"',
    "steer_voip",
    "inv (no_frag >-> l4_proto 6) >-> steer_rrobin",
    'steer_gtp_usr "10.0.0.0" 8',
]
ROOT = pathlib.Path(__file__).resolve().parents[2]


def capture_files():
    shared = pathlib.Path(os.environ.get("PFQ_CAPTURES", ROOT / ".." / "shared" / "captures"))
    folders = [ROOT / "tests" / "captures", ROOT / "examples" / "captures"]
    if shared.is_dir():
        folders.append(shared)
    else:
        print(f"no captures in {shared}: only those of the repository are run (set PFQ_CAPTURES)")
    files = [f for folder in folders for f in sorted(folder.rglob("*")) if f.suffix in (".pcap", ".pcapng")]
    return files


def run(pfq, path):
    command = [pfq, "run", "-r", str(path), "--json", "--threads", "2"]
    for number, program in enumerate(PROGRAMS, 1):
        command += ["--group", str(number), "-e", program, "--sockets", f"g{number}a:2,g{number}b:1:0+1"]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


def violations(summary):
    """The packet law, computed here from the counters alone."""
    wrong = list(map(str, summary["violations"]))
    received = sum(device["received"] for device in summary["devices"])

    def equal(what, left, right):
        if left != right:
            wrong.append(f"{what}: {left} is not {right}")

    for group in summary["groups"]:
        where = f"group {group['id']}"
        dropped = sum(group[reason] for reason in ("unsupported_link", "berkeley_filter", "vlan_filter", "computation",
                                                   "no_eligible_socket", "too_many_targets"))
        equal(f"{where} received all", group["received"], received)
        equal(f"{where} received", group["received"], group["accepted"] + dropped + group["diverted"])
        equal(f"{where} picked", group["picked"], group["offered"] + group["duplicate"])
    for socket in summary["sockets"]:
        where = f"socket {socket['name']}"
        equal(f"{where} offered", socket["offered"],
              socket["queued"] + socket["queue_full"] + socket["no_ring"] + socket["closed"])
        equal(f"{where} queued", socket["queued"], socket["read"] + socket["still_queued"])
    equal("offered", sum(g["offered"] for g in summary["groups"]), sum(s["offered"] for s in summary["sockets"]))
    return wrong


def judge(result):
    """What is wrong with a run; and whether the file gave a result."""
    if result.returncode not in (0, 1):
        return [f"exit status {result.returncode}: {result.stderr[-2000:]}"], False
    if any(word in result.stderr for word in ("Sanitizer", "runtime error:", "terminate called")):
        return [result.stderr[-2000:]], False
    if not result.stdout.strip():
        clear = result.returncode == 1 and "is not supported" in result.stderr  # of the link type
        return ([] if clear else [f"no result and no clear error: {result.stderr!r}"]), False
    return violations(json.loads(result.stdout)), True


def main():
    pfq = sys.argv[1] if len(sys.argv) > 1 else os.environ["PFQ"]
    files = capture_files()
    failed, results, errors = 0, 0, 0
    run(pfq, files[0])  # the others find the programs in the cache
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for path, result in zip(files, pool.map(lambda f: run(pfq, f), files)):
            wrong, has_result = judge(result)
            results += has_result
            errors += not has_result
            for text in wrong:
                print(f"FAILED {path}: {text}")
            failed += bool(wrong)
            # the real traffic is of supported link types throughout
            if path.parent.name == "real" and not has_result:
                print(f"FAILED {path}: no result: {result.stderr}")
                failed += 1
    print(f"{len(files)} files under {len(PROGRAMS)} programs: {results} results, {errors} clear errors, {failed} failures")
    return 1 if failed or results == 0 else 0


if __name__ == "__main__":
    sys.exit(main())

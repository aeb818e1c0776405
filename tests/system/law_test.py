#!/usr/bin/env python3
"""Runs `pfq run` over generated traffic and compares counts, order and content with an expectation of its own.

The traffic and what must become of it are computed here from the packets, without any code of PFQ. Usage:
    law_test.py [PFQ]        (default: $PFQ)
"""
import json
import os
import random
import struct
import subprocess
import sys
import tempfile

PACKETS = 30000
SOCKETS = 3


def make_packet(rng):
    """An Ethernet frame: IPv4 with TCP or UDP, or something that is not IP."""
    protocol = rng.choice([6, 6, 17, 0])
    ports = [rng.choice([80, 443, 53, rng.randrange(1024, 65536)]) for _ in range(2)]
    payload = bytes(rng.randrange(256) for _ in range(rng.randrange(4, 40)))
    if protocol == 0:
        frame = bytes(12) + b"\x08\x06" + payload
    else:
        l4 = struct.pack("!HH", *ports)
        l4 += struct.pack("!IIBBHHH", 1, 2, 0x50, 0x10, 512, 0, 0) if protocol == 6 else struct.pack("!HH", 8 + len(payload), 0)
        addresses = bytes([10, 0, 0, rng.randrange(1, 255), 10, 1, rng.randrange(4), rng.randrange(1, 255)])
        total = 20 + len(l4) + len(payload)
        ip = struct.pack("!BBHHHBBH", 0x45, 0, total, rng.randrange(65536), 0, 64, protocol, 0) + addresses
        frame = bytes(12) + b"\x08\x00" + ip + l4 + payload
    return {"protocol": protocol, "ports": ports if protocol else [], "frame": frame}


def write_pcap(path, packets):
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B23C4D, 2, 4, 0, 0, 262144, 1))
        for number, packet in enumerate(packets):
            packet["time"] = (1700000000 + number // 1000, number % 1000 * 1000 + 7)
            frame = packet["frame"]
            out.write(struct.pack("<IIII", *packet["time"], len(frame), len(frame)) + frame)


def read_pcap(path):
    with open(path, "rb") as file:
        data = file.read()
    assert struct.unpack_from("<I", data)[0] == 0xA1B23C4D, f"{path} does not keep nanoseconds"
    records, offset = [], 24
    while offset < len(data):
        seconds, nanoseconds, captured, length = struct.unpack_from("<IIII", data, offset)
        frame = data[offset + 16:offset + 16 + captured]
        assert len(frame) == captured == length
        records.append(((seconds, nanoseconds), frame))
        offset += 16 + captured
    return records


class Failures:
    def __init__(self):
        self.texts = []

    def expect(self, condition, text):
        if not condition:
            self.texts.append(text)


def run(pfq, arguments, failures):
    result = subprocess.run([pfq, "run", "--json", *arguments], capture_output=True, text=True, check=False)
    failures.expect(result.returncode == 0, f"exit code {result.returncode}: {result.stderr.strip()}")
    if not result.stdout:
        sys.exit(f"law_test: no summary: {result.stderr.strip()}")
    return json.loads(result.stdout)


def expected_records(packets):
    return [(packet["time"], packet["frame"]) for packet in packets]


def test_filter(pfq, folder, packets, failures):
    """A plain filter: exactly its packets, in order, and every other one counted as dropped by the computation."""
    wanted = [p for p in packets if p["protocol"] == 6 and 443 in p["ports"]]
    output = os.path.join(folder, "tls.pcap")
    summary = run(pfq, ["-r", os.path.join(folder, "in.pcap"), "-e", "tcp >-> port 443", "-w", output], failures)
    group = summary["groups"][0]
    failures.expect(group["received"] == len(packets), f"received {group['received']} of {len(packets)}")
    failures.expect(group["accepted"] == len(wanted), f"accepted {group['accepted']}, not {len(wanted)}")
    failures.expect(group["computation"] == len(packets) - len(wanted), f"dropped {group['computation']} by computation")
    failures.expect(group["berkeley_filter"] == 0, f"dropped {group['berkeley_filter']} by a filter that is not there")
    failures.expect(read_pcap(output) == expected_records(wanted), "the filtered packets differ, or their order does")


def test_steering(pfq, folder, packets, failures):
    """Steering by flow: each IP packet in one file, each flow (in both directions) in the same one, order kept."""
    wanted = [p for p in packets if p["protocol"]]
    pattern = os.path.join(folder, "part-%s.pcap")
    summary = run(pfq, ["-r", os.path.join(folder, "in.pcap"), "-e", "ip >-> steer_flow", "--sockets", str(SOCKETS),
                        "--filter", "not arp", "-w", pattern], failures)
    failures.expect(summary["groups"][0]["berkeley_filter"] == len(packets) - len(wanted), "dropped by the filter")
    parts = [read_pcap(pattern.replace("%s", str(i))) for i in range(SOCKETS)]
    for number, part in enumerate(parts):
        failures.expect(part == sorted(part, key=lambda record: record[0]), f"part {number} is out of order")
        failures.expect(summary["sockets"][number]["written"] == len(part), f"part {number}: wrong count")
    together = sorted((record for part in parts for record in part), key=lambda record: record[0])
    failures.expect(together == expected_records(wanted), "the parts together are not the input")
    owners = {}
    for number, part in enumerate(parts):
        for _, frame in part:
            ends = sorted([frame[26:30] + frame[34:36], frame[30:34] + frame[36:38]])
            owners.setdefault((frame[23], *ends), set()).add(number)
    failures.expect(all(len(owner) == 1 for owner in owners.values()), "a flow is in several parts")


def test_drop(pfq, folder, packets, failures):
    """Everything dropped is everything counted, by a plain filter and (with two sockets) by verdicts."""
    for sockets in ("1", "2"):
        summary = run(pfq, ["-r", os.path.join(folder, "in.pcap"), "-e", "drop", "--sockets", sockets], failures)
        group = summary["groups"][0]
        failures.expect(group["computation"] == group["received"] == len(packets), "drop drops and counts everything")
        failures.expect(group["berkeley_filter"] == 0, "dropped by a filter that is not there")


def main():
    pfq = sys.argv[1] if len(sys.argv) > 1 else os.environ["PFQ"]
    failures = Failures()
    with tempfile.TemporaryDirectory() as folder:
        rng = random.Random(7)
        packets = [make_packet(rng) for _ in range(PACKETS)]
        write_pcap(os.path.join(folder, "in.pcap"), packets)
        for test in (test_filter, test_steering, test_drop):
            test(pfq, folder, packets, failures)
    for text in failures.texts:
        print(f"law_test: {text}", file=sys.stderr)
    return 1 if failures.texts else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Berkeley filters, VLAN filters and tables of live groups, and what programs log; against tcpdump and runs on a file."""
import json

import captures
import frames
import law
import net

MODES = ("native", "tc", "generic")
FILTERS = ("udp", "port 443", "not arp", "ip[8] > 5 and udp[4:2] > 500", "vlan 10", "ip6", "greater 600", "less 64", "src net 10.1.2.0/30",
           "ether broadcast", "icmp or sctp")


class Filters(net.LiveTest):
    def setUp(self):
        super().setUp()
        self.network = self.wire()
        self.sent = frames.all_kinds()
        captures.write_pcap(self.path("sent.pcap"), self.sent)

    def path(self, name):
        return self.folder / name

    def compare(self, number, *arguments):
        """The same run on a file and on the device."""
        net.run(net.PFQ, "run", "-r", self.path("sent.pcap"), *arguments, "-w", self.path("file.pcap"))
        run = self.listen(self.network.inside, "-i", self.network.device, "--mode", MODES[number % len(MODES)], *arguments, "-w",
                          self.path("live.pcap"))
        self.network.send("--read", self.path("sent.pcap"))
        summary = run.stop()
        law.check(self, summary, len(self.sent))
        ours, theirs = (captures.read_pcap(self.path(f"{kind}.pcap")) for kind in ("live", "file"))
        self.assertEqual([r.frame.hex() for r in ours], [r.frame.hex() for r in theirs])
        return summary["groups"][0], ours

    def test_berkeley(self):
        for number, text in enumerate(FILTERS * len(MODES)):
            with self.case(filter=text):
                group, ours = self.compare(number, "-e", "unit", "--filter", text)
                net.run("tcpdump", "-r", self.path("sent.pcap"), "-w", self.path("theirs.pcap"), text)
                self.assertEqual([r.frame for r in ours], [r.frame for r in captures.read_pcap(self.path("theirs.pcap"))])
                self.assertEqual((group["berkeley_filter"], group["computation"]), (len(self.sent) - len(ours), 0))

    def test_vlan(self):
        for number, text in enumerate(("5", "0", "-1", "1-100,4094", "0,10") * len(MODES)):
            with self.case(vlan=text):
                group, ours = self.compare(number, "-e", "unit", f"--vlan={text}")
                self.assertEqual((group["vlan_filter"], group["computation"]), (len(self.sent) - len(ours), 0))
                self.assertNotIn(len(ours), (0, len(self.sent)))

    def test_large(self):
        """So many nodes that the program keeps what it computes in memory (docs/live.md)."""
        marks = [f"when (ip_ttl .== {n} .&&. ip_tos .< {n + 1} .||. ip_id .== {7 * n}) (mark {n})" for n in range(60)]
        for number in range(len(MODES)):
            with self.case(number=number):
                _, ours = self.compare(number, "-e", " >-> ".join(["filter (is_ip .||. has_vlan)", *marks, "steer_flow"]))
                self.assertNotIn(len(ours), (0, len(self.sent)))

    def test_tables(self):
        self.path("net").write_text("10.1.2.0/30\nfd00::/8\n", encoding="ascii")
        for number in range(len(MODES)):
            with self.case(number=number):
                _, ours = self.compare(number, "-e", 'filter (in_table "t")', "--table", f"t={self.path('net')}")
                self.assertNotIn(len(ours), (0, len(self.sent)))

    def test_log(self):
        for mode in MODES:
            with self.case(mode=mode):
                run = self.listen(self.network.inside, "-i", self.network.device, "--mode", mode, "-e", 'when is_ip6 (log_msg "six")')
                self.network.send("--count", 20, "--flows", 2, "--family", "both", "--size", 80)
                law.check(self, run.stop(), 20)
                logs = [json.loads(line) for line in run.errors().splitlines() if '"log"' in line]
                self.assertEqual([entry["text"] for entry in logs], ["six"] * 10)


if __name__ == "__main__":
    net.main()

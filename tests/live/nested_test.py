#!/usr/bin/env python3
"""Programs inside programs: a packet that is forwarded meets the TC program of the device where it leaves, on the same processor, before
the program that forwards it has ended. Counters and records of all of them are exact."""
import captures
import law
import net

MODES = ("native", "tc", "generic")
COUNT = 20000


class Nested(net.LiveTest):
    def setUp(self):
        super().setUp()
        self.network = self.wire()
        self.namespace = self.network.inside
        self.far = {}
        for name in ("to0", "to1"):
            far = self.far[name] = net.Namespace()
            self.addCleanup(far.remove)
            net.run("ip", "link", "add", name, "netns", self.namespace.name, "type", "veth", "peer", "name", "far0", "netns", far.name)
            net.set_receive_offload(far, "far0")
            self.namespace.ip("link", "set", "dev", name, "up")
            far.ip("link", "set", "dev", "far0", "up")

    def at(self, device, program, *arguments):
        return self.listen(self.namespace, "-i", device, "-e", program, "-w", self.folder / f"{device}.pcap", *arguments)

    def send(self):
        return self.network.send("--count", COUNT, "--flows", 8, "--family", "both", "--size", 100, "--live", "--cpus", "0,1",
                                 "--rate", 100000, "--to", self.namespace.mac(self.network.device))["sent"]

    def numbers(self, device):
        return sorted(captures.number_of(r.frame) for r in captures.read_pcap(self.folder / f"{device}.pcap"))

    def arrived(self):
        return {name: far.counters("far0")["rx_packets"] for name, far in self.far.items()}

    def test_three_devices(self):
        """in0 forwards to to0, whose program forwards to to1, which has a program, too; each looks at the packet and has a socket."""
        expected = captures.numbers_sent(COUNT, senders=2)
        for mode in MODES:
            with self.case(mode=mode):
                before = self.arrived()
                last = self.at("to1", "udp", "--direction", "out")
                middle = self.at("to0", 'udp >-> mark 5 >-> forward "to1"', "--direction", "out")
                first = self.at(self.network.device, 'udp >-> forward "to0" >-> steer_flow', "--mode", mode)
                self.assertEqual(self.send(), COUNT)
                for run, device in ((first, self.network.device), (middle, "to0"), (last, "to1")):
                    summary = run.stop()
                    law.check(self, summary, COUNT)
                    self.assertEqual(summary["groups"][0]["accepted"], COUNT)
                    self.assertEqual(self.numbers(device), expected, device)
                    if device != "to1":
                        (forward,) = summary["forwards"]
                        self.assertEqual((forward["asked"], forward["handed_over"]), (COUNT, COUNT))
                    if device == "to0":
                        self.assertEqual(self.arrived()["to1"] - before["to1"], forward["sent"])

    def test_two_copies(self):
        """The program that sends goes on behind the first copy, whose program has used the same memory meanwhile: it makes the second
        copy, and withholds the packet or not, as if it were alone."""
        expected = captures.numbers_sent(COUNT, senders=2)
        for mode in MODES:
            for ownership, host in (("own", False), ("observe", True)):
                with self.case(mode=mode, ownership=ownership):
                    inner = [self.at(name, "when is_ip6 (classify 1)", "--direction", "out") for name in ("to0", "to1")]
                    outer = self.at(self.network.device, 'forward "to0" >-> forward "to1"', "--mode", mode, "--ownership", ownership)
                    before = self.at_the_host()
                    self.assertEqual(self.send(), COUNT)
                    summary = outer.stop()
                    law.check(self, summary, COUNT)
                    self.assertEqual({f["name"]: f["handed_over"] for f in summary["forwards"]}, {"to0": COUNT, "to1": COUNT})
                    self.assertEqual(self.at_the_host() - before, COUNT // 2 if host else 0)
                    self.assertEqual(self.numbers(self.network.device), expected)
                    for run in inner:
                        law.check(self, run.stop(), COUNT)

    def at_the_host(self):
        """IPv4 packets that the host has got."""
        with self.namespace.inside(), open("/proc/thread-self/net/snmp", encoding="ascii") as lines:
            table = [line.split() for line in lines if line.startswith("Ip:")]
        return int(table[1][table[0].index("InReceives")])

    def test_in_circles(self):
        """Two devices forward to each other, and one to itself: the kernel ends it, and every turn is counted."""
        for mode in MODES:
            with self.case(mode=mode):
                back = self.at("to1", 'forward "to0"', "--direction", "out")
                there = self.at("to0", 'forward "to1" >-> forward "to0"', "--direction", "out")
                first = self.at(self.network.device, 'forward "to0"', "--mode", mode)
                sent = self.network.send("--count", 200, "--rate", 2000)["sent"]
                law.check(self, first.stop(), sent)
                seen, forwards = {}, {}
                for name, run in (("to0", there), ("to1", back)):
                    summary = run.stop()
                    self.assertEqual((summary["violations"], law.broken(summary)), ([], []))
                    seen[name] = summary["groups"][0]["received"]
                    self.assertEqual(len(self.numbers(name)), seen[name])
                    forwards.update({f["name"]: f for f in summary["forwards"]})  # what all programs asked for
                self.assertEqual({name: f["asked"] for name, f in forwards.items()},
                                 {"to0": sent + seen["to0"] + seen["to1"], "to1": seen["to0"]})
                for name, turns in seen.items():
                    self.assertGreater(turns, sent)
                    self.assertLessEqual(forwards[name]["sent"], turns)
                    self.assertLessEqual(turns, forwards[name]["handed_over"])  # the kernel refuses the deepest


if __name__ == "__main__":
    net.main()

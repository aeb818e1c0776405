#!/usr/bin/env python3
"""A group that several processes have sockets in: its packets are divided among all of them."""
import captures
import law
import net

FLOWS = 64
MODES = ("native", "tc", "generic")


class Shared(net.LiveTest):
    def setUp(self):
        super().setUp()
        self.network = self.wire()

    def join(self, name, *arguments):
        return self.listen(self.network.inside, "-i", self.network.device, "--group", 5, "--policy", "shared", *arguments,
                           "-w", self.folder / f"{name}-%s.pcap")

    def send(self, count):
        report = self.network.send("--count", count, "--flows", FLOWS, "--family", "both", "--size", 90, "--live", "--cpus", "0,1")
        self.assertEqual(report["sent"], count)

    def records(self, name, summary):
        return {(name, s["name"]): captures.read_pcap(self.folder / f"{name}-{s['name']}.pcap") for s in summary["sockets"]}

    def test_flows_are_divided(self):
        """While two are there each flow is at one socket of either; when one leaves its flows move, and no others."""
        for mode in MODES:
            with self.case(mode=mode):
                first = self.join("first", "--mode", mode, "-e", "steer_flow", "--sockets", "a,b")
                second = self.join("second", "--sockets", "c:2")
                self.send(20000)
                left = second.stop()
                self.send(10000)
                stayed = first.stop()
                for summary in (left, stayed):
                    self.assertEqual(summary["violations"], [])
                    for socket in summary["sockets"]:
                        self.assertEqual(law.dropped("sockets", socket), 0)
                self.assertEqual(stayed["groups"][0]["received"], 30000)
                self.assertEqual(left["groups"], [], "who joins a group does not count for it")
                records = {**self.records("first", stayed), **self.records("second", left)}
                owners = {}
                for socket, its in records.items():
                    for record in its:
                        owners.setdefault(captures.flow_of(record.frame), set()).add(socket)
                self.assertEqual(len(owners), FLOWS)
                moved = {flow for flow, sockets in owners.items() if len(sockets) > 1}
                of_second = {captures.flow_of(r.frame) for r in records["second", "c"]}
                self.assertEqual(moved, of_second)
                self.assertGreater(len(of_second), FLOWS // 8)
                numbers = sorted(captures.number_of(r.frame) for its in records.values() for r in its)
                self.assertEqual(numbers, sorted(captures.numbers_sent(20000, senders=2) + captures.numbers_sent(10000, senders=2)))

    def test_the_founder_leaves(self):
        """The group goes on while somebody has a socket in it."""
        first = self.join("first", "-e", "steer_flow", "--sockets", "a")
        second = self.join("second", "--sockets", "b")
        self.assertEqual(first.stop()["violations"], [])
        self.send(4000)
        summary = second.stop()
        self.assertEqual((summary["violations"], summary["packets"]), ([], 4000))

    def test_killed(self):
        """Its share goes to the rest, within a second or so; the rest loses nothing of its own."""
        first = self.join("first", "-e", "steer_flow", "--sockets", "a")
        second = self.join("second", "--sockets", "b")
        self.send(4000)
        second.kill()
        net.wait_until(lambda: len(self.registry(self.network.inside).state()["sockets"]) == 1, "one socket left")
        self.send(1000)
        summary = first.stop()
        self.assertEqual(summary["violations"], [])
        self.assertEqual(law.dropped("sockets", summary["sockets"][0]), 0)
        records = self.records("first", summary)["first", "a"]
        after = records[summary["packets"] - 1000:]
        self.assertEqual(sorted(captures.number_of(r.frame) for r in after), captures.numbers_sent(1000, senders=2))

    def test_who_may_join(self):
        private = self.listen(self.network.inside, "-i", self.network.device, "--group", 6, "-e", "unit")
        for group, program, message in ((6, ["-e", "unit"], "group 6 is in use by process"), (7, [], "group 7")):
            with self.assertRaisesRegex(RuntimeError, message):
                self.listen(self.network.inside, "-i", self.network.device, "--group", group, "--policy", "shared", *program)
        self.assertEqual(private.stop()["violations"], [])


if __name__ == "__main__":
    net.main()

#!/usr/bin/env python3
"""What sockets get, in every mode and direction; every count is compared with the sender's."""
import collections

import captures
import law
import net

FLOWS = 64
FRAMES = 30000
WAYS = (("in", "native"), ("in", "tc"), ("in", "generic"), ("out", "tc"))


class Modes(net.LiveTest):
    def setUp(self):
        super().setUp()
        self.network = self.wire()

    def start(self, way, *arguments):
        """A run that sees what the wire carries: where packets arrive, or where they leave."""
        direction, mode = way
        namespace, device = (self.network.inside, self.network.device) if direction == "in" else (self.network.outside, self.network.sender)
        run = self.listen(namespace, "-i", device, "--direction", direction, "--mode", mode, *arguments)
        self.assertEqual([(d["direction"], d["mode"], d["ownership"]) for d in run.devices()], [(direction, mode, "observe")])
        return run

    def send(self, way, count, *arguments):
        """From two processors; the way out is through the stack, as redirected frames leave behind TC."""
        report = self.network.send("--count", count, "--flows", FLOWS, "--cpus", "0,1", "--live" if way[0] == "in" else "--stack", *arguments)
        self.assertEqual((report["sent"], report["refused"]), (count, 0))
        return report

    def check(self, summary, report):
        law.check(self, summary, report["sent"])
        device = summary["devices"][0]
        self.assertEqual((device["received"], device["received_bytes"]), (report["sent"], report["bytes"]))

    def each_way(self, *arguments, count=FRAMES, traffic=("--family", "both", "--size", 90)):
        """Summaries of the run in every mode and direction."""
        for way in WAYS:
            with self.case(direction=way[0], mode=way[1]):
                run = self.start(way, *arguments)
                report = self.send(way, count, *traffic)
                summary = run.stop()
                self.check(summary, report)
                yield summary

    def test_count(self):
        for summary in self.each_way("-e", "unit", count=200000, traffic=("--size", 60)):
            self.assertEqual((summary["packets"], summary["sockets"][0]["counted"]), (200000, 200000))
            self.assertEqual(summary["sockets"][0]["bytes"], 200000 * 60)

    def test_steer_flow(self):
        """Each flow on one socket, nothing lost or twice, and in order: live-send numbers the frames of each processor."""
        pattern = self.folder / "part-%s.pcap"
        for summary in self.each_way("-e", "steer_flow", "--sockets", 4, "-w", pattern):
            owners, last, numbers = {}, {}, []
            for socket in summary["sockets"]:
                records = captures.read_pcap(str(pattern).replace("%s", socket["name"]))
                self.assertEqual(len(records), socket["written"])
                self.assertGreater(len(records), 0)
                for record in records:
                    flow, number = captures.flow_of(record.frame), captures.number_of(record.frame)
                    owners.setdefault(flow, set()).add(socket["name"])
                    self.assertGreater(number, last.get(flow, -1), "a flow is out of order")
                    last[flow] = number
                    numbers.append(number)
            self.assertEqual(len(owners), FLOWS)
            self.assertEqual({len(names) for names in owners.values()}, {1}, "a flow is on several sockets")
            self.assertEqual(sorted(numbers), captures.numbers_sent(FRAMES, senders=2))

    def test_copy_to_three_sockets(self):
        pattern = self.folder / "copy-%s.pcap"
        for summary in self.each_way("-e", "unit", "--sockets", 3, "-w", pattern):
            group = summary["groups"][0]
            self.assertEqual((group["accepted"], group["picked"], group["offered"]), (FRAMES, 3 * FRAMES, 3 * FRAMES))
            for socket in summary["sockets"]:
                records = captures.read_pcap(str(pattern).replace("%s", socket["name"]))
                self.assertEqual(sorted(captures.number_of(r.frame) for r in records), captures.numbers_sent(FRAMES, senders=2))

    def test_steer_rrobin(self):
        """In turn, as often as weights say, over both processors together."""
        for summary in self.each_way("-e", "steer_rrobin", "--sockets", "a:3,b:1,c:2"):
            self.assertEqual([s["counted"] for s in summary["sockets"]], [FRAMES // 2, FRAMES // 6, FRAMES // 3])

    def test_classes(self):
        """IPv6 flows, the odd ones, to class 1; what is in no class of a socket is dropped and says so."""
        program = "if is_ip6 then classify 1 else (if has_src_addr \"10.0.0.0/28\" then classify 5 else unit)"
        for summary in self.each_way("-e", program, "--sockets", "a:1:default,b:1:1,c:1:1+default"):
            in_class_5 = sum(1 for flow in range(FLOWS) if flow % 2 == 0 and flow < 16) * FRAMES // FLOWS
            self.assertAlmostEqual(summary["groups"][0]["no_eligible_socket"], in_class_5, delta=FLOWS)
            a, b, c = (s["counted"] for s in summary["sockets"])
            self.assertEqual(b, FRAMES // 2)
            self.assertEqual(a, FRAMES - b - summary["groups"][0]["no_eligible_socket"])
            self.assertEqual(c, a + b)

    def test_weights_share_flows(self):
        """A socket without weight's worth of flows gets fewer: shares are those of a run on a file (records_test.py)."""
        for summary in self.each_way("-e", "steer_flow", "--sockets", "heavy:9,light:1"):
            heavy, light = (s["counted"] for s in summary["sockets"])
            self.assertEqual(heavy + light, FRAMES)
            self.assertGreater(heavy, 3 * light)

    def test_two_groups(self):
        """Each sees everything; a socket of both gets a packet once."""
        for summary in self.each_way("--group", 3, "-e", "udp", "--sockets", "a,both", "--group", 7, "-e", "ip >-> steer_flow", "--sockets", "both"):
            first, second = summary["groups"]
            self.assertEqual((first["id"], second["id"]), (3, 7))
            self.assertEqual((first["offered"], first["duplicate"]), (2 * FRAMES, 0))
            self.assertEqual((second["computation"], second["duplicate"], second["offered"]), (FRAMES // 2, FRAMES // 2, 0))
            self.assertEqual({s["name"]: s["counted"] for s in summary["sockets"]}, {"a": FRAMES, "both": FRAMES})

    def test_drop(self):
        for summary in self.each_way("-e", "drop"):
            self.assertEqual((summary["groups"][0]["computation"], summary["packets"]), (FRAMES, 0))

    def test_times_of_sockets(self):
        """Without a clock nothing else changes."""
        for policy in ("none", "coarse"):
            with self.case(time=policy):
                for summary in self.each_way("-e", "steer_flow", "--sockets", 2, "--time", policy):
                    self.assertEqual(sum(s["counted"] for s in summary["sockets"]), FRAMES)


if __name__ == "__main__":
    net.main()

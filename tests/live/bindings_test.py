#!/usr/bin/env python3
"""What groups are bound to: one queue, some, several devices, both directions, the loopback device."""
import socket

import captures
import law
import net

COUNT = 20000


class Bindings(net.LiveTest):
    def send(self, wire):
        """Half of the frames on each queue."""
        self.assertEqual(wire.send("--count", COUNT, "--flows", 8, "--live", "--cpus", "0,1")["sent"], COUNT)

    def test_one_queue(self):
        """Natively: behind the driver, veth does not tell the queue."""
        wire = self.wire()
        for queue in (0, 1):
            with self.case(queue=queue):
                path = self.folder / "ours.pcap"
                run = self.listen(wire.inside, "-i", f"{wire.device}:{queue}", "--mode", "native", "-e", "unit", "-w", path)
                self.send(wire)
                summary = run.stop()
                law.check(self, summary, COUNT // 2)
                self.assertEqual(summary["devices"][0]["received"], COUNT)
                numbers = [captures.number_of(r.frame) for r in captures.read_pcap(path)]
                self.assertEqual(numbers, [queue << 56 | i for i in range(COUNT // 2)])

    def test_queues_of_several_groups(self):
        """Two processes, a queue for each."""
        wire = self.wire()
        runs = [self.listen(wire.inside, "-i", f"{wire.device}:{queue}", "-e", "steer_flow", "--sockets", 2) for queue in (0, 1)]
        self.send(wire)
        for run in runs:
            summary = run.stop()
            law.check(self, summary, COUNT // 2)
            self.assertEqual(summary["packets"], COUNT // 2)

    def test_some_queues(self):
        """One group of two queues out of two."""
        wire = self.wire()
        run = self.listen(wire.inside, "-i", f"{wire.device}:0", "-i", f"{wire.device}:1", "--mode", "native", "-e", "unit")
        self.send(wire)
        summary = run.stop()
        law.check(self, summary, COUNT)
        self.assertEqual(summary["packets"], COUNT)

    def test_several_devices(self):
        first = self.wire()
        second = self.wire(beside=first)
        for mode in ("native", "tc", "generic"):
            with self.case(mode=mode):
                path = self.folder / "ours.pcapng"
                run = self.listen(first.inside, "-i", first.device, "-i", second.device, "--mode", mode, "-e", "unit", "-w", path)
                self.assertEqual([d["device"] for d in run.devices()], ["in0", "in1"])
                self.assertEqual(first.send("--count", 3000)["sent"], 3000)
                self.assertEqual(second.send("--count", 500)["sent"], 500)
                summary = run.stop()
                law.check(self, summary, 3500)
                self.assertEqual([d["received"] for d in summary["devices"]], [3000, 500])
                names, records = captures.read_pcapng(path)
                self.assertEqual(names, ["in0", "in1"])
                self.assertEqual([r.interface for r in records], [0] * 3000 + [1] * 500)

    def test_both_directions(self):
        """The mode is that of packets that arrive; those that leave are seen at TC only."""
        wire = self.wire()
        path = self.folder / "ours.pcapng"
        run = self.listen(wire.inside, "-i", wire.device, "--direction", "both", "--mode", "native", "-e", "unit", "-w", path)
        self.assertEqual([(d["direction"], d["mode"]) for d in run.devices()], [("in", "native"), ("out", "tc")])
        wire.send("--count", 300)
        wire.inside.run(net.SEND, "--device", wire.device, "--count", 70, "--size", 80, "--stack")
        summary = run.stop()
        law.check(self, summary, 370)
        self.assertEqual([(d["direction"], d["received"]) for d in summary["devices"]], [("in", 300), ("out", 70)])
        self.assertEqual(sorted(r.length for r in captures.read_pcapng(path)[1]), [60] * 300 + [80] * 70)

    def test_loopback(self):
        """Through TC: the loopback device has no XDP of its own."""
        namespace = net.Namespace()
        self.addCleanup(namespace.remove)
        namespace.ip("link", "set", "dev", "lo", "up")
        with namespace.inside():
            end = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(end.close)
        end.bind(("127.0.0.1", 5000))
        for arguments, mode, expected in ((["--direction", "in"], "tc", 100), (["--mode", "generic"], "generic", 100),
                                          (["--direction", "both"], "tc", 200)):
            with self.case(arguments=arguments):
                run = self.listen(namespace, "-i", "lo", *arguments, "-e", "udp >-> port 5000")
                self.assertEqual(run.devices()[0]["mode"], mode)
                self.assertNotEqual(run.devices()[0]["reason"], "")
                for number in range(100):
                    end.sendto(b"%d" % number, ("127.0.0.1", 5000))
                    self.assertEqual(end.recv(10), b"%d" % number)
                summary = run.stop()
                law.check(self, summary, expected)
                self.assertEqual(summary["packets"], expected)


if __name__ == "__main__":
    net.main()

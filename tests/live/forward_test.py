#!/usr/bin/env python3
"""Packets that programs forward to other devices, and marks for the host: from every mode, counted where they arrive."""
import socket
import struct

import captures
import frames
import law
import net

MODES = ("native", "tc", "generic")
COUNT = 20000
SO_RCVMARK = 75


class Forward(net.LiveTest):
    def setUp(self):
        super().setUp()
        self.network = self.wire()
        self.targets = [self.target(name) for name in ("to0", "to1")]

    def target(self, name):
        """A device beside the receiving one; what is forwarded there arrives at `far0` of a namespace of its own."""
        far = net.Namespace()
        self.addCleanup(far.remove)
        net.run("ip", "link", "add", name, "netns", self.network.inside.name, "type", "veth", "peer", "name", "far0", "netns", far.name)
        net.set_receive_offload(far, "far0")
        self.network.inside.ip("link", "set", "dev", name, "up")
        far.ip("link", "set", "dev", "far0", "up")
        return far

    def arrived(self):
        return [far.counters("far0")["rx_packets"] for far in self.targets]

    def try_each(self, program, arguments, expected, counters, twice=0):
        """`expected`: how many packets each target is to take, `twice`: how often a later group asks again; `counters`: of the group.
        What a device does not take, as its queue is full, is counted as failed; what it does take arrives."""
        for mode in MODES:
            with self.case(mode=mode):
                before = self.arrived()
                run = self.listen(self.network.inside, "-i", self.network.device, "--mode", mode, *arguments, "-e", program)
                sent = self.network.send("--count", COUNT, "--flows", 8, "--family", "both", "--size", 100, "--live", "--cpus", "0,1")["sent"]
                summary = run.stop()
                law.check(self, summary, sent)
                group = summary["groups"][0]
                self.assertEqual({name: group[name] for name in counters}, counters)
                forwards = {f["name"]: f for f in summary["forwards"]}
                for name, wanted, old, new in zip(("to0", "to1"), expected, before, self.arrived()):
                    if name in forwards:
                        self.assertEqual((forwards[name]["asked"], forwards[name]["handed_over"]), (wanted + twice, wanted))
                        self.assertEqual(forwards[name]["sent"], new - old)
                        self.assertGreater(new - old, wanted // 2)
                    else:
                        self.assertEqual((wanted, new - old), (0, 0))

    def test_copy(self):
        self.try_each('forward "to0"', [], [COUNT, 0], {"forwarded": COUNT, "accepted": COUNT})

    def test_two_devices(self):
        self.try_each('forward "to0" >-> when is_ip6 (forward "to1")', [], [COUNT, COUNT // 2], {"forwarded": COUNT * 3 // 2, "accepted": COUNT})

    def test_bridge(self):
        """The device instead of the sockets; and, where the device is owned, instead of the host."""
        for ownership in ("observe", "own"):
            self.try_each('when is_ip6 (bridge "to1")', ["--ownership", ownership], [0, COUNT // 2],
                          {"diverted": COUNT // 2, "accepted": COUNT // 2})

    def test_two_groups_ask_for_the_same_device(self):
        self.try_each('forward "to0"', ["--group", 1, "-e", 'when is_ip6 (forward "to0")', "--group", 2], [COUNT, 0], {"accepted": COUNT},
                      twice=COUNT // 2)

    def test_bytes(self):
        sent = frames.all_kinds()
        captures.write_pcap(self.folder / "sent.pcap", sent)
        for mode in MODES:
            with self.case(mode=mode):
                run = self.listen(self.network.inside, "-i", self.network.device, "--mode", mode, "-e", 'forward "to0"')
                recorder = net.Recorder(self.targets[0], "far0", self.folder / "far.pcap")
                self.network.send("--read", self.folder / "sent.pcap")
                recorder.stop(len(sent))
                law.check(self, run.stop(), len(sent))
                self.assertEqual([r.frame.hex() for r in captures.read_pcap(self.folder / "far.pcap")], [f.hex() for f in sent])

    def test_a_device_that_is_down(self):
        """Copies that a device does not take are counted."""
        self.network.inside.ip("link", "set", "dev", "to0", "down")
        for mode in MODES:
            with self.case(mode=mode):
                run = self.listen(self.network.inside, "-i", self.network.device, "--mode", mode, "-e", 'forward "to0"')
                sent = self.network.send("--count", 100)["sent"]
                summary = run.stop()
                law.check(self, summary, sent)
                (forward,) = summary["forwards"]
                self.assertEqual((forward["asked"], forward["sent"], forward["write_failed"]), (sent, 0, sent))

    def test_marks_for_the_host(self):
        self.network.give_addresses()
        with self.network.inside.inside():
            end = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        with self.network.outside.inside():
            client = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        for one in (end, client):
            self.addCleanup(one.close)
        end.bind(("10.9.0.2", 7000))
        end.settimeout(net.PATIENCE)
        end.setsockopt(socket.SOL_SOCKET, SO_RCVMARK, 1)
        for mode in MODES:
            with self.case(mode=mode):
                run = self.listen(self.network.inside, "-i", self.network.device, "--mode", mode, "-e", "mark 4711")
                client.sendto(b"x", ("10.9.0.2", 7000))
                _, ancillary, _, _ = end.recvmsg(100, 100)
                self.assertEqual([struct.unpack("I", data)[0] for _, kind, data in ancillary if kind == socket.SO_MARK], [4711])
                law.check(self, run.stop(), 1)


if __name__ == "__main__":
    net.main()

#!/usr/bin/env python3
"""Who gets a packet: the host, the sockets, or both; in both ownerships and every mode."""
import socket
import struct
import time

import law
import net

MODES = ("native", "tc", "generic")
OUTSIDE, INSIDE = "10.9.0.1", "10.9.0.2"
WANTED, OTHER = 7000, 8000


class Own(net.LiveTest):
    def setUp(self):
        super().setUp()
        self.network = self.wire()
        self.network.give_addresses()
        self.hosts = {port: self.bind(self.network.inside, INSIDE, port) for port in (WANTED, OTHER)}
        self.client = self.bind(self.network.outside, OUTSIDE, 0)

    def bind(self, namespace, address, port):
        with namespace.inside():
            end = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(end.close)
        end.bind((address, port))
        end.setblocking(False)
        return end

    def start(self, *arguments):
        return self.listen(self.network.inside, "-i", self.network.device, *arguments)

    def ask(self, count=20):
        """Sends datagrams to each port of the host."""
        before = self.network.received()
        for port in self.hosts:
            for number in range(count):
                self.client.sendto(b"%d" % number, (INSIDE, port))
        net.wait_until(lambda: self.network.received() - before == 2 * count, "received by the device")
        return 2 * count

    def heard(self):
        """How many datagrams the host has got since, by port. They are there when the device has processed them."""
        counts = {}
        for port, end in self.hosts.items():
            counts[port] = 0
            while True:
                try:
                    end.recv(100)
                except BlockingIOError:
                    break
                counts[port] += 1
        return counts

    def try_each(self, ownership, program, host, expected):
        """`host`: what it gets of 20 datagrams to each port; `expected`: counters of the group."""
        for mode in MODES:
            with self.case(mode=mode):
                run = self.start("--mode", mode, "--ownership", ownership, "-e", program)
                self.assertEqual(run.devices()[0]["ownership"], ownership)
                sent = self.ask()
                self.assertEqual(self.heard(), dict(zip((WANTED, OTHER), host)))
                summary = run.stop()
                law.check(self, summary, sent)
                group = summary["groups"][0]
                self.assertEqual({name: group[name] for name in expected}, expected)
                self.ask()
                self.assertEqual(self.heard(), {WANTED: 20, OTHER: 20}, "afterwards the host has its device back")

    def test_observing_withholds_nothing(self):
        self.try_each("observe", "drop", (20, 20), {"computation": 40, "accepted": 0})
        self.try_each("observe", f"when (has_port {WANTED}) detour", (20, 20), {"diverted": 20, "accepted": 20, "to_kernel": 20})

    def test_own_without_kernel(self):
        self.try_each("own", "unit", (0, 0), {"accepted": 40, "to_kernel": 0})
        self.try_each("own", "drop", (0, 0), {"computation": 40, "to_kernel": 0})

    def test_own_with_kernel(self):
        """The host and the sockets."""
        self.try_each("own", f"when (has_port {WANTED}) kernel", (20, 0), {"accepted": 40, "to_kernel": 20, "diverted": 0})

    def test_own_with_detour(self):
        """The host instead of the sockets."""
        self.try_each("own", f"when (has_port {WANTED}) detour", (20, 0), {"accepted": 20, "to_kernel": 20, "diverted": 20})

    def test_one_group_passes_what_the_other_does_not(self):
        for mode in MODES:
            with self.case(mode=mode):
                own = ["--mode", mode, "--ownership", "own"]
                first = self.start(*own, "-e", "drop")
                sent = self.ask()
                self.assertEqual(self.heard(), {WANTED: 0, OTHER: 0})
                second = self.start(*own, "-e", f"port {OTHER} >-> kernel")
                sent += self.ask()
                self.assertEqual(self.heard(), {WANTED: 0, OTHER: 20})
                law.check(self, second.stop(), sent // 2)
                self.ask()
                self.assertEqual(self.heard(), {WANTED: 0, OTHER: 0})
                law.check(self, first.stop(), sent + 40)

    def test_killed(self):
        """kill -9 of the only process: the host answers again."""
        for mode in MODES:
            with self.case(mode=mode):
                run = self.start("--mode", mode, "--ownership", "own", "-e", "unit")
                objects = self.registry(self.network.inside).objects()
                self.ask()
                self.assertEqual(self.heard(), {WANTED: 0, OTHER: 0})
                run.kill()
                self.assert_nothing_is_left(self.network.inside, [self.network.device], objects)
                self.ask()
                self.assertEqual(self.heard(), {WANTED: 20, OTHER: 20})

    def pinger(self):
        """Sends an echo request and returns whether there was an answer, to this or an earlier one, in 2 milliseconds."""
        with self.network.outside.inside():
            end = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
        self.addCleanup(end.close)
        end.settimeout(0.002)
        request = struct.pack("!BBHHH", 8, 0, 0xF7FD, 1, 1)  # its checksum is ~(0x0800 + 1 + 1)

        def ping():
            end.sendto(request, (INSIDE, 0))
            try:
                while end.recv(100)[20] != 0:  # what is no echo reply
                    pass
                return True
            except TimeoutError:
                return False
        return ping

    def test_killed_the_host_answers_ping(self):
        """Within 100 ms of the kill -9, and no pfq runs meanwhile."""
        for mode in MODES:
            with self.case(mode=mode):
                ping = self.pinger()
                net.wait_until(ping, "answered without anybody")
                run = self.start("--mode", mode, "--ownership", "own", "-e", "unit")
                while ping():  # what was under way
                    pass
                self.assertFalse(any(ping() for _ in range(50)))
                begin = time.monotonic()
                run.process.kill()
                net.wait_until(ping, "answered again")
                elapsed = time.monotonic() - begin
                run.kill()
                self.assertLess(elapsed, 0.1)

    def test_leaving(self):
        """Packets that leave are owned, too: the wire gets what a program passes."""
        run = self.listen(self.network.outside, "-i", self.network.sender, "--direction", "out", "--ownership", "own", "-e",
                          f"when (has_port {WANTED}) kernel")
        before = self.network.received()
        for port in self.hosts:
            for _ in range(20):
                try:
                    self.client.sendto(b"x", (INSIDE, port))
                except PermissionError:
                    pass  # how the kernel tells of a packet that a program withheld
        net.wait_until(lambda: self.network.received() - before == 20, "received by the device")
        law.check(self, run.stop(), 40)
        self.assertEqual(self.heard(), {WANTED: 20, OTHER: 0})


if __name__ == "__main__":
    net.main()

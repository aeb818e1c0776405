#!/usr/bin/env python3
"""A consumer that does not read: what has no room is counted, everything else arrives."""
import pathlib
import signal

import captures
import law
import net

CLASS_0 = 131072  # bytes of the smallest ring
RECORD = 32 + 64  # of a frame of 60 bytes


class Overload(net.LiveTest):
    def setUp(self):
        super().setUp()
        self.network = self.wire()

    def stopped(self, mode, *arguments):
        """A run that has been stopped by SIGSTOP, with the smallest rings."""
        run = self.listen(self.network.inside, "-i", self.network.device, "--mode", mode, "--memory", 2 * CLASS_0, *arguments)
        run.signal(signal.SIGSTOP)
        net.wait_until(lambda: " T " in pathlib.Path(f"/proc/{run.pid}/stat").read_text(encoding="ascii"), "stopped")
        return run

    def send(self, count, *arguments):
        return self.network.send("--count", count, "--flows", 16, "--live", *arguments)["sent"]

    def test_full_queue(self):
        """One processor fills its ring to the last record, and the rest is queue_full; later the run goes on as if nothing had been."""
        room = CLASS_0 // RECORD
        for mode in ("native", "tc", "generic"):
            with self.case(mode=mode):
                path = self.folder / "ours.pcap"
                run = self.stopped(mode, "-e", "unit", "-w", path)
                first = self.send(50000)
                run.signal(signal.SIGCONT)
                registry = self.registry(self.network.inside).state()
                net.wait_until(lambda p=path: p.stat().st_size >= 24 + room * (16 + 60), "read what was queued")
                second = self.send(1000, "--rate", 20000)
                summary = run.stop()
                law.check(self, summary, first + second, lossless=False)
                (socket,) = summary["sockets"]
                self.assertEqual(socket["offered"], first + second)
                self.assertEqual(socket["queue_full"], first - room)
                self.assertEqual(law.dropped("sockets", socket), socket["queue_full"])
                self.assertEqual(socket["written"], room + second)
                numbers = [captures.number_of(r.frame) for r in captures.read_pcap(path)]
                self.assertEqual(numbers, [*range(room), *range(second)], registry["sockets"])

    def test_each_processor_has_its_ring(self):
        run = self.stopped("native", "-e", "steer_flow", "--sockets", 2)
        sent = self.send(60000, "--cpus", "0,1")
        run.signal(signal.SIGCONT)
        summary = run.stop()
        law.check(self, summary, sent, lossless=False)
        for socket in summary["sockets"]:
            self.assertEqual(socket["counted"], 2 * (CLASS_0 // RECORD))
            self.assertEqual(socket["offered"], socket["counted"] + socket["queue_full"])

    def test_a_socket_that_sleeps_costs_the_others_nothing(self):
        """Two processes at one device: the queue of the stopped one is full, the other one loses nothing."""
        sleeper = self.stopped("native", "-e", "unit")
        reader = self.listen(self.network.inside, "-i", self.network.device, "-e", "unit")
        sent = self.send(100000, "--rate", 200000)
        summary = reader.stop()
        law.check(self, summary, sent)
        self.assertEqual(summary["sockets"][0]["counted"], sent)
        sleeper.signal(signal.SIGCONT)
        law.check(self, sleeper.stop(), sent, lossless=False)


if __name__ == "__main__":
    net.main()

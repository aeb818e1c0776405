#!/usr/bin/env python3
"""A flow whose packets are processed now on this processor, now on that one: with the merge they arrive in order.

The devices have one queue. It is served on the processor of the sender, whose thread moves: as if the interrupt of a queue moved. So the
packets pass the program in order, and lie in the rings of both processors."""
import os
import pathlib
import time

import captures
import law
import net

MODES = ("native", "tc", "generic")
RATE = 20000
MOVES = 200


class Order(net.LiveTest):
    def setUp(self):
        super().setUp()
        self.network = self.wire(queues=1)

    def move(self, traffic, moves, pause=0.003):
        """All threads of the sender, to and fro."""
        for number in range(moves):
            for thread in os.listdir(f"/proc/{traffic.process.pid}/task"):
                os.sched_setaffinity(int(thread), {number % 2})
            time.sleep(pause)

    def record(self, mode, *arguments, while_stopped=False):
        """Numbers of one flow as they were read; with the reader stopped meanwhile everything lies in the rings at first."""
        path = self.folder / "ours.pcap"
        run = self.listen(self.network.inside, "-i", self.network.device, "--mode", mode, "-e", "unit", "-w", path, *arguments)
        if while_stopped:
            run.signal(net.signal.SIGSTOP)
            net.wait_until(lambda: " T " in pathlib.Path(f"/proc/{run.pid}/stat").read_text(encoding="ascii"), "stopped")
        traffic = net.Traffic(self.network, "--count", 0, "--flows", 1, "--rate", RATE)
        net.wait_until(lambda: self.network.received() > traffic.before, "received something")
        self.move(traffic, MOVES)
        sent = traffic.stop()["sent"]
        run.signal(net.signal.SIGCONT)
        law.check(self, run.stop(), sent)
        numbers = [captures.number_of(r.frame) for r in captures.read_pcap(path)]
        self.assertEqual(sorted(numbers), list(range(sent)))
        return numbers

    def test_merged(self):
        for mode in MODES:
            for stopped in (False, True):
                with self.case(mode=mode, stopped=stopped):
                    numbers = self.record(mode, while_stopped=stopped)
                    self.assertEqual(numbers, sorted(numbers))

    def test_without_merge(self):
        """Without precise time rings are read in turns: this shows that the packets above were in both."""
        for mode in MODES:
            with self.case(mode=mode):
                numbers = self.record(mode, "--time", "none", while_stopped=True)
                falls = sum(1 for a, b in zip(numbers, numbers[1:]) if a > b)
                self.assertGreater(falls, 0)


if __name__ == "__main__":
    if len(os.sched_getaffinity(0)) < 2:
        print("NOT TESTED: there is one processor only")
        raise SystemExit(77)
    net.main()

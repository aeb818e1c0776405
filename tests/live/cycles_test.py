#!/usr/bin/env python3
"""A hundred times attached and detached: nothing stays, and who stays does not grow."""
import concurrent.futures
import os

import law
import net

CYCLES = 100
WIRES = 4
MODES = ("native", "tc", "generic")


class Cycles(net.LiveTest):
    def cycle(self, wire, number):
        run = net.Run(wire.inside, "-i", wire.device, "--mode", MODES[number % 3], "-e", "steer_flow", "--sockets", 1 + number % 3,
                      registry=self.folder)
        try:
            objects = self.registry(wire.inside).objects()
            summary = run.stop()
            return objects, summary["violations"]
        finally:
            run.close()

    def test_nothing_is_left(self):
        """In several namespaces at the same time, as each cycle mostly waits."""
        wires = [self.wire() for _ in range(WIRES)]

        def cycles(wire):
            return [self.cycle(wire, number) for number in range(CYCLES // WIRES)]
        before = net.all_of_pfq()
        with concurrent.futures.ThreadPoolExecutor(WIRES) as pool:
            results = [result for part in pool.map(cycles, wires) for result in part]
        self.assertEqual(len(results), CYCLES)
        self.assertEqual([violations for _, violations in results if violations], [])
        for wire in wires:
            objects = set().union(*(objects for objects, _ in results))
            self.assert_nothing_is_left(wire.inside, [wire.device], objects)
            self.assertEqual(self.registry(wire.inside).members(), [])
        appeared = net.all_of_pfq() - before  # of others, perhaps: then they go
        net.wait_until(lambda: not any(net.exists(*one) for one in appeared), "without what appeared meanwhile: the kernel")

    def test_who_stays_does_not_grow(self):
        wire = self.wire()
        stays = self.listen(wire.inside, "-i", wire.device, "-e", "unit")
        registry = self.registry(wire.inside)

        def held():
            return len(os.listdir(f"/proc/{stays.pid}/fd")), len(registry.objects()), len(registry.state()["maps"])
        sizes = []
        for number in range(20):
            guest = self.listen(wire.inside, "-i", wire.device, "-e", f"steer_flow >-> classify {number}", "--sockets", f"a:1:{number}")
            guest.stop()
            sizes.append(held())
        self.assertEqual(len(set(sizes[1:])), 1, sizes)
        sent = wire.send("--count", 1000)["sent"]
        law.check(self, stays.stop(), sent)


if __name__ == "__main__":
    net.main()

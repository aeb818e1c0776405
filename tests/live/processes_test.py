#!/usr/bin/env python3
"""Several processes at one device: each with its own groups, coming and going, also by kill -9."""
import captures
import law
import net

MODES = ("native", "tc", "generic")


class Processes(net.LiveTest):
    def setUp(self):
        super().setUp()
        self.network = self.wire()

    def start(self, *arguments, **options):
        return self.listen(self.network.inside, "-i", self.network.device, *arguments, **options)

    def state(self):
        return self.registry(self.network.inside).state()

    def assert_gone(self, objects):
        self.assert_nothing_is_left(self.network.inside, [self.network.device], objects)

    def test_each_has_all_packets(self):
        for mode in MODES:
            with self.case(mode=mode):
                runs = [self.start("--mode", mode, "-e", program, "--sockets", sockets)
                        for program, sockets in (("steer_flow", 3), ("unit", 2), ("drop", 1), ("ip6", 1), ("steer_rrobin", 2))]
                self.assertEqual([g["number"] for g in self.state()["groups"]], [0, 1, 2, 3, 4])
                objects = self.registry(self.network.inside).objects()
                sent = self.network.send("--count", 20000, "--flows", 32, "--family", "both", "--size", 80, "--live", "--cpus", "0,1")["sent"]
                summaries = [run.stop() for run in runs]
                for summary in summaries:
                    law.check(self, summary, sent)
                self.assertEqual([s["packets"] for s in summaries], [sent, 2 * sent, 0, sent // 2, sent])
                self.assert_gone(objects)

    def test_who_stays_loses_nothing(self):
        """Others come and go under traffic: with a program more, a new class of rings, in the same queue of transactions."""
        for mode in MODES:
            with self.case(mode=mode):
                path = self.folder / "stays.pcap"
                stays = self.start("--mode", mode, "-e", "udp", "-w", path)
                traffic = net.Traffic(self.network, "--count", 0, "--flows", 16, "--rate", 40000, "--cpus", "0,1")
                for number in range(4):
                    guest = self.start("-e", "steer_flow", "--sockets", 2, "--memory", 262144 << 3 * (number % 3))
                    summary = guest.stop()
                    self.assertEqual((summary["violations"], law.broken(summary)), ([], []))
                    self.assertEqual([law.dropped("sockets", socket) for socket in summary["sockets"]], [0, 0])
                report = traffic.stop()
                self.assertEqual(report["refused"], 0)
                law.check(self, stays.stop(), report["sent"])
                numbers = [captures.number_of(r.frame) for r in captures.read_pcap(path)]
                self.assertEqual((len(numbers), len(set(numbers))), (report["sent"], report["sent"]))

    def test_who_leaves_first(self):
        """Under traffic: the device goes on counting for the other one, which is no fault of the first."""
        for mode in MODES:
            with self.case(mode=mode):
                first, stays = self.start("--mode", mode, "-e", "unit"), self.start("-e", "unit")
                traffic = net.Traffic(self.network, "--count", 0, "--flows", 16, "--rate", 20000)
                net.wait_until(lambda t=traffic: self.network.received() > t.before + 1000, "received a thousand")
                summary = first.stop()
                self.assertEqual((summary["violations"], law.broken(summary)), ([], []))
                sent = traffic.stop()["sent"]
                law.check(self, stays.stop(), sent)

    def test_guests_at_once(self):
        """All begin at the same time, and end at the same time."""
        guests = [self.start("-e", f"steer_flow >-> classify {i}", "--sockets", f"s:1:{i}", listens=False) for i in range(6)]
        for guest in guests:
            net.wait_until(guest.devices, "listening")
        objects = self.registry(self.network.inside).objects()
        sent = self.network.send("--count", 30000, "--flows", 8, "--live")["sent"]
        for guest in guests:
            guest.signal(net.signal.SIGINT)
        for guest in guests:
            summary = guest.wait()
            law.check(self, summary, sent)
            self.assertEqual(summary["packets"], sent)
        self.assert_gone(objects)

    def test_killed(self):
        """kill -9 of one: the others do not notice, but that its sockets are taken back, within a second or so."""
        for mode in MODES:
            with self.case(mode=mode):
                path = self.folder / "stays.pcap"
                first = self.start("--mode", mode, "-e", "unit")
                stays = self.start("-e", "unit", "-w", path)
                traffic = net.Traffic(self.network, "--count", 0, "--flows", 16, "--rate", 40000)
                first.kill()
                net.wait_until(lambda: len(self.state()["sockets"]) == 1, "one socket left")
                state = self.state()
                self.assertEqual((len(state["members"]), [g["number"] for g in state["groups"]]), (1, [1]))
                self.assertEqual(len(self.registry(self.network.inside).members()), 1)
                objects = self.registry(self.network.inside).objects()
                sent = traffic.stop()["sent"]
                law.check(self, stays.stop(), sent)
                self.assertEqual([captures.number_of(r.frame) for r in captures.read_pcap(path)], list(range(sent)))
                self.assert_gone(objects)

    def test_the_last_one_leaves_nothing(self):
        for mode in MODES:
            with self.case(mode=mode):
                run = self.start("--mode", mode, "-e", "steer_flow", "--sockets", 2)
                objects = self.registry(self.network.inside).objects()
                self.assertIn("link", {kind for kind, _ in objects})
                self.assertTrue(all(net.exists(*one) for one in objects))
                self.assertNotEqual(net.programs_at(self.network.inside, self.network.device), ([], [], []))
                run.stop()
                self.assert_gone(objects)
                self.assertEqual(self.registry(self.network.inside).members(), [])
                state = self.state()
                self.assertEqual([state.get(key, []) for key in ("members", "groups", "sockets", "devices")], [[], [], [], []])

    def test_the_last_one_is_killed(self):
        """Nothing is left in the kernel; in the registry it is until somebody looks."""
        for mode in MODES:
            with self.case(mode=mode):
                run = self.start("--mode", mode, "-e", "steer_flow", "--sockets", 2, "--group", 5, "-e", "unit")
                objects = self.registry(self.network.inside).objects()
                run.kill()
                self.assert_gone(objects)
                sent = self.network.send("--count", 100)["sent"]
                again = self.start("--mode", mode, "--group", 5, "-e", "unit")
                self.assertEqual(len(self.registry(self.network.inside).members()), 1)
                sent = self.network.send("--count", 100)["sent"]
                law.check(self, again.stop(), sent)


if __name__ == "__main__":
    net.main()

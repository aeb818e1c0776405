#!/usr/bin/env python3
"""kill -9 at every named point of a transaction: who stays loses nothing, repairs what is left, and others can come.

The points are those of the sources (crash_point). A process passes some of them several times, as it joins, attaches, takes away and
leaves; it is killed at each of these passages. Only builds with PFQ_CRASH_POINTS have them."""
import re
import signal
import sys
import time

import captures
import law
import net

RATE = 20000
SECOND = 1_000_000_000


def points():
    """All names in the sources, so that none is forgotten."""
    found = set()
    for path in (net.ROOT / "engine").rglob("*.cpp"):
        found.update(re.findall(r'crash_point\("([^"]+)"\)', path.read_text(encoding="utf-8")))
    return sorted(found)


def has_points():
    with open(net.PFQ, "rb") as tool:
        return b"PFQ_CRASH_AT" in tool.read()


class Crash(net.LiveTest):
    def setUp(self):
        super().setUp()
        self.network = self.wire()
        self.beside = self.wire(beside=self.network)
        self.namespace = self.network.inside
        self.path = self.folder / "stays.pcap"

    def state(self):
        return self.registry(self.namespace).state()

    def victim(self, point, skip, arguments):
        """Whether a process that comes and goes died at a passage of the point: else it passed less often, and left in peace. With the
        time when it was dead."""
        run = self.listen(self.namespace, *arguments, listens=False, PFQ_CRASH_AT=point, PFQ_CRASH_SKIP=str(skip))
        net.wait_until(lambda: run.devices() or run.process.poll() is not None, "listening, or dead")
        if run.process.poll() is None:
            run.signal(signal.SIGINT)
        code, now = run.process.wait(net.PATIENCE), time.time_ns()
        self.assertIn(code, (0, -signal.SIGKILL), run.errors())
        if code == 0:
            self.assertEqual(run.wait()["violations"], [])
        run.close()
        return code != 0, now

    def assert_repaired(self, stays):
        """By the process that stays: everything of the dead one is gone, and what is left is in use."""
        def repaired():
            state = self.state()
            return ([member["pid"] for member in state["members"]] == [stays.pid] and len(state["sockets"]) == len(state["groups"]) == 1 and
                    state["groups"][0]["sockets"] == [state["sockets"][0]["slot"]] and
                    [device["name"] for device in state["devices"]] == [self.network.device] and
                    len(self.registry(self.namespace).members()) == 1)
        net.wait_until(repaired, "repaired")
        (device,) = self.state()["devices"]
        self.assertEqual(net.programs_at(self.namespace, self.network.device)[0], [device["program"]])
        net.wait_until(lambda: net.programs_at(self.namespace, self.beside.device) == ([], [], []), "without programs: the other device")

    def kill_everywhere(self, stays, arguments, each=lambda dead: None):
        """A victim for every passage of every point; how many there were, by point."""
        hits = {}
        for point in points():
            hits[point] = 0
            while True:
                died, when = self.victim(point, hits[point], arguments)
                if not died:
                    break
                hits[point] += 1
                self.assert_repaired(stays)
                each(when)
        sys.stderr.write(f"killed {sum(hits.values())} times: {hits}\n")
        return hits

    def test_who_stays_loses_nothing(self):
        """The victim has a group of its own, at the same device and at one of its own, where it marks packets: that takes an executor."""
        before = net.all_of_pfq()
        stays = self.listen(self.namespace, "-i", self.network.device, "-e", "udp", "-w", self.path)
        traffic = net.Traffic(self.network, "--count", 0, "--flows", 16, "--rate", RATE)
        hits = self.kill_everywhere(stays, ["-i", self.network.device, "-i", self.beside.device, "-e", "mark 7 >-> steer_flow", "--sockets", 2,
                                            "--memory", 262144])
        self.assertEqual([point for point, count in hits.items() if count == 0], [])
        guest = self.listen(self.namespace, "-i", self.network.device, "-e", "udp", "-c", 100)
        self.assertEqual(guest.wait()["packets"], 100)
        objects = self.registry(self.namespace).objects()
        sent = traffic.stop()["sent"]
        summary = stays.stop()
        law.check(self, summary, sent)
        self.assertEqual([captures.number_of(r.frame) for r in captures.read_pcap(self.path)], list(range(sent)))
        self.assert_nothing_is_left(self.namespace, [self.network.device, self.beside.device], objects)
        appeared = net.all_of_pfq() - before  # of others, perhaps: then they go
        net.wait_until(lambda: not any(net.exists(*one) for one in appeared), "without what appeared meanwhile: the kernel")

    def test_a_share_goes_to_the_rest(self):
        """The victim has a socket in the group of the process that stays, with rings of another size: the program changes, too. A second
        after its death all packets go to the rest."""
        lonely = []  # from when to when nobody else was there

        def each(dead):
            time.sleep(max(0, (dead + SECOND - time.time_ns()) / SECOND) + 0.1)
            lonely.append((dead + SECOND, time.time_ns()))
        share = ["-i", self.network.device, "--group", 5, "--policy", "shared"]
        stays = self.listen(self.namespace, *share, "-e", "steer_flow", "-w", self.path)
        traffic = net.Traffic(self.network, "--count", 0, "--flows", 16, "--rate", RATE)
        hits = self.kill_everywhere(stays, [*share, "--sockets", "other:3", "--memory", 262144], each)
        self.assertGreater(sum(hits.values()), 0)
        sent = traffic.stop()["sent"]
        summary = stays.stop()
        self.assertEqual((summary["violations"], summary["groups"][0]["received"], summary["groups"][0]["accepted"]), ([], sent, sent))
        self.assertEqual(law.dropped("sockets", summary["sockets"][0]), 0)
        records = captures.read_pcap(self.path)
        numbers = [captures.number_of(r.frame) for r in records]
        self.assertEqual(numbers, sorted(set(numbers)))
        self.assertLess(len(numbers), sent)  # the victims had their share
        gaps = [(before.time, after.time) for before, after, n in zip(records, records[1:], range(len(records))) if numbers[n + 1] != numbers[n] + 1]
        for begin, end in lonely:
            self.assertTrue(any(begin <= r.time <= end for r in records))
            self.assertEqual([gap for gap in gaps if gap[1] > begin and gap[0] < end], [], f"alone from {begin} to {end}")


if __name__ == "__main__":
    if not has_points():
        print("NOT TESTED: this build has no crash points (PFQ_CRASH_POINTS)")
        sys.exit(77)
    net.main()

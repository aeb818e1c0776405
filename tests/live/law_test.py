#!/usr/bin/env python3
"""The packet law of a live run in short: every packet that was sent is somewhere, where it belongs, once, and in order.

It finds each of the faults that can be built in on purpose (tests/system/faults.sh)."""
import captures
import law
import net

FRAMES, FLOWS = 20000, 16


class Law(net.LiveTest):
    def test_filter_and_record(self):
        wire = self.wire()
        path = self.folder / "ours.pcap"
        run = self.listen(wire.inside, "-i", wire.device, "-e", "ip6", "-w", path)
        sent = wire.send("--count", FRAMES, "--flows", FLOWS, "--family", "both", "--size", 100, "--live")["sent"]
        self.assertEqual(sent, FRAMES)
        summary = run.stop()
        law.check(self, summary, sent)
        group, socket = summary["groups"][0], summary["sockets"][0]
        self.assertEqual((group["accepted"], group["computation"], group["vlan_filter"]), (FRAMES // 2, FRAMES // 2, 0))
        self.assertEqual((socket["read"], socket["written"]), (FRAMES // 2, FRAMES // 2))
        # Flows take turns, and the odd ones are IPv6.
        self.assertEqual([captures.number_of(r.frame) for r in captures.read_pcap(path)], list(range(1, FRAMES, 2)))


if __name__ == "__main__":
    net.main()

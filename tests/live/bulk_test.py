#!/usr/bin/env python3
"""Large packets: jumbo frames, and what a TCP connection makes of bulk data; bytes are those that tcpdump sees."""
import random
import socket
import threading

import captures
import frames
import law
import net

OUTSIDE, INSIDE, PORT = "10.9.0.1", "10.9.0.2", 9000
BYTES = 6_000_000
MODES = ("native", "tc", "generic")


class Bulk(net.LiveTest):
    def compare(self, mode, wire, traffic):
        """A run and tcpdump at the receiving device while `traffic` goes on; their records."""
        ours, theirs = self.folder / "ours.pcap", self.folder / "theirs.pcap"
        run = self.listen(wire.inside, "-i", wire.device, "--mode", mode, "-e", "unit", "-w", ours)
        recorder = net.Recorder(wire.inside, wire.device, theirs)
        traffic()
        summary = run.stop()
        records = captures.read_pcap(ours)
        law.check(self, summary, summary["devices"][0]["received"])
        self.assertEqual(len(records), summary["devices"][0]["received"])
        recorder.stop(len(records) if mode != "native" else 1)  # behind native XDP packets are put together
        return records, captures.read_pcap(theirs)

    def test_jumbo_frames(self):
        rng = random.Random(3)
        sent = frames.all_kinds() + [frames.ethernet(frames.ipv4(frames.udp(rng.randbytes(size)))) for size in
                                     (1473, 2000, 3400, 3500, 3520, 4000, 4054, 4096, 5000, 8000, 8191, 8192, 8972)]
        captures.write_pcap(self.folder / "sent.pcap", sent)
        wire = self.wire(mtu=9000)
        for mode in MODES:
            with self.case(mode=mode):
                ours, theirs = self.compare(mode, wire, lambda: wire.send("--read", self.folder / "sent.pcap"))
                self.assertEqual([r.frame.hex() for r in ours], [f.hex() for f in sent])
                if mode != "native":
                    self.assertEqual([r.frame.hex() for r in theirs], [f.hex() for f in sent])

    def transfer(self, wire):
        """Bulk data over a connection from outside to inside."""
        data = random.Random(5).randbytes(BYTES)
        with wire.inside.inside():
            server = socket.create_server((INSIDE, PORT))
        with wire.outside.inside():
            client = socket.socket()
        got = []

        def receive():
            connection, _ = server.accept()
            with connection:
                while chunk := connection.recv(1 << 20):
                    got.append(chunk)
        receiver = threading.Thread(target=receive)
        receiver.start()
        with client, server:
            client.connect((INSIDE, PORT))
            client.sendall(data)
            client.shutdown(socket.SHUT_WR)
            receiver.join(net.PATIENCE)
        self.assertEqual(b"".join(got), data)

    def test_connection(self):
        """The kernel hands over packets of up to 64 KiB, whose checksums are not filled in; the connection does not suffer."""
        for mode in MODES:
            with self.case(mode=mode):
                wire = net.Wire()
                wire.give_addresses()
                try:
                    ours, theirs = self.compare(mode, wire, lambda w=wire: self.transfer(w))
                finally:
                    wire.remove()
                carried = sum(r.length - 66 for r in ours if r.frame[23] == 6)
                self.assertGreaterEqual(carried, BYTES)
                if mode != "native":  # in front of native programs there are frames only
                    self.assertGreater(max(r.length for r in ours), 20000)
                    self.assertEqual(sorted(r.frame for r in ours), sorted(r.frame for r in theirs))


if __name__ == "__main__":
    net.main()

#!/usr/bin/env python3
"""What is recorded of each packet: its bytes, its time, its device; against what was sent, tcpdump, and runs on a file."""
import os
import subprocess

import captures
import frames
import law
import net

ANDROID = net.ROOT / "examples/captures/android.pcap"
MODES = ("native", "tc", "generic")
MILLISECOND = 1_000_000


class Records(net.LiveTest):
    def setUp(self):
        super().setUp()
        self.network = self.wire()

    def path(self, name):
        return self.folder / name

    def start(self, mode, *arguments):
        return self.listen(self.network.inside, "-i", self.network.device, "--mode", mode, *arguments)

    def record(self, path, *arguments):
        recorder = net.Recorder(self.network.inside, self.network.device, path, *arguments)
        self.addCleanup(recorder.process.kill)
        return recorder

    def replay(self, sent):
        captures.write_pcap(self.path("sent.pcap"), sent)
        report = self.network.send("--read", self.path("sent.pcap"))
        self.assertEqual(report["sent"], len(sent))

    def test_bytes_are_those_sent_and_those_of_tcpdump(self):
        sent = frames.all_kinds()
        for mode in MODES:
            with self.case(mode=mode):
                run = self.start(mode, "-e", "unit", "-w", self.path("ours.pcap"))
                recorder = self.record(self.path("theirs.pcap"))
                self.replay(sent)
                recorder.stop(len(sent))
                law.check(self, run.stop(), len(sent))
                ours, theirs = captures.read_pcap(self.path("ours.pcap")), captures.read_pcap(self.path("theirs.pcap"))
                self.assertEqual([r.frame.hex() for r in theirs], [f.hex() for f in sent], "the test's own wire")
                self.assertEqual([r.frame.hex() for r in ours], [f.hex() for f in sent])
                self.assertEqual([r.length for r in ours], [len(f) for f in sent])

    def test_bytes_of_packets_that_leave(self):
        sent = frames.all_kinds()
        run = self.listen(self.network.outside, "-i", self.network.sender, "--direction", "out", "-e", "unit", "-w", self.path("ours.pcapng"))
        captures.write_pcap(self.path("sent.pcap"), sent)
        self.network.send("--read", self.path("sent.pcap"), "--stack")
        law.check(self, run.stop(), len(sent))
        names, ours = captures.read_pcapng(self.path("ours.pcapng"))
        self.assertEqual(names, [self.network.sender])
        self.assertEqual([r.frame.hex() for r in ours], [f.hex() for f in sent])

    def test_times_are_those_of_tcpdump(self):
        """Nine of ten within a millisecond: a processor of a virtual machine may rest at any place. In order, all of them."""
        count = 2000
        for mode in MODES:
            with self.case(mode=mode):
                run = self.start(mode, "-e", "unit", "-w", self.path("ours.pcap"))
                recorder = self.record(self.path("theirs.pcap"))
                self.network.send("--count", count, "--flows", 4, "--rate", 4000, "--cpus", "0,1")
                recorder.stop(count)
                law.check(self, run.stop(), count)
                theirs = {captures.number_of(r.frame): r.time for r in captures.read_pcap(self.path("theirs.pcap"))}
                ours = captures.read_pcap(self.path("ours.pcap"))
                self.assertEqual([r.time for r in ours], sorted(r.time for r in ours))
                close = sum(1 for r in ours if abs(r.time - theirs[captures.number_of(r.frame)]) < MILLISECOND)
                self.assertGreaterEqual(close, count * 9 // 10)

    def test_snapshot_length(self):
        sent = frames.all_kinds()
        for mode, limit in zip(MODES, (1, 65, 100)):
            with self.case(mode=mode, limit=limit):
                run = self.start(mode, "-e", "unit", "-w", self.path("ours.pcap"), "-s", limit)
                self.replay(sent)
                law.check(self, run.stop(), len(sent))
                ours = captures.read_pcap(self.path("ours.pcap"))
                self.assertEqual([(r.frame.hex(), r.length) for r in ours], [(f[:limit].hex(), len(f)) for f in sent])

    def test_slice(self):
        """Of the program's own: as snapshot length, but for one group."""
        sent = frames.all_kinds()
        run = self.start("native", "-e", "slice 40", "-w", self.path("ours.pcap"))
        self.replay(sent)
        law.check(self, run.stop(), len(sent))
        self.assertEqual([r.frame.hex() for r in captures.read_pcap(self.path("ours.pcap"))], [f[:40].hex() for f in sent])

    def test_count(self):
        """It ends by itself, with as many packets as asked for."""
        for mode in MODES:
            with self.case(mode=mode):
                run = self.start(mode, "-e", "unit", "-c", 1000, "-w", self.path("ours.pcap"))
                self.network.send("--count", 5000)
                summary = run.wait()
                self.assertEqual(summary["violations"], [])
                self.assertEqual(law.broken(summary), [])
                self.assertFalse(summary["interrupted"])
                self.assertEqual(summary["packets"], 1000)
                numbers = [captures.number_of(r.frame) for r in captures.read_pcap(self.path("ours.pcap"))]
                self.assertEqual(numbers, list(range(1000)))

    def test_pcapng_names_the_device(self):
        run = self.start("tc", "-e", "udp", "-w", self.path("ours.pcapng"))
        self.network.send("--count", 100, "--size", 333)
        law.check(self, run.stop(), 100)
        names, ours = captures.read_pcapng(self.path("ours.pcapng"))
        self.assertEqual((names, len(ours), {r.length for r in ours}), ([self.network.device], 100, {333}))

    def test_to_standard_output(self):
        """The capture can be piped; the summary then goes to standard error."""
        environment = dict(os.environ, PFQ_RUN_DIR=str(self.folder))
        command = self.network.inside.command(net.PFQ, "run", "-i", self.network.device, "-e", "unit", "-c", 50, "-w", "-")
        with open(self.path("err"), "w+", encoding="utf-8") as err:
            with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=err, env=environment) as process:
                self.addCleanup(process.kill)
                net.wait_until(lambda: "listening on" in self.path("err").read_text(encoding="utf-8"), "listening")
                self.network.send("--count", 50)
                out, _ = process.communicate(timeout=net.PATIENCE)
                self.assertEqual(process.returncode, 0)
        self.path("out.pcap").write_bytes(out)
        self.assertEqual([captures.number_of(r.frame) for r in captures.read_pcap(self.path("out.pcap"))], list(range(50)))
        self.assertIn("50 packets captured", self.path("err").read_text(encoding="utf-8"))

    def test_sockets_get_what_a_run_on_the_file_gives_them(self):
        """The same packets to the same sockets, whatever executes the program."""
        sent = [r.frame for r in captures.read_pcap(ANDROID)] + frames.all_kinds()
        captures.write_pcap(self.path("sent.pcap"), sent)
        programs = (("steer_flow", "4"), ("steer_p2p", "a:1,b:5,c:2"), ("double_steer_ip", "3"), ("steer_link", "2"), ("steer_rrobin", "a:2,b:1"),
                    ("tcp >-> port 443", "1"), ("when is_tcp drop", "1"), ("vlan >-> steer_vlan", "2"), ("filter is_frag", "1"),
                    ("filter (has_src_addr \"192.168.2.0/24\" .&&. any has_port [53, 80, 443]) >-> steer_p2p", "2"),
                    ("if is_ip6 then classify 1 else classify 2", "a:1:1,b:1:2,c:1:any"))
        for number, (program, sockets) in enumerate(programs):
            mode = MODES[number % len(MODES)]
            with self.case(program=program, mode=mode):
                arguments = ["-e", program, "--sockets", sockets]
                net.run(net.PFQ, "run", "-r", self.path("sent.pcap"), *arguments, "-w", self.path("file-%s.pcap"))
                run = self.start(mode, *arguments, "-w", self.path("live-%s.pcap"))
                report = self.network.send("--read", self.path("sent.pcap"))
                summary = run.stop()
                law.check(self, summary, report["sent"])
                for socket in summary["sockets"]:
                    ours, theirs = (captures.read_pcap(self.path(f"{kind}-{socket['name']}.pcap")) for kind in ("live", "file"))
                    self.assertEqual([r.frame for r in ours], [r.frame for r in theirs], f"socket {socket['name']}")


if __name__ == "__main__":
    net.main()

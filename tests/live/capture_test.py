#!/usr/bin/env python3
"""pfq capture against tcpdump on the same traffic: packets, bytes, order, times, options, summaries, ends."""
import os
import pathlib
import pwd
import re
import signal
import subprocess

import captures
import capture_net
import frames
import law
import net

FILTERS = ("", "udp", "port 443", "not arp", "ip[8] > 5 and udp[4:2] > 500", "ip6", "greater 600", "less 64", "src net 10.1.2.0/30",
           "ether broadcast", "icmp or sctp", "ip[6:2] & 0x3fff != 0", "udp src portrange 1-1000 or ether proto 0x88cc", "host 10.1.2.3", "vlan", "vlan 10")
WITH_TAGS = ("", "vlan", "vlan 10")
MILLISECOND = 1_000_000


class Packets(capture_net.CaptureTest):
    def compare(self, ours, theirs):
        self.assertEqual([r.frame.hex() for r in ours], [r.frame.hex() for r in theirs])
        self.assertEqual([r.length for r in ours], [r.length for r in theirs])
        self.assertEqual([r.time for r in ours], sorted(r.time for r in ours))
        close = sum(abs(a.time - b.time) < MILLISECOND for a, b in zip(ours, theirs))
        self.assertGreaterEqual(close, len(ours) * 9 // 10) # a processor of a virtual machine may rest at any place

    def test_filters(self):
        """Of tagged frames tcpdump's live filters see what the kernel has left of them; ours see what is captured, as in files."""
        all_of_them = frames.all_kinds()
        untagged = [frame for frame in all_of_them if frame[12:14] not in (b"\x81\x00", b"\x88\xa8")]
        for text in FILTERS:
            with self.case(filter=text):
                words, sent = text.split(), all_of_them if text in WITH_TAGS else untagged
                captures.write_pcap(self.path("sent.pcap"), sent)
                net.run("tcpdump", "-r", self.path("sent.pcap"), "-w", self.path("wanted.pcap"), *words)
                count = len(captures.read_pcap(self.path("wanted.pcap")))
                self.assertGreater(count, 0)
                ours, theirs, our_counts, their_counts = self.both(words, lambda: self.replay(sent), count)
                self.assertEqual(len(ours), count)
                self.compare(ours, theirs)
                self.assertEqual(our_counts, their_counts)

    def test_filters_of_tagged_frames(self):
        """As tcpdump -r: of the packet that is captured."""
        sent = frames.all_kinds()
        for text in ("udp", "ip6", "vlan and udp", "not vlan"):
            with self.case(filter=text):
                ours = self.ours("-i", "in0", "-Q", "in", "-w", self.path("ours.pcap"), *text.split())
                self.replay(sent)
                self.assertEqual(ours.stop(), 0)
                net.run("tcpdump", "-r", self.path("sent.pcap"), "-w", self.path("theirs.pcap"), *text.split())
                self.assertEqual(*([r.frame for r in captures.read_pcap(self.path(f"{name}.pcap"))] for name in ("ours", "theirs")))

    def test_both_directions(self):
        """The host answers."""
        self.network.give_addresses()
        ask = ("import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
               "for i in range(50): s.sendto(b'%d' % i, ('10.9.0.1', 9)); s.recv(100)")
        answer = ("import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\ns.bind(('10.9.0.1', 9)); print('ready', flush=True)\n"
                  "for i in range(50): data, who = s.recvfrom(100); s.sendto(data, who)")
        for direction, count in (("inout", 100), ("in", 50), ("out", 50)):
            with self.case(direction=direction):
                def talk():
                    with subprocess.Popen(self.network.outside.command("python3", "-c", answer), stdout=subprocess.PIPE) as server:
                        self.addCleanup(server.kill)
                        server.stdout.readline()
                        self.network.inside.run("python3", "-c", ask)
                theirs = self.theirs("-i", "in0", "--nano", "-U", "-w", self.path("theirs.pcap"), "-Q", direction, "udp")
                ours = self.ours("-i", "in0", "-w", self.path("ours.pcap"), "-Q", direction, "udp", listening=2 if direction == "inout" else 1)
                talk()
                self.wait_for(theirs, count)
                self.assertEqual((ours.stop(), theirs.stop()), (0, 0))
                ours, theirs = (captures.read_pcap(self.path(f"{name}.pcap")) for name in ("ours", "theirs"))
                self.assertEqual(len(ours), count)
                self.compare(ours, theirs)

    def test_several_devices(self):
        other = self.wire(beside=self.network)
        ours = self.ours("-i", "in0", "-i", "in1", "-Q", "in", "-w", self.path("ours.pcapng"), listening=2)
        self.network.send("--count", 100, "--rate", 2000)
        other.send("--count", 50, "--rate", 2000)
        self.assertEqual(ours.stop(), 0)
        names, records = captures.read_pcapng(self.path("ours.pcapng"))
        self.assertEqual((names, [r.interface for r in records]), (["in0", "in1"], [0] * 100 + [1] * 50))

    def test_computation(self):
        ours = self.ours("-i", "in0", "-Q", "in", "-e", "when (udp_dest .< 5002) drop", "-w", self.path("ours.pcap"), "--json", "udp")
        self.replay([frames.ethernet(frames.ipv4(frames.udp(b"x" * 20, 4000, 5000 + i))) for i in range(4)])
        self.assertEqual(ours.stop(), 0)
        summary = capture_net.summary_of(ours)
        law.check(self, summary, 4)
        self.assertEqual((summary["groups"][0]["computation"], len(captures.read_pcap(self.path("ours.pcap")))), (2, 2))


class Options(capture_net.CaptureTest):
    def test_count_and_snapshot_length(self):
        ours = self.ours("-i", "in0", "-Q", "in", "-c", 10, "-s", 50, "-w", self.path("ours.pcap"))
        self.network.send("--count", 100)
        self.assertEqual(ours.wait(), 0)
        records = captures.read_pcap(self.path("ours.pcap"))
        self.assertEqual(([len(r.frame) for r in records], {r.length for r in records}), ([50] * 10, {60}))
        self.assertEqual(self.counts(ours.messages())[::2], [10, 0])

    def test_filter_from_a_file(self):
        self.path("filter").write_text("udp # not the others\n and greater 600 # bytes\n", encoding="ascii")
        ours, theirs, our_counts, their_counts = self.both(["-F", self.path("filter")], lambda: self.replay(frames.all_kinds()), 1)
        self.assertEqual(([r.frame for r in ours], our_counts), ([r.frame for r in theirs], their_counts))

    def test_printing(self):
        sent = frames.all_kinds()
        captures.write_pcap(self.path("sent.pcap"), sent)
        for flags in (["-n"], ["-nn", "-q"], ["-n", "-vvv"], ["-n", "-x"], ["-nXX"], ["-nA"], ["-n", "-#"]):
            with self.case(flags=flags):
                ours = self.ours("-i", "in0", "-Q", "in", "-t", *flags, "ip or ip6")
                self.network.send("--read", self.path("sent.pcap"))
                self.assertEqual(ours.stop(), 0, ours.messages())
                wanted = net.run("tcpdump", "-t", *flags, "-r", self.path("sent.pcap"), "ip or ip6").stdout
                self.assertEqual(ours.output().decode(), wanted)
                self.assertNotIn("reading from", ours.messages())

    def test_link_level_is_e_of_tcpdump(self):
        ours = self.ours("-i", "in0", "-Q", "in", "-nt", "--link-level", "-c", 1)
        self.network.send("--count", 1)
        self.assertEqual(ours.wait(), 0)
        self.assertRegex(ours.output().decode(), r"ethertype IPv4 \(0x0800\), length 60: ")

    def test_print_and_write(self):
        ours = self.ours("-i", "in0", "-Q", "in", "-n", "--print", "-w", self.path("ours.pcap"))
        self.network.send("--count", 20)
        self.assertEqual(ours.stop(), 0)
        self.assertEqual((ours.output().count(b"\n"), len(captures.read_pcap(self.path("ours.pcap")))), (20, 20))

    def test_read(self):
        sent = frames.all_kinds()
        captures.write_pcap(self.path("sent.pcap"), sent)
        for arguments in (["-n"], ["-n", "udp"], ["-nXX", "-c", 5, "ip6"], ["-ntttt", "--nano", "arp"]):
            ours, theirs = (net.run(*command, "-r", self.path("sent.pcap"), *arguments) for command in ([net.PFQ, "capture"], ["tcpdump"]))
            self.assertEqual((ours.stdout, ours.stderr.count("\n")), (theirs.stdout, 1), ours.stderr)
        net.run(net.PFQ, "capture", "-r", self.path("sent.pcap"), "-w", self.path("ours.pcap"), "ip6")
        net.run("tcpdump", "-r", self.path("sent.pcap"), "-w", self.path("theirs.pcap"), "ip6")
        self.assertEqual(*([r.frame for r in captures.read_pcap(self.path(f"{name}.pcap"))] for name in ("ours", "theirs")))

    def test_to_a_pipe(self):
        """Packets pass at once with -U; what is read is what was sent."""
        reader = subprocess.Popen(["tcpdump", "-n", "-l", "-t", "-r", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                  stderr=subprocess.DEVNULL, text=True)
        self.addCleanup(reader.kill)
        ours = self.ours("-i", "in0", "-Q", "in", "-U", "-w", "-", stdout=reader.stdin)
        reader.stdin.close()
        for _ in range(3):
            self.network.send("--count", 1)
            self.assertIn("UDP", reader.stdout.readline()) # while the capture goes on
        self.assertEqual((ours.stop(), reader.wait(net.PATIENCE)), (0, 0))
        reader.stdout.close()

    def test_microseconds(self):
        for option, magic in (("--micro", 0xA1B2C3D4), ("--nano", 0xA1B23C4D), ("--time-stamp-precision=micro", 0xA1B2C3D4)):
            ours = self.ours("-i", "in0", "-Q", "in", option, "-w", self.path("ours.pcap"))
            self.assertEqual(ours.stop(), 0)
            self.assertEqual(int.from_bytes(self.path("ours.pcap").read_bytes()[:4], "little"), magic)

    def test_promiscuous(self):
        def count():
            return int(re.search(r"promiscuity (\d+)", self.network.inside.ip("-d", "link", "show", "dev", "in0").stdout).group(1))
        for arguments, wanted in (([], 1), (["-p"], 0)):
            ours = self.ours("-i", "in0", "-Q", "in", "-w", "/dev/null", *arguments)
            self.assertEqual(count(), wanted)
            ours.process.kill()
            ours.wait()
            net.wait_until(lambda: count() == 0, "promiscuous mode released")

    def test_statistics_blocks(self):
        ours = self.ours("-i", "in0", "-Q", "in", "-w", self.path("ours.pcapng"), "udp")
        self.network.send("--count", 100)
        self.assertEqual(ours.stop(), 0)
        data = self.path("ours.pcapng").read_bytes()
        at, found = 0, []
        while at < len(data):
            kind, size = (int.from_bytes(data[at + i:at + i + 4], "little") for i in (0, 4))
            if kind == 5:
                found.append(captures._options(data[at + 20:at + size - 4]))
            at += size
        self.assertEqual([{code: int.from_bytes(value, "little") for code, value in one.items() if code in (4, 7)} for one in found], [{4: 100, 7: 0}])

    def test_user(self):
        """-Z: the thread that writes is the user, and so are its files."""
        nobody = pwd.getpwnam("nobody")
        os.chmod(self.folder, 0o777)
        ours = self.ours("-i", "in0", "-Q", "in", "-Z", "nobody", "-C", 1, "-w", self.path("ours.pcap"))
        tasks = [(task / "status").read_text(encoding="ascii") for task in pathlib.Path(f"/proc/{ours.process.pid}/task").iterdir()]
        dropped = [task for task in tasks if re.search(rf"^Uid:(\t{nobody.pw_uid}){{4}}$", task, re.M)]
        self.assertEqual(len(dropped), 1)
        self.assertRegex(dropped[0], r"(?m)^CapEff:\t0+$")
        self.network.send("--count", 3000, "--size", 1000)
        self.assertEqual(ours.stop(), 0, ours.messages())
        files = sorted(self.folder.glob("ours.pcap*"))
        self.assertGreater(len(files), 1)
        self.assertEqual({os.stat(path).st_uid for path in files}, {nobody.pw_uid})


class Rotation(capture_net.CaptureTest):
    def rotate(self, name, *arguments, count=6000):
        sides = {}
        for side, start in (("theirs", self.theirs), ("ours", self.ours)):
            self.path(side).mkdir(exist_ok=True)
            more = ["--micro"] if side == "ours" else ["-U"]
            sides[side] = start("-i", "in0", "-Q", "in", *more, "-w", self.path(side) / name, *arguments)
        self.network.send("--count", count, "--size", 1000, "--rate", 8000)
        self.wait_for(sides["theirs"], count)
        for side in sides.values():
            self.assertEqual(side.stop(), 0, side.messages())
        self.assertEqual(self.counts(sides["ours"].messages()), [count, count, 0])
        return [self.files(side, name) for side in ("ours", "theirs")]

    def files(self, side, name):
        return {path.name: [captures.number_of(r.frame) for r in captures.read_pcap(path)] for path in self.path(side).glob(f"{name}*")}

    def test_by_size(self):
        """The same names, and the same packets in each of them."""
        for number, arguments in enumerate((["-C", 1], ["-C", 1, "-W", 3], ["-C", 2, "-W", 12])):
            with self.case(arguments=arguments):
                ours, theirs = self.rotate(f"trace{number}.pcap", *arguments)
                self.assertEqual(ours, theirs)
                self.assertGreater(len(ours), 2)

    def test_under_load(self):
        """What is not in the files is in the summary."""
        self.path("load").mkdir()
        ours = self.ours("-i", "in0", "-Q", "in", "-B", 4096, "-C", 1, "-w", self.path("load") / "trace.pcap")
        sent = self.network.send("--count", 40000, "--size", 1000, "--live")["sent"]
        self.assertEqual(ours.stop(), 0)
        captured, received, dropped = self.counts("\n".join(line for line in ours.messages().splitlines() if "by queue" not in line))
        files = self.files("load", "trace.pcap")
        self.assertEqual([received, captured + dropped], [sent, sent])
        in_order = sorted(files, key=lambda name: int(name.removeprefix("trace.pcap") or 0))
        numbers = [number for name in in_order for number in files[name]]
        self.assertEqual((len(numbers), sorted(set(numbers))), (captured, numbers))
        self.assertGreater(len(files), 1)

    def test_by_time(self):
        """Three files, then it ends by itself."""
        ours = self.ours("-i", "in0", "-Q", "in", "-G", 1, "-W", 3, "-w", self.path("trace-%H%M%S.pcap"))
        traffic = net.Traffic(self.network, "--count", 0, "--rate", 500)
        self.assertEqual(ours.wait(), 0, ours.messages())
        traffic.stop()
        files = sorted(self.folder.glob("trace-*.pcap"))
        records = [captures.read_pcap(path) for path in files]
        self.assertEqual(len(files), 3)
        numbers = [captures.number_of(r.frame) for file in records for r in file]
        self.assertEqual(numbers, list(range(len(numbers))))
        self.assertEqual(self.counts(ours.messages())[0], len(numbers))
        for file in records[1:]: # each begins a second later
            self.assertEqual(len({r.time // capture_net.NANOSECONDS for r in file}), 1)


class Ends(capture_net.CaptureTest):
    def test_signals(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.case(signal=number):
                ours = self.ours("-i", "in0", "-Q", "in", "-w", self.path("ours.pcap"))
                self.network.send("--count", 10)
                self.assertEqual(ours.stop(number), 0)
                self.assertEqual((len(captures.read_pcap(self.path("ours.pcap"))), self.counts(ours.messages())), (10, [10, 10, 0]))

    def test_statistics_and_flush(self):
        ours = self.ours("-i", "in0", "-Q", "in", "-w", self.path("ours.pcap"))
        self.network.send("--count", 10)
        self.wait_for(ours, 10)
        self.assertIn("pfq capture: 10 packets captured, 10 packets received by filter, 0 packets dropped by kernel\n", ours.messages())
        ours.process.send_signal(signal.SIGUSR2)
        net.wait_until(lambda: len(captures.read_pcap(self.path("ours.pcap"))) == 10, "flushed")
        self.assertEqual(ours.stop(), 0)

    def test_broken_pipe(self):
        for arguments in (["-w", "-", "-U"], ["-n", "-l"]):
            with self.case(arguments=arguments):
                reading, writing = os.pipe()
                ours = self.ours("-i", "in0", "-Q", "in", *arguments, stdout=writing)
                os.close(writing)
                os.close(reading)
                traffic = net.Traffic(self.network, "--count", 0, "--rate", 1000)
                self.assertEqual(ours.wait(), 0, ours.messages())
                traffic.stop()
                self.assertNotIn("pfq capture:", ours.messages())
                self.counts(ours.messages())

    def test_full_disk(self):
        self.path("disk").mkdir()
        net.run("mount", "-t", "tmpfs", "-o", "size=256k", "pfq-capture", self.path("disk"))
        self.addCleanup(net.run, "umount", self.path("disk"))
        ours = self.ours("-i", "in0", "-Q", "in", "-U", "-w", self.path("disk") / "ours.pcap")
        traffic = net.Traffic(self.network, "--count", 0, "--size", 1000, "--rate", 2000)
        self.assertEqual(ours.wait(), 1)
        traffic.stop()
        records = captures.read_pcap(self.path("disk") / "ours.pcap") # whole to its end
        self.assertEqual([captures.number_of(r.frame) for r in records], list(range(len(records))))
        self.assertIn("No space left on device; free space, or write elsewhere", ours.messages())
        lost = int(re.search(r"(\d+) packets? captured, but not written", ours.messages()).group(1))
        self.assertEqual(self.counts("\n".join(l for l in ours.messages().splitlines() if "not written" not in l))[0], len(records) + lost)

    def fails(self, code, pattern, *arguments, prefix=()):
        done = subprocess.run(self.network.inside.command(*prefix, net.PFQ, "capture", *arguments), capture_output=True, text=True,
                              timeout=net.PATIENCE, check=False, env={**os.environ, "PFQ_RUN_DIR": str(self.folder)})
        self.assertEqual((done.returncode, done.stdout), (code, ""), done.stderr)
        self.assertRegex(done.stderr, r"^pfq capture: " + pattern)

    def test_errors(self):
        self.fails(1, "there is no device nope; there are ", "-i", "nope", "-w", "/dev/null")
        self.fails(1, "/nowhere/x: No such file or directory", "-i", "in0", "-w", "/nowhere/x")
        self.fails(1, "there is no user nope$", "-i", "in0", "-w", "/dev/null", "-Z", "nope")
        self.fails(2, "time stamps of type adapter cannot be had; see -J$", "-i", "in0", "-j", "adapter")
        self.fails(2, "-W counts the files of -C or -G", "-i", "in0", "-w", "x", "-W", 3)
        self.fails(2, "-C and -G need the name of a file", "-i", "in0", "-w", "-", "-C", 3)
        self.fails(2, "give either a capture with -r or devices with -i", "-i", "in0", "-r", "x.pcap")
        self.fails(2, "there is no device 'any' here", "-i", "any")
        self.fails(2, "cannot open 'nope'", "-i", "in0", "-F", "nope")
        self.fails(2, "", "-i", "in0", "udp", "and", "and")
        self.fails(1, "packets are printed by tcpdump, which is not installed", "-i", "in0", prefix=("env", "PATH=/nowhere"))

    def test_devices(self):
        listed = self.network.inside.run(net.PFQ, "capture", "-D").stdout
        self.assertRegex(listed, r"^1\.in0 \[Up(, Running)?\]\n2\.lo \[Loopback\]\n$")
        ours = self.ours("-i", 1, "-Q", "in", "-w", "/dev/null")
        self.assertIn("listening on in0, link-type EN10MB (Ethernet), snapshot length 262144 bytes", ours.messages())


if __name__ == "__main__":
    net.main()

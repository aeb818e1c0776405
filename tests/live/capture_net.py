"""`pfq capture` beside tcpdump on the same device: what its tests have in common."""
import json
import os
import re
import signal
import subprocess
import tempfile

import captures
import net

NANOSECONDS = 1_000_000_000


class Capture:
    """`pfq capture` or tcpdump in a namespace. It listens when this is made."""

    def __init__(self, namespace, command, registry, listening=1, **options):
        self.out, self.err = tempfile.TemporaryFile("w+b"), tempfile.TemporaryFile("w+")
        environment = dict(os.environ, PFQ_RUN_DIR=str(registry), TZ="UTC")
        options.setdefault("stdout", self.out)
        self.process = subprocess.Popen(namespace.command(*command), stderr=self.err, env=environment, **options)
        net.wait_until(lambda: self.messages().count("listening") >= listening or self.process.poll() is not None, "listening")

    def messages(self):
        self.err.seek(0)
        return self.err.read()

    def output(self):
        self.out.seek(0)
        return self.out.read()

    def captured(self):
        """By its own count, which SIGUSR1 asks for."""
        before = len(self.messages())
        self.process.send_signal(signal.SIGUSR1)
        net.wait_until(lambda: "packets captured" in self.messages()[before:] or "packet captured" in self.messages()[before:] or
                       self.process.poll() is not None, "statistics")
        return int(re.findall(r"(\d+) packets? captured", self.messages())[-1])

    def stop(self, number=signal.SIGINT):
        self.process.send_signal(number)
        return self.wait()

    def wait(self):
        return self.process.wait(net.PATIENCE)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for file in (self.out, self.err):
            file.close()


class CaptureTest(net.LiveTest):
    def setUp(self):
        super().setUp()
        self.network = self.wire()

    def path(self, name):
        return self.folder / name

    def ours(self, *arguments, listening=None, **options):
        """With both directions it says "listening" twice for a device."""
        both = listening or (1 if "-Q" in arguments else 2)
        return self._start(net.PFQ, "capture", *arguments, listening=both, **options)

    def theirs(self, *arguments, **options):
        return self._start("tcpdump", "-Z", "root", "-B", 65536, *arguments, **options)

    def _start(self, *command, listening=1, where=None, **options):
        capture = Capture(where or self.network.inside, command, self.folder, listening, **options)
        self.addCleanup(capture.close)
        return capture

    def replay(self, frames):
        captures.write_pcap(self.path("sent.pcap"), frames)
        report = self.network.send("--read", self.path("sent.pcap"))
        self.assertEqual(report["sent"], len(frames))

    def counts(self, messages):
        """captured, received by filter, dropped by kernel; the last time that they were said."""
        lines = messages.splitlines()
        found = [re.fullmatch(r"(\d+) packets? (captured|received by filter|dropped by kernel)", line) for line in lines]
        names = [one.group(2) for one in found if one]
        self.assertEqual(names, ["captured", "received by filter", "dropped by kernel"], messages)
        return [int(one.group(1)) for one in found if one]

    def wait_for(self, capture, count):
        net.wait_until(lambda: capture.captured() >= count, f"captured {count} packets")

    def both(self, arguments, send, count=0):
        """The same options at the same time; the records of both, and what they have said."""
        theirs = self.theirs("-i", self.network.device, "--nano", "-U", "-w", self.path("theirs.pcap"), *arguments)
        ours = self.ours("-i", self.network.device, "-w", self.path("ours.pcap"), *arguments)
        send()
        if count:
            self.wait_for(theirs, count)
        for capture in (ours, theirs):
            self.assertEqual(capture.stop(), 0, capture.messages())
        return (captures.read_pcap(self.path("ours.pcap")), captures.read_pcap(self.path("theirs.pcap")),
                self.counts(ours.messages()), self.counts(theirs.messages()))


def summary_of(capture):
    return json.loads(capture.output())

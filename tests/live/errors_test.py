#!/usr/bin/env python3
"""What cannot be done is said in one line, with the exit code of the documentation; and nothing is left of the attempt."""
import os
import pathlib
import shutil
import subprocess

import net

FOREIGN = os.environ.get("LIVE_FOREIGN", str(net.ROOT / "build/debug/tests/live/foreign.bpf.o"))
RUN_TIME, USAGE = 1, 2


class Errors(net.LiveTest):
    def setUp(self):
        super().setUp()
        self.network = self.wire()

    def attempt(self, *arguments, pfq=net.PFQ, prefix=(), **environment):
        command = self.network.inside.command(*prefix, pfq, "run", *arguments)
        return subprocess.run(command, capture_output=True, text=True, timeout=net.PATIENCE, check=False,
                              env={**os.environ, "PFQ_RUN_DIR": str(self.folder), **environment})

    def fails(self, code, pattern, *arguments, **options):
        """Ends with the code and one line, and leaves the device and the registry as they were."""
        registry = self.registry(self.network.inside)
        before = net.programs_at(self.network.inside, self.network.device), registry.members()
        done = self.attempt(*arguments, **options)
        self.assertEqual((done.returncode, done.stdout), (code, ""), done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertRegex(done.stderr, r"^pfq run: " + pattern)
        self.assertEqual((net.programs_at(self.network.inside, self.network.device), registry.members()), before)
        return done.stderr

    def test_no_such_device(self):
        message = self.fails(RUN_TIME, "there is no device nope; there are ", "-i", "nope", "-e", "unit")
        self.assertIn("in0", message)
        self.fails(RUN_TIME, "there is no device averyverylongname; ", "-i", "averyverylongname", "-e", "unit")

    def test_device_is_down(self):
        self.network.inside.ip("link", "set", "dev", "in0", "down")
        self.fails(RUN_TIME, "in0 is down; set it up with: ip link set dev in0 up$", "-i", "in0", "-e", "unit")

    def test_queues(self):
        self.fails(RUN_TIME, "in0 has 2 receive queues, there is no queue 2$", "-i", "in0:2", "-e", "unit")
        self.fails(USAGE, "invalid queue 'x' of device in0: write DEVICE:NUMBER$", "-i", "in0:x", "-e", "unit")
        self.fails(USAGE, "invalid queue '99999' of device in0", "-i", "in0:99999", "-e", "unit")

    def test_options_that_contradict(self):
        self.fails(USAGE, "give either captures with -r or devices with -i", "-i", "in0", "-r", "x.pcap", "-e", "unit")
        self.fails(USAGE, "--mode is for live traffic", "--mode", "tc", "-r", "x.pcap", "-e", "unit")
        for option, value in (("--mode", "fast"), ("--direction", "up"), ("--ownership", "mine"), ("--time", "late"), ("--memory", "lots")):
            self.fails(USAGE, "", "-i", "in0", option, value, "-e", "unit")

    def test_without_permission(self):
        """An ordinary user is told so, not what failed first."""
        folder = self.folder / "tool"
        folder.mkdir()
        for path in (pathlib.Path(net.PFQ), pathlib.Path(net.PFQ).parent / "pfq-compile"):
            shutil.copy(path, folder / path.name)
        runs = self.folder / "runs"
        runs.mkdir()
        runs.chmod(0o777)
        self.folder.chmod(0o755)
        nobody = ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups")
        options = {"pfq": folder / "pfq", "prefix": nobody, "XDG_CACHE_HOME": str(runs / "cache")}
        self.fails(RUN_TIME, ".*(not permitted|[Pp]ermission denied)", "-i", "in0", "-e", "unit", **options)

    def test_mode_that_the_device_has_not(self):
        self.network.inside.ip("link", "set", "dev", "lo", "up")
        self.fails(RUN_TIME, "lo: the driver does not take a native XDP program", "-i", "lo", "--mode", "native", "-e", "unit")

    def test_group_is_taken(self):
        run = self.listen(self.network.inside, "-i", "in0", "--group", 3, "-e", "unit")
        self.fails(RUN_TIME, rf"group 3 is in use by process {run.pid}", "-i", "in0", "--group", "3", "-e", "unit")
        run.stop()

    def test_ownership_conflicts(self):
        run = self.listen(self.network.inside, "-i", "in0", "--ownership", "own", "-e", "unit")
        self.fails(RUN_TIME, "in0 is in use by another group with ownership own, observe was asked for$", "-i", "in0", "-e", "unit")
        run.stop()

    def test_mode_conflicts(self):
        run = self.listen(self.network.inside, "-i", "in0", "--mode", "tc", "-e", "unit")
        self.fails(RUN_TIME, "in0 is in use by another group in mode tc, native was asked for$", "-i", "in0", "--mode", "native", "-e", "unit")
        joins = self.listen(self.network.inside, "-i", "in0", "-e", "unit")
        self.assertEqual(joins.devices()[0]["mode"], "tc")
        for one in (joins, run):
            one.stop()

    def test_a_foreign_program_is_left_alone(self):
        self.network.inside.ip("link", "set", "dev", "in0", "xdp", "obj", FOREIGN, "sec", "xdp")
        before = net.programs_at(self.network.inside, "in0")
        self.assertEqual([len(ids) for ids in before], [1, 0, 0])
        for mode in ("native", "generic"):
            message = self.fails(RUN_TIME, "in0: .*foreign_program", "-i", "in0", "--mode", mode, "-e", "unit")
            self.assertIn("--mode=tc", message)
        for mode in ("tc", "auto"):
            run = self.listen(self.network.inside, "-i", "in0", "--mode", mode, "-e", "unit")
            self.assertEqual(run.devices()[0]["mode"], "tc")
            self.assertEqual(net.programs_at(self.network.inside, "in0")[0], before[0])
            self.network.send("--count", 10)
            self.assertEqual(run.stop()["packets"], 10)
        self.assertIn("foreign_program", run.devices()[0]["reason"])
        self.assertEqual(net.programs_at(self.network.inside, "in0"), before)

    def test_programs_that_do_not_compile(self):
        done = self.attempt("-i", "in0", "-e", "filter tpc")
        self.assertEqual((done.returncode, done.stdout), (3, ""))
        self.assertIn("E0201", done.stderr)

    def test_forwarding_to_nowhere(self):
        self.fails(RUN_TIME, "a program forwards to nope, but there is no device nope", "-i", "in0", "--mode", "tc", "-e", "forward \"nope\"")

    def test_output_that_cannot_be_written(self):
        self.fails(RUN_TIME, "/nonexistent/x.pcap: No such file or directory$", "-i", "in0", "-e", "unit", "-w", "/nonexistent/x.pcap")

    def test_the_registry_cannot_be_made(self):
        self.fails(RUN_TIME, "cannot make the folder /proc/nope/.*", "-i", "in0", "-e", "unit", PFQ_RUN_DIR="/proc/nope")


if __name__ == "__main__":
    net.main()

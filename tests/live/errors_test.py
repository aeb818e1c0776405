#!/usr/bin/env python3
"""What cannot be done is said in one line, with the exit code of the documentation; and nothing is left of the attempt."""
import ctypes
import json
import os
import pathlib
import platform
import shutil
import signal
import struct
import subprocess
import unittest

import captures
import law
import net

FOREIGN = os.environ.get("LIVE_FOREIGN", str(net.ROOT / "build/debug/tests/live/foreign.bpf.o"))
RUN_TIME, USAGE = 1, 2


BPF_SYSTEM_CALL = {"x86_64": (0xC000003E, 321), "aarch64": (0xC00000B7, 280)}  # of a machine: its number for seccomp, that of bpf(2)


def refuse_bpf(commands=None):
    """For this process and its children the kernel has no bpf(2), or not these of its commands: those of newer kernels are EINVAL."""
    machine, call = BPF_SYSTEM_CALL[platform.machine()]
    load, equal, give = 0x20, 0x15, 0x06
    allow, errno = 0x7FFF0000, 0x00050000
    program = [(load, 0, 0, 4), (equal, 1, 0, machine), (give, 0, 0, allow), (load, 0, 0, 0), (equal, 1, 0, call), (give, 0, 0, allow)]
    if commands is None:
        program += [(give, 0, 0, errno | 38)]
    else:
        program += [(load, 0, 0, 16)]
        for command in commands:
            program += [(equal, 0, 1, command), (give, 0, 0, errno | 22)]
        program += [(give, 0, 0, allow)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *one) for one in program))
    whole = ctypes.create_string_buffer(struct.pack("HxxxxxxQ", len(program), ctypes.addressof(code)))
    no_new_privileges, set_seccomp, filter_mode = 38, 22, 2
    if net.LIBC.prctl(no_new_privileges, 1, 0, 0, 0) != 0 or net.LIBC.prctl(set_seccomp, filter_mode, whole, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "cannot refuse bpf(2)")


class Errors(net.LiveTest):
    def setUp(self):
        super().setUp()
        self.network = self.wire()

    def attempt(self, *arguments, pfq=net.PFQ, prefix=(), before=None, **environment):
        command = self.network.inside.command(*prefix, pfq, "run", *arguments)
        return subprocess.run(command, capture_output=True, text=True, timeout=net.PATIENCE, check=False, preexec_fn=before,
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

    def test_without_a_capability(self):
        """Root without CAP_SYS_ADMIN, as in a container: not a word of programs that the kernel refuses."""
        for missing in ("sys_admin", "sys_admin,-perfmon", "sys_admin,-bpf"):
            self.fails(RUN_TIME, "cannot load programs into the kernel: .* needs root .CAP_SYS_ADMIN", "-i", "in0", "-e", "unit",
                       prefix=("setpriv", f"--bounding-set=-{missing}"))

    @unittest.skipUnless(platform.machine() in BPF_SYSTEM_CALL, "the number of bpf(2) is not known on this machine")
    def test_kernel_without_bpf(self):
        self.fails(RUN_TIME, "cannot .*: Function not implemented; live capture needs a kernel with BPF", "-i", "in0", "-e", "unit",
                   before=refuse_bpf)

    @unittest.skipUnless(platform.machine() in BPF_SYSTEM_CALL, "the number of bpf(2) is not known on this machine")
    def test_kernel_without_attachments(self):
        """Without links (BPF_LINK_CREATE) programs can be loaded, but not attached, except at TC, where there was another way before."""
        for mode in ("native", "generic"):
            self.fails(RUN_TIME, "(cannot attach to in0: Invalid argument|in0: the driver does not take a native XDP program)", "-i", "in0",
                       "--mode", mode, "-e", "unit", before=lambda: refuse_bpf([28]))

    def test_device_is_removed(self):
        """The run ends by itself and says so; what it has captured is whole. Whoever comes next finds nothing in the way."""
        for mode in ("native", "tc", "generic"):
            with self.case(mode=mode):
                wire, path = self.wire(), self.folder / f"{mode}.pcap"
                beside = self.wire(beside=wire)
                run = self.listen(wire.inside, "-i", wire.device, "--mode", mode, "-e", "unit", "-w", path)
                sent = wire.send("--count", 100)["sent"]
                run.signal(signal.SIGSTOP)
                wire.inside.ip("link", "del", "dev", wire.device)
                other = self.listen(wire.inside, "-i", beside.device, "-e", "unit")
                run.signal(signal.SIGCONT)
                self.assertEqual(run.process.wait(net.PATIENCE), RUN_TIME)
                (error,) = [line for line in run.errors().splitlines() if '"error"' in line]
                self.assertIn("in0 is gone: it was removed, or moved to another network namespace", error)
                self.assertEqual([captures.number_of(r.frame) for r in captures.read_pcap(path)], list(range(sent)))
                count = beside.send("--count", 50)["sent"]
                law.check(self, other.stop(), count)

    def test_disk_is_full(self):
        """The run ends by itself and says so; the law holds, and the file can be read to its last whole record."""
        disk = self.folder / "disk"
        disk.mkdir()
        net.run("mount", "-t", "tmpfs", "-o", "size=1M", "none", disk)
        self.addCleanup(net.run, "umount", disk)
        for ending in ("pcap", "pcapng"):
            path = disk / f"full.{ending}"
            run = self.listen(self.network.inside, "-i", "in0", "-e", "unit", "-w", path)
            traffic = net.Traffic(self.network, "--count", 0, "--size", 1000, "--rate", 5000)
            code = run.process.wait(net.PATIENCE)
            traffic.stop()
            self.assertEqual(code, RUN_TIME)
            (error,) = [line for line in run.errors().splitlines() if '"error"' in line]
            self.assertRegex(error, f"{path}: .*No space left on device")
            summary = json.loads(net.content(run.out))
            self.assertEqual((summary["violations"], law.broken(summary)), ([], []))
            (socket,) = summary["sockets"]
            self.assertGreater(socket["written"], 0)
            self.assertGreater(socket["write_failed"], 0)
            self.assertEqual(net.run("tcpdump", "-r", path, "--count").stdout.split()[0], str(socket["written"]))
            path.unlink()

    def test_disk_of_the_registry_is_full(self):
        disk = self.folder / "disk"
        disk.mkdir()
        net.run("mount", "-t", "tmpfs", "-o", "size=16k", "none", disk)
        self.addCleanup(net.run, "umount", disk)
        with self.assertRaises(OSError), open(disk / "filler", "wb", buffering=0) as filler:
            while True:
                filler.write(bytes(512))
        self.fails(RUN_TIME, f"cannot write {disk}/.*: No space left on device$", "-i", "in0", "-e", "unit", PFQ_RUN_DIR=str(disk))

    def test_mtu_and_native_programs(self):
        """Beside a program for frames in one piece the kernel refuses a larger MTU, and the host is told; one for several pieces is made
        where the MTU is large already."""
        inside, outside = self.network.inside, self.network.outside
        run = self.listen(inside, "-i", "in0", "--mode", "native", "-e", "unit")
        self.assertNotEqual(outside.ip("link", "set", "dev", "out0", "mtu", 9000, check=False).returncode, 0)
        run.stop()
        for namespace, device in self.network.ends():
            namespace.ip("link", "set", "dev", device, "mtu", 9000)
        run = self.listen(inside, "-i", "in0", "--mode", "native", "-e", "unit")
        sent = self.network.send("--count", 10, "--size", 8000)["sent"]
        law.check(self, run.stop(), sent)

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

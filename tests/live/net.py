"""Network namespaces, devices in them, traffic and runs of pfq: what the tests of live runs have in common.

PFQ is the tool, LIVE_SEND the sender (send/main.cpp). Everything that is made here is removed at the end of the process, however that
comes about; what a process that was killed has left is removed by the next one.
"""
import atexit
import contextlib
import ctypes
import fcntl
import itertools
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PFQ = os.environ.get("PFQ", str(ROOT / "build/debug/bin/pfq"))
SEND = os.environ.get("LIVE_SEND", str(ROOT / "build/debug/tests/live/live-send"))
PATIENCE = 60        # seconds until something that must happen is said not to happen
PREFIX = "pfqlive"   # of namespaces
LIBC = ctypes.CDLL(None, use_errno=True)

_numbers = itertools.count()
_namespaces, _processes = [], []


# ---------------------------------------------------------------------------------------------------- processes

def run(*command, check=True, **options):
    """Runs a command to its end; its output is text."""
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=PATIENCE, check=False, **options)
    if check and done.returncode != 0:
        raise RuntimeError(f"{' '.join(str(word) for word in command)}: {done.stderr.strip()}")
    return done


def wait_until(condition, what):
    """Waits for a condition that becomes true sooner or later; returns its value."""
    end = time.monotonic() + PATIENCE
    while not (value := condition()):
        if time.monotonic() > end:
            raise TimeoutError(f"in {PATIENCE} seconds: not {what}")
        time.sleep(0.01)
    return value


def _clean_up():
    for process in _processes:
        if process.poll() is None:
            process.kill()
            process.wait()
    for name in _namespaces:
        subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)
    _namespaces.clear()


def _sweep():
    """Removes the namespaces of test processes that are gone."""
    for line in run("ip", "netns", "list").stdout.splitlines():
        name = line.split()[0]
        found = re.fullmatch(rf"{PREFIX}-(\d+)-\d+", name)
        if found and not os.path.exists(f"/proc/{found.group(1)}"):
            subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)


atexit.register(_clean_up)
for _signal in (signal.SIGTERM, signal.SIGHUP):
    signal.signal(_signal, lambda number, _frame: sys.exit(128 + number))


# --------------------------------------------------------------------------------------------------- namespaces

@contextlib.contextmanager
def _in_namespace(path):
    """This thread is in another network namespace meanwhile."""
    with open("/proc/thread-self/ns/net", "rb") as home, open(path, "rb") as there:
        if LIBC.setns(there.fileno(), 0) != 0:
            raise OSError(ctypes.get_errno(), f"cannot enter {path}")
        try:
            yield
        finally:
            LIBC.setns(home.fileno(), 0)


class Namespace:
    """A network namespace where nothing sends packets of its own accord."""

    def __init__(self):
        self.name = f"{PREFIX}-{os.getpid()}-{next(_numbers)}"
        run("ip", "netns", "add", self.name)
        _namespaces.append(self.name)
        with self.inside():
            for which in ("all", "default"):
                pathlib.Path(f"/proc/sys/net/ipv6/conf/{which}/disable_ipv6").write_text("1", encoding="ascii")

    def remove(self):
        if self.name in _namespaces:
            _namespaces.remove(self.name)
            run("ip", "netns", "del", self.name)

    def inside(self):
        return _in_namespace(f"/run/netns/{self.name}")

    def command(self, *words):
        return ["ip", "netns", "exec", self.name, *[str(word) for word in words]]

    def run(self, *command, **options):
        return run(*self.command(*command), **options)

    def ip(self, *words, **options):
        return run("ip", "-n", self.name, *words, **options)

    def inode(self):
        return os.stat(f"/run/netns/{self.name}").st_ino

    def counters(self, device):
        """Of the interface itself, beside anything that PFQ counts."""
        with self.inside(), open("/proc/thread-self/net/dev", encoding="ascii") as lines:
            for line in lines:
                name, _, numbers = line.partition(":")
                if name.strip() == device:
                    values = [int(number) for number in numbers.split()]
                    return {"rx_packets": values[1], "rx_dropped": values[3], "tx_packets": values[9], "tx_dropped": values[11]}
        raise KeyError(device)

    def index(self, device):
        with self.inside():
            return socket.if_nametoindex(device)

    def mac(self, device):
        return json.loads(self.ip("-j", "link", "show", "dev", device).stdout)[0]["address"]


class Wire:
    """Two namespaces and a pair of devices between them: `out0` of `outside` sends, `in0` of `inside` receives. A second one may end
    where another one does, at `in1`."""

    def __init__(self, queues=2, mtu=None, beside=None):
        self.outside, self.inside = Namespace(), beside.inside if beside else Namespace()
        self.sender, self.device = "out0", "in1" if beside else "in0"
        each = ["numtxqueues", queues, "numrxqueues", queues]
        run("ip", "link", "add", self.sender, *each, "netns", self.outside.name, "type", "veth",
            "peer", "name", self.device, *each, "netns", self.inside.name)
        for namespace, device in self.ends():
            if mtu:
                namespace.ip("link", "set", "dev", device, "mtu", mtu)
            set_receive_offload(namespace, device)
        for namespace, device in self.ends():
            namespace.ip("link", "set", "dev", device, "up")

    def ends(self):
        return (self.outside, self.sender), (self.inside, self.device)

    def give_addresses(self):
        """10.9.0.1 outside, 10.9.0.2 inside, each with the other as neighbour, so that no question is asked."""
        macs = [namespace.mac(device) for namespace, device in self.ends()]
        for number, (namespace, device) in enumerate(self.ends()):
            namespace.ip("addr", "add", f"10.9.0.{1 + number}/24", "dev", device)
            namespace.ip("neigh", "add", f"10.9.0.{2 - number}", "lladdr", macs[1 - number], "dev", device, "nud", "permanent")

    def remove(self):
        self.outside.remove()
        self.inside.remove()

    def received(self):
        """Packets that the receiving device has processed, by its own counter."""
        return self.inside.counters(self.device)["rx_packets"]

    def send(self, *arguments):
        """Sends with live-send; returns its report. Everything has been processed then."""
        return Traffic(self, *arguments).finish()


class Traffic:
    """live-send, while other things go on."""

    def __init__(self, wire, *arguments):
        self.wire, self.before = wire, wire.received()
        command = wire.outside.command(SEND, "--device", wire.sender, *arguments)
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        _processes.append(self.process)

    def stop(self):
        """Ends it, for one that has no --count; returns the report."""
        self.process.send_signal(signal.SIGINT)
        return self.finish()

    def finish(self):
        """Waits until everything has been sent and processed; returns the report."""
        out, err = self.process.communicate(timeout=PATIENCE)
        if self.process.returncode != 0:
            raise RuntimeError(err.strip())
        report = json.loads(out)
        wait_until(lambda: self.wire.received() - self.before >= report["sent"], "received all that was sent")
        if self.wire.received() - self.before != report["sent"]:
            raise RuntimeError("more was received than was sent")
        return report


def set_receive_offload(namespace, device, on=True):
    """GRO: with it a veth device has a receive queue of its own, which takes redirected frames. (Our frames are not merged.)"""
    ethtool, set_gro = 0x8946, 0x2C
    with namespace.inside(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as question:
        value = ctypes.create_string_buffer(struct.pack("II", set_gro, on))
        fcntl.ioctl(question, ethtool, struct.pack("16sP8x", device.encode(), ctypes.addressof(value)))


# ---------------------------------------------------------------------------------------------------- runs of pfq

def content(file):
    file.seek(0)
    return file.read()


class Run:
    """A `pfq run --json` in a namespace. It listens when this is made."""

    def __init__(self, namespace, *arguments, registry, listens=True, **variables):
        self.out, self.err = tempfile.TemporaryFile("w+"), tempfile.TemporaryFile("w+")
        environment = dict(os.environ, PFQ_RUN_DIR=str(registry), **variables)
        command = namespace.command(PFQ, "run", "--json", *arguments)
        self.process = subprocess.Popen(command, stdout=self.out, stderr=self.err, text=True, env=environment)
        _processes.append(self.process)
        self.pid = self.process.pid
        if listens:
            wait_until(lambda: self.devices() or self.process.poll() is not None, "listening")
            if not self.devices():
                errors = self.errors()
                self.close()
                raise RuntimeError(f"pfq run {' '.join(map(str, arguments))}: {errors}")

    def errors(self):
        return content(self.err)

    def devices(self):
        """What it listens on."""
        lines = self.errors().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{") and json.loads(line).get("type") == "listening"]

    def wait(self):
        code = self.process.wait(PATIENCE)
        text = content(self.out)
        if code != 0:
            raise RuntimeError(f"pfq run ended with {code}: {self.errors()}{text}")
        return json.loads(text)

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self):
        """Ends it; returns its summary."""
        self.signal(signal.SIGINT)
        return self.wait()

    def kill(self):
        self.process.kill()
        self.process.wait(PATIENCE)

    def close(self):
        if self.out.closed:
            return
        self.kill()
        for file in (self.out, self.err):
            file.close()


class Recorder:
    """tcpdump at a device, for comparison."""

    def __init__(self, namespace, device, path, *arguments):
        command = namespace.command("tcpdump", "-Z", "root", "-n", "-i", device, "-Q", "in", "-B", "65536", "-s", "262144",
                                    "--time-stamp-precision=nano", "-U", "-w", path, *arguments)
        self.err = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=self.err, text=True)
        _processes.append(self.process)
        wait_until(lambda: "listening" in self.errors(), "tcpdump listening")

    def errors(self):
        return content(self.err)

    def stop(self, count):
        """Ends it when it has captured so many packets, at least."""
        def captured():
            self.process.send_signal(signal.SIGUSR1)
            time.sleep(0.02)
            numbers = re.findall(r"(\d+) packets? captured", self.errors())
            return numbers and int(numbers[-1]) >= count
        wait_until(captured, f"captured {count} packets by tcpdump")
        self.process.send_signal(signal.SIGINT)
        self.process.wait(PATIENCE)
        self.err.close()


# ------------------------------------------------------------------------------------------ what is in the kernel

BPF_PROG_GET_NEXT_ID, BPF_MAP_GET_NEXT_ID, BPF_PROG_GET_FD_BY_ID, BPF_MAP_GET_FD_BY_ID = 11, 12, 13, 14
BPF_OBJ_GET_INFO_BY_FD, BPF_PROG_QUERY, BPF_LINK_GET_FD_BY_ID = 15, 16, 30
TCX_INGRESS, TCX_EGRESS = 46, 47


def _bpf(command, attributes):
    buffer = ctypes.create_string_buffer(attributes, 128)
    result = LIBC.syscall(321, command, buffer, 128)
    return (result if result >= 0 else -ctypes.get_errno()), buffer


def exists(kind, number):
    """Whether the kernel still has a map, program or link with this id."""
    command = {"map": BPF_MAP_GET_FD_BY_ID, "program": BPF_PROG_GET_FD_BY_ID, "link": BPF_LINK_GET_FD_BY_ID}[kind]
    descriptor, _ = _bpf(command, struct.pack("I", number))
    if descriptor >= 0:
        os.close(descriptor)
    return descriptor >= 0


def _ids(next_command, get_command):
    """(id, name) of all programs or maps of the kernel."""
    number = 0
    while True:
        code, answer = _bpf(next_command, struct.pack("I", number))
        if code < 0:
            return
        number = struct.unpack_from("I", answer.raw, 4)[0]
        descriptor, _ = _bpf(get_command, struct.pack("I", number))
        if descriptor < 0:
            continue
        info = ctypes.create_string_buffer(256)
        _bpf(BPF_OBJ_GET_INFO_BY_FD, struct.pack("IIQ", descriptor, 256, ctypes.addressof(info)))
        os.close(descriptor)
        yield number, info.raw


def all_of_pfq():
    """(kind, id) of all programs and maps in the kernel that have a name of ours, whoever made them."""
    programs = {("program", number) for number, info in _ids(BPF_PROG_GET_NEXT_ID, BPF_PROG_GET_FD_BY_ID) if b"pfq_" in info[64:80]}
    return programs | {("map", number) for number, info in _ids(BPF_MAP_GET_NEXT_ID, BPF_MAP_GET_FD_BY_ID) if b"pfq_" in info[24:40]}


def programs_at(namespace, device):
    """Ids of the programs at a device: (XDP, TC in, TC out)."""
    link = json.loads(namespace.ip("-j", "link", "show", "dev", device).stdout)[0]
    xdp = [link["xdp"]["prog"]["id"]] if "xdp" in link else []
    found = [xdp]
    for hook in (TCX_INGRESS, TCX_EGRESS):
        ids = (ctypes.c_uint32 * 16)()
        with namespace.inside():
            question = struct.pack("IIIIQI", socket.if_nametoindex(device), hook, 0, 0, ctypes.addressof(ids), 16)
            code, answer = _bpf(BPF_PROG_QUERY, question)
        count = struct.unpack_from("I", answer.raw, 24)[0] if code >= 0 else 0
        found.append(list(ids[:count]))
    return tuple(found)


class Registry:
    """The registry of a namespace."""

    def __init__(self, folder, namespace):
        self.folder = pathlib.Path(folder) / str(namespace.inode())

    def state(self):
        try:
            return json.loads((self.folder / "registry").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}

    def members(self):
        return sorted(path.name for path in (self.folder / "members").glob("*"))

    def objects(self):
        """(kind, id) of everything in the kernel that the registry names."""
        state, found = self.state(), set()
        found.update(("map", number) for number in state.get("maps", {}).values())
        for entry in state.get("sockets", []):
            found.update(("map", number) for number in [*entry["rings"], entry["bell"]])
        for device in state.get("devices", []):
            found.update({("link", device["link"]), ("program", device["program"]), ("map", device["inputs"]), ("map", device["counters"])})
        return {(kind, number) for kind, number in found if number}


# ------------------------------------------------------------------------------------------------------- tests

def can_run():
    """Why live runs cannot be tested here; empty: they can."""
    if os.geteuid() != 0:
        return "live runs need root"
    capabilities = int(re.search(r"CapEff:\s*(\w+)", pathlib.Path("/proc/self/status").read_text(encoding="utf-8")).group(1), 16)
    if not all(capabilities >> bit & 1 for bit in (12, 21, 39)):
        return "live runs need CAP_NET_ADMIN, CAP_SYS_ADMIN and CAP_BPF"
    missing = [tool for tool in ("ip", "tcpdump") if shutil.which(tool) is None]
    return f"not installed: {', '.join(missing)}" if missing else ""


class LiveTest(unittest.TestCase):
    """A test with a folder of its own, which is also that of its registries."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="pfq-live-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.runs = []

    @contextlib.contextmanager
    def case(self, **about):
        """A part of a test; runs that are begun in it end with it."""
        with self.subTest(**about):
            try:
                yield
            finally:
                for run_ in self.runs:
                    run_.close()
                self.runs.clear()

    def wire(self, **options):
        wire = Wire(**options)
        self.addCleanup(wire.remove)
        return wire

    def listen(self, namespace, *arguments, **options):
        run_ = Run(namespace, *arguments, registry=self.folder, **options)
        self.runs.append(run_)
        self.addCleanup(run_.close)
        return run_

    def registry(self, namespace):
        return Registry(self.folder, namespace)

    def assert_nothing_is_left(self, namespace, devices, objects):
        """When the last process is gone: no program at the devices, none of the objects in the kernel, no member."""
        for device in devices:
            wait_until(lambda d=device: programs_at(namespace, d) == ([], [], []), f"without programs: {device}")
        self.assertTrue(objects)
        wait_until(lambda: not any(exists(*one) for one in objects), "without maps and programs: the kernel")


def main():
    reason = can_run()
    if reason:
        print(f"NOT TESTED: {reason}")
        sys.exit(77)
    _sweep()
    unittest.main(argv=[sys.argv[0], "-v", *sys.argv[1:]])

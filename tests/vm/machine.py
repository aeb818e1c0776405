"""Virtual machines without disks: a kernel, and an initial file system of a few programs with their libraries. Emulated, as nested
virtualisation cannot be counted on."""
import lzma
import pathlib
import re
import shutil
import subprocess
import time

BOOT_SECONDS = 60     # until the first word of our script
ATTEMPTS = 4          # some kernels do not always come up under emulation
ALIVE, OVER = "VM-ALIVE", "VM-OVER"
MEMORY_MIB = 2048


class DidNotBoot(Exception):
    pass


def libraries(program):
    """Shared libraries of a program, the loader included."""
    output = subprocess.run(["ldd", program], capture_output=True, text=True, check=False).stdout
    return [pathlib.Path(path) for path in re.findall(r"(/\S+) \(0x", output)]


def _module_needs(file):
    """What a module says it needs."""
    data = lzma.decompress(file.read_bytes()) if file.suffix == ".xz" else file.read_bytes()
    found = re.search(rb"\0depends=([^\0]*)\0", data)
    return data, [name for name in found.group(1).decode().split(",") if name] if found else []


class Files:
    """The initial file system, as a cpio archive of the "newc" form."""

    def __init__(self):
        self.entries = {}
        for folder in ("bin", "dev", "etc", "lib", "lib64", "modules", "proc", "root", "run", "sys", "tmp", "usr"):
            self.entries[folder] = (0o040755, b"")

    def add(self, path, data, mode=0o100755):
        parts = path.strip("/").split("/")
        for i in range(1, len(parts)):
            self.entries.setdefault("/".join(parts[:i]), (0o040755, b""))
        self.entries["/".join(parts)] = (mode, data)

    def add_program(self, file, path=None):
        """A program of this machine, with its libraries where it looks for them."""
        file = pathlib.Path(file)
        self.add(path or str(file), file.read_bytes())
        for library in libraries(file):
            self.add(str(library), library.read_bytes())

    def add_modules(self, kernel, names):
        """Returns their paths in the order of loading. What the kernel has built in is left out."""
        known = {re.sub(r"\.ko(\.xz)?$", "", file.name).replace("-", "_"): file for file in kernel.modules.rglob("*.ko*")}
        loaded = []

        def add(name):
            path = f"modules/{name}.ko"
            if name not in known or path in loaded:
                return
            data, needs = _module_needs(known[name])
            for need in needs:
                add(need.replace("-", "_"))
            self.add(path, data)
            loaded.append(path)
        for name in names:
            add(name)
        return loaded

    def write(self, path):
        with open(path, "wb") as out:
            for number, (name, (mode, data)) in enumerate([*sorted(self.entries.items()), ("TRAILER!!!", (0, b""))]):
                name_bytes = name.encode() + b"\0"
                fields = (number, mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0, len(name_bytes), 0)
                head = b"070701" + b"".join(b"%08X" % field for field in fields) + name_bytes
                out.write(head + b"\0" * (-len(head) % 4))
                out.write(data + b"\0" * (-len(data) % 4))


def init_script(modules, commands):
    return "\n".join(["#!/bin/busybox sh", "/bin/busybox --install -s /bin 2>/dev/null",
                      "export PATH=/bin:/sbin:/usr/bin:/usr/sbin HOME=/root",
                      "mount -t proc proc /proc", "mount -t sysfs sys /sys", "mount -t devtmpfs dev /dev",
                      "mount -t tmpfs run /run", "mount -t tmpfs tmp /tmp", "ip link set lo up",
                      *(f"insmod /{module}" for module in modules), f"echo {ALIVE} $(uname -r)", commands,
                      f"echo {OVER}", "poweroff -f", ""]).encode()


def _run_once(kernel, archive, log, seconds):
    """What the machine printed; None when it shows no life."""
    command = ["qemu-system-x86_64", "-accel", "tcg,thread=single", "-cpu", "Haswell-v4,-hle,-rtm", "-m", str(MEMORY_MIB), "-smp", "1",
               "-kernel", kernel.image, "-initrd", archive, "-nographic", "-no-reboot", "-net", "none",
               "-append", "console=ttyS0 quiet panic=-1 tsc=unstable mitigations=off"]
    with open(log, "wb") as out, subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT) as machine:
        try:
            start, alive = time.monotonic(), False
            while machine.poll() is None:
                time.sleep(0.2)
                passed = time.monotonic() - start
                alive = alive or (ALIVE in pathlib.Path(log).read_text(encoding="utf-8", errors="replace"))
                if not alive and passed > BOOT_SECONDS:
                    return None
                if passed > seconds:
                    raise TimeoutError(f"the machine was not over after {seconds} s, see {log}")
        finally:
            machine.kill()
    text = pathlib.Path(log).read_text(encoding="utf-8", errors="replace").replace("\r", "")
    return text if ALIVE in text else None


def run(kernel, files, modules, commands, folder, seconds):
    """Boots the kernel, runs the commands (of busybox's shell), returns the lines that they print."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    files.add_program(shutil.which("busybox"), "bin/busybox")
    files.add("init", init_script(files.add_modules(kernel, modules), commands))
    archive, log = folder / "initramfs", folder / "console"
    files.write(archive)
    for attempt in range(1, ATTEMPTS + 1):
        text = _run_once(kernel, archive, log, seconds)
        if text is None:
            print(f"attempt {attempt}: Linux {kernel.release} shows no life under emulation after {BOOT_SECONDS} s", flush=True)
            continue
        if OVER not in text:
            raise RuntimeError(f"the machine ended early:\n{text[-4000:]}")
        return text[text.index(ALIVE):text.rindex(OVER)].splitlines()[1:]
    raise DidNotBoot(f"Linux {kernel.release} did not boot in {ATTEMPTS} attempts, see {log}")

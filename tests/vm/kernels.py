"""Kernels of Debian for the virtual machines: downloaded and unpacked, never installed."""
import os
import pathlib
import re
import subprocess


class Kernel:
    """`version` is Linux's; `image` boots; `modules` is the folder that modprobe would look into."""

    def __init__(self, folder):
        self.image = next((folder / "boot").glob("vmlinuz-*"))
        self.release = self.image.name.removeprefix("vmlinuz-")
        self.version = re.match(r"\d+\.\d+", self.release).group()
        self.modules = next(path for path in (folder / "lib/modules", folder / "usr/lib/modules") if path.exists()) / self.release


def _output(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout


def _real_package(name):
    """What the package without a version in its name stands for now."""
    for line in _output("apt-cache", "depends", "--no-recommends", "--no-suggests", name).splitlines():
        if match := re.match(r"\s*Depends: (linux-image-\S+)", line):
            return match.group(1)
    raise RuntimeError(f"the package {name} stands for no kernel")


def fetch(name, cache):
    """The kernel of a package, from `cache` (a folder) if it is there already."""
    folder = pathlib.Path(cache) / name
    if not (folder / "boot").exists():
        fresh = folder.with_suffix(f".{os.getpid()}")
        fresh.mkdir(parents=True)
        _output("apt-get", "download", "-q", _real_package(name), cwd=fresh)
        package = next(fresh.glob("*.deb"))
        _output("dpkg-deb", "-x", package, fresh)
        package.unlink()
        fresh.rename(folder)
    return Kernel(folder)

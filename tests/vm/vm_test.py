#!/usr/bin/env python3
"""PFQ on a kernel of Debian's: vm_test.py PACKAGE. PFQ is the tool, PFQ_RUN_JOBS runs the jobs of the file PFQ_VM/jobs, PFQ_VM is a folder
for what is made, PFQ_VM_CACHE one for kernels."""
import os
import pathlib
import re
import shutil
import sys
import unittest

import kernels
import machine

FOLDER = pathlib.Path(os.environ.get("PFQ_VM", "build/debug/vm"))
CACHE = pathlib.Path(os.environ.get("PFQ_VM_CACHE", "build/vm"))
MODULES = ("veth", "sch_ingress", "cls_bpf")
PATIENCE = 500   # seconds


class Machine(unittest.TestCase):
    package = ""

    @classmethod
    def setUpClass(cls):
        cls.kernel = kernels.fetch(cls.package, CACHE)
        print(f"Linux {cls.kernel.release}", flush=True)

    def run_machine(self, name, files, commands):
        folder = FOLDER / f"{self.package}-{name}"
        lines = machine.run(self.kernel, files, MODULES, commands, folder, PATIENCE)
        (folder / "initramfs").unlink()
        return lines

    def test_jobs(self):
        """The corpus and random programs, by the kernel's test run: nothing is rejected, all is as the reference says."""
        files = machine.Files()
        files.add_program(os.environ["PFQ_RUN_JOBS"], "bin/run-jobs")
        files.add("jobs", (FOLDER / "jobs").read_bytes(), 0o100644)
        lines = self.run_machine("jobs", files, "run-jobs /jobs")
        print("\n".join(lines))
        found = re.search(r"^jobs (\d+) rejected (\d+) packets (\d+) refused (\d+) different (\d+)$", "\n".join(lines), re.MULTILINE)
        self.assertTrue(found, "no result")
        jobs, rejected, packets, refused, different = map(int, found.groups())
        self.assertEqual((rejected, different), (0, 0))
        self.assertGreater(jobs, 250)
        self.assertGreater(packets, 5000)
        self.assertLess(refused, packets // 10)


def can_run():
    missing = [tool for tool in ("qemu-system-x86_64", "busybox", "dpkg-deb", "apt-get") if shutil.which(tool) is None]
    return f"not installed: {', '.join(missing)}" if missing else ""


if __name__ == "__main__":
    if reason := can_run():
        print(f"NOT TESTED: {reason}")
        sys.exit(77)
    Machine.package = sys.argv.pop(1)
    unittest.main(argv=[sys.argv[0], "-v", *sys.argv[1:]])

#!/usr/bin/env python3
"""PFQ on a kernel of Debian's: vm_test.py PACKAGE. PFQ is the tool, PFQ_RUN_JOBS runs the jobs of the file PFQ_VM/jobs, PFQ_VM is a folder
for what is made, PFQ_VM_CACHE one for kernels."""
import json
import os
import pathlib
import re
import shutil
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "live"))
import kernels
import law
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


    def test_live(self):
        """Attached to devices: native XDP, TC in and out, orders from XDP to TC, filters and tables; and killed."""
        files = machine.Files()
        helper = pathlib.Path(os.environ["PFQ"]).parent / "pfq-compile"
        for file, path in ((os.environ["PFQ"], "bin/pfq"), (helper, "bin/pfq-compile"), (os.environ["LIVE_SEND"], "bin/live-send"),
                           (shutil.which("ip"), "programs/ip"), (shutil.which("bpftool"), "bin/bpftool")):
            files.add_program(file, path)
        files.add("live.sh", (HERE / "live.sh").read_bytes(), 0o100644)
        lines = self.run_machine("live", files, "export PFQ_COMPILE=/bin/pfq-compile; sh /live.sh")
        print("\n".join(line for line in lines if not line.startswith("SUMMARY")))
        said = {(line.split()[0], line.split()[1]): line.split(None, 2)[2] for line in lines if len(line.split(None, 2)) == 3}
        for name, mode in (("native", "native"), ("tc", "tc"), ("out", "tc"), ("forward", "native"), ("filter", "native")):
            with self.subTest(run=name):
                self.assertEqual(said["CODE", name], "0")
                self.assertEqual(json.loads(said["BANNER", name])["mode"], mode)
                summary, sent = json.loads(said["SUMMARY", name]), json.loads(said["SENT", name])["sent"]
                self.assertEqual(law.broken(summary), [])
                group = summary["groups"][0]
                self.assertEqual(group["accepted"], 0 if name == "filter" else sent)
                if name == "forward":
                    self.assertEqual((summary["forwards"][0]["asked"], summary["forwards"][0]["sent"]), (sent, sent))
                if name == "filter":
                    self.assertGreaterEqual(group["berkeley_filter"], sent)
        self.assertEqual(next(line for line in lines if line.startswith("FORWARDED")), f"FORWARDED {sent}")
        stub = "name pfq_stub name pfq_slot" if self.kernel.version == "6.1" else ""
        for name in ("native", "tc"):
            with self.subTest(killed=name):
                self.assertEqual(said["KILLED", name], "ping")
                left = next(line for line in lines if line.startswith(f"LEFT {name}")).removeprefix(f"LEFT {name}").strip()
                self.assertIn(left, ("", stub))


def can_run():
    missing = [tool for tool in ("qemu-system-x86_64", "busybox", "ip", "bpftool", "dpkg-deb", "apt-get") if shutil.which(tool) is None]
    return f"not installed: {', '.join(missing)}" if missing else ""


if __name__ == "__main__":
    if reason := can_run():
        print(f"NOT TESTED: {reason}")
        sys.exit(77)
    Machine.package = sys.argv.pop(1)
    unittest.main(argv=[sys.argv[0], "-v", *sys.argv[1:]])

#!/usr/bin/env python3
"""What README and the other pages print works: every line of README's shell block, every example, the list of packages."""
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PFQ = pathlib.Path(os.environ.get("PFQ", ROOT / "build/debug/bin/pfq")).resolve()


def run(command, **options):
    environment = dict(os.environ, PATH=f"{PFQ.parent}:{os.environ['PATH']}", PFQ=str(PFQ))
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=environment, **options)


class Pages(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.copy = pathlib.Path(directory.name)
        shutil.copytree(ROOT / "examples", self.copy / "examples")
        (self.copy / "build").mkdir()

    def test_every_line_of_the_readme_works(self):
        lines = re.search(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL).group(1).splitlines()
        self.assertEqual(len(lines), 10)
        for line in lines:
            with self.subTest(line=line):
                done = run(["sh", "-c", line], cwd=self.copy)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertTrue(done.stdout or done.stderr or "-o" in line.split())
        for file in ("https.pcap", "steer.o"):
            self.assertGreater((self.copy / "build" / file).stat().st_size, 100, file)

    def test_every_example_compiles_and_is_formatted(self):
        programs = sorted(path for path in (self.copy / "examples").rglob("*.pfq") if "Lib" not in path.parts)
        self.assertGreaterEqual(len(programs), 7)
        for program in programs:
            with self.subTest(program=program.name):
                done = run([PFQ, "compile", program])
                self.assertEqual((done.returncode, done.stderr), (0, ""))
        done = run([PFQ, "compile", "--format", "--check", *sorted((self.copy / "examples").rglob("*.pfq"))])
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_the_demo_writes_one_file_per_socket(self):
        done = run([self.copy / "examples/demo"])
        self.assertEqual(done.returncode, 0, done.stderr)
        files = sorted((self.copy / "build/demo").iterdir())
        self.assertEqual(len(files), 4)
        self.assertGreater(sum(file.stat().st_size > 24 for file in files), 1, "all packets went to one socket")

    def test_links_lead_somewhere(self):
        for page in ("README.md", "CONTRIBUTING.md"):
            for link in re.findall(r"\]\(([^):]+)\)", (ROOT / page).read_text(encoding="utf-8")):
                self.assertTrue((ROOT / link).exists(), f"{page}: {link}")

    def test_dependencies_are_documented(self):
        rows = [line.split(None, 2) for line in (ROOT / "scripts/packages").read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
        page = (ROOT / "docs/dependencies.md").read_text(encoding="utf-8")
        for group, package, reason in rows:
            self.assertIn(f"| {group} | {package} | {reason} |", page)
        self.assertEqual(len(rows), len(re.findall(r"^\| (?!needed|-)", page, re.MULTILINE)))


if __name__ == "__main__":
    unittest.main()

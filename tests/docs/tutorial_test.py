#!/usr/bin/env python3
"""The command lines of docs/tutorial.md work as printed, in their order, and print the lines shown below them."""
import pathlib
import re
import shutil
import tempfile
import unittest

from support import DOCS, ROOT, blocks, run
from tunnels import capture


def squeeze(text):
    """Lines with single blanks, as columns move with the width of what stands in them."""
    return [re.sub(r"\s+", " ", line).strip() for line in text.splitlines()]


class Tutorial(unittest.TestCase):
    def test_commands_work_and_print_what_is_shown(self):
        with tempfile.TemporaryDirectory() as name:
            directory = pathlib.Path(name)
            for folder in ("examples", "docs"):
                shutil.copytree(ROOT / folder, directory / folder)
            (directory / "build").mkdir()
            printed, commands = [], 0
            for block in blocks("docs/tutorial.md"):
                with self.subTest(block=str(block)):
                    if block.language == "sh":
                        done = run(["sh", "-e", "-c", block.text], cwd=directory)
                        self.assertEqual(done.returncode, 0, done.stderr)
                        printed = squeeze(done.stdout + done.stderr)
                        self.assertTrue(printed)
                        commands += 1
                    elif block.language == "output":
                        for line in squeeze(block.text):
                            self.assertIn(line, printed)
            self.assertGreater(commands, 20)


class Capture(unittest.TestCase):
    def test_tunnels_pcap_is_what_its_generator_makes(self):
        self.assertEqual((DOCS / "tunnels.pcap").read_bytes(), capture())


if __name__ == "__main__":
    unittest.main()

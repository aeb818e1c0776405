#!/usr/bin/env python3
"""The programs in the pages: ```pfq compiles, ```pfq CODE is refused with that code; tables repeat what the sources say; links work."""
import pathlib
import re
import tempfile
import unittest

from support import DOCS, PFQ, ROOT, blocks, constant, run

PAGES = sorted(str(path.relative_to(ROOT)) for path in DOCS.glob("*.md"))

# Rows of the table of limits in docs/language.md: what is written there, and the constant that says so.
LIMITS = {
    "bytes of one text": ("lang/syntax/limits.hpp", "max_text"),
    "brackets, blocks, patterns and types inside each other": ("lang/syntax/limits.hpp", "max_nesting"),
    "operators of one chain, arguments of one call": ("lang/syntax/limits.hpp", "max_tree_height"),
    "arguments of one type": ("lang/syntax/limits.hpp", "max_type_arguments"),
    "syntax errors reported for one text": ("lang/syntax/limits.hpp", "max_errors"),
    "calls inside each other at compile time": ("lang/eval/evaluator.hpp", "max_depth"),
    "elements of one list": ("lang/eval/evaluator.hpp", "max_list"),
    "steps of evaluation": ("lang/compile.hpp", "fuel"),
    "tests and values of the result": ("lang/pipeline/builder.hpp", "max_nodes"),
    "actions of the result": ("lang/eval/act.hpp", "max_statements"),
    "`shift` inside `shift`": ("lang/pipeline/pipeline.hpp", "max_shift"),
    "counters of a group": ("lang/pipeline/pipeline.hpp", "max_counters"),
    "devices that a program forwards to": ("lang/pipeline/limits.hpp", "max_devices"),
}

# The same of the table in docs/core.md.
SYSTEM_LIMITS = {
    "groups": ("engine/file/plan.hpp", "max_groups"),
    "sockets": ("engine/socket.hpp", "max_sockets"),
    "sockets of one group": ("engine/socket.hpp", "max_eligible"),
    "classes": ("engine/socket.hpp", "max_classes"),
    "weight of a socket": ("engine/socket.hpp", "max_weight"),
    "entries of a steering table": ("engine/steering/rendezvous.hpp", "steering_entries"),
    "instructions of a Berkeley filter": ("engine/filter/berkeley.hpp", "max_filter_instructions"),
    "input files": ("engine/file/validate.cpp", "max_inputs"),
    "threads": ("engine/file/validate.cpp", "max_threads"),
}


class Programs(unittest.TestCase):
    def test_programs_in_pages(self):
        """Blocks that start with `module X.Y where` are the modules beside the other programs of their page."""
        count = 0
        for page in PAGES:
            programs = [block for block in blocks(page) if block.language == "pfq"]
            with tempfile.TemporaryDirectory() as name:
                directory = pathlib.Path(name)
                for block in programs:
                    if module := re.match(r"module (?!Main\b)([\w.]+)", block.text):
                        file = directory / (module[1].replace(".", "/") + ".pfq")
                        file.parent.mkdir(parents=True, exist_ok=True)
                        file.write_text(block.text, encoding="utf-8")
                    else:
                        (directory / f"program{block.line}.pfq").write_text(block.text, encoding="utf-8")
                for block in programs:
                    file = directory / f"program{block.line}.pfq"
                    if file.exists():
                        with self.subTest(block=str(block)):
                            self.check(block, file)
                            count += 1
        self.assertGreater(count, 25)

    def check(self, block, file):
        done = run([PFQ, "compile", "--check", file])
        if block.argument:
            self.assertEqual(done.returncode, 3, f"accepted:\n{block.text}")
            self.assertIn(f"error[{block.argument}]", done.stderr)
        else:
            self.assertEqual((done.returncode, done.stderr), (0, ""), block.text)


class Tables(unittest.TestCase):
    def test_limits(self):
        for page, limits in (("language.md", LIMITS), ("core.md", SYSTEM_LIMITS)):
            text = (DOCS / page).read_text(encoding="utf-8")
            table = text.split("| what | limit |\n|---|---|\n")[1].split("\n\n")[0]
            rows = [f"| {row} | {constant(header, name):,} |" for row, (header, name) in limits.items()]
            self.assertEqual(table.strip().splitlines(), rows, page)

    def test_fixities(self):
        page = (DOCS / "language.md").read_text(encoding="utf-8")
        header = (ROOT / "lang/syntax/fixity.hpp").read_text(encoding="utf-8")
        lines = re.findall(r"^///     (infix.*)$", header, re.MULTILINE)
        self.assertGreater(len(lines), 10)
        table = re.search(r"^```fixity\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
        self.assertEqual(table[1].splitlines(), lines)


class Links(unittest.TestCase):
    def test_links_lead_somewhere(self):
        for page in PAGES:
            for link in re.findall(r"\]\(([^):#]+)[^):]*\)", (ROOT / page).read_text(encoding="utf-8")):
                self.assertTrue((DOCS / link).exists(), f"{page}: {link}")

    def test_names_in_pages_exist(self):
        """A name in backquotes that looks like a predicate or a steering function is one of the vocabulary."""
        known = (DOCS / "vocabulary.md").read_text(encoding="utf-8")
        for page in PAGES:
            for name in re.findall(r"`((?:is|has|steer|double_steer|key)_\w+)`", (ROOT / page).read_text(encoding="utf-8")):
                self.assertIn(f"`{name}`", known, page)


if __name__ == "__main__":
    unittest.main()

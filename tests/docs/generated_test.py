#!/usr/bin/env python3
"""Pages made from the sources are what their generators print, and complete; every name has a remark and an example that compiles."""
import importlib.machinery
import importlib.util
import unittest

from support import DOCS, PFQ, ROOT, run


def load_generator(script):
    loader = importlib.machinery.SourceFileLoader(script, str(ROOT / "scripts" / script))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(script, loader))
    loader.exec_module(module)
    return module


GENERATOR = load_generator("generate-vocabulary-docs")


class Vocabulary(unittest.TestCase):
    def test_page_is_up_to_date(self):
        page = (DOCS / "vocabulary.md").read_text(encoding="utf-8")
        self.assertEqual(page, GENERATOR.page(), "run scripts/generate-vocabulary-docs > docs/vocabulary.md")

    def test_page_shows_no_primitive(self):
        self.assertNotIn("prim_", GENERATOR.page())

    def test_nothing_is_lost(self):
        for file in ("vocabulary.pfq", "prelude.pfq"):
            lines = (ROOT / "lang/vocabulary" / file).read_text(encoding="utf-8").splitlines()
            declared = [line.split(" :: ")[0].strip("()") for line in lines if " :: " in line and line[0] not in " -"]
            wanted = sorted(name for name in declared if not name.startswith("prim_"))
            found = sorted(e.name for _, entries in GENERATOR.read(file) for e in entries if e.sort == "value")
            self.assertEqual(found, wanted)

    def test_every_value_has_a_remark_and_an_example_that_compiles(self):
        for heading, entries in GENERATOR.read("vocabulary.pfq"):
            for entry in entries:
                if entry.sort == "type":
                    continue
                with self.subTest(name=entry.name, section=heading):
                    self.assertTrue(entry.comment, "no remark")
                    self.assertIn(entry.name, entry.example)
                    done = run([PFQ, "compile", "--check", "-e", entry.example])
                    self.assertEqual((done.returncode, done.stderr), (0, ""))


class Counters(unittest.TestCase):
    def test_page_is_up_to_date_and_complete(self):
        generator = load_generator("generate-counter-docs")
        page = (DOCS / "counters.md").read_text(encoding="utf-8")
        self.assertEqual(page, generator.page(), "run scripts/generate-counter-docs > docs/counters.md")
        declared = (ROOT / "datapath/counters.def").read_text(encoding="utf-8").count("\nPFQ_COUNTER(")
        self.assertEqual(page.count("\n| `"), declared)


if __name__ == "__main__":
    unittest.main()

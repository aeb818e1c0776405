#!/usr/bin/env python3
"""The numbers of docs/queue-protocol.md are those of datapath/queue.h."""
import re
import unittest

from support import DOCS, ROOT, constant

PAGE = (DOCS / "queue-protocol.md").read_text(encoding="utf-8")
HEADER = (ROOT / "datapath/queue.h").read_text(encoding="utf-8")


def define(name):
    return int(re.search(rf"^#define {name} (\d+)u?\b", HEADER, re.MULTILINE)[1])


def layout(struct):
    """(name, offset, bytes) of the members, which are pfq_u8 to pfq_u64 or arrays of pfq_u8 and have their natural places."""
    body = re.search(rf"^struct {struct} {{\n(.*?)^}};", HEADER, re.DOTALL | re.MULTILINE)[1]
    members, offset = [], 0
    for bits, name, count in re.findall(r"^\s*pfq_u(\d+) (\w+)(?:\[(\d+)\])?;", body, re.MULTILINE):
        width = int(bits) // 8
        if offset % width:
            raise AssertionError(f"{struct}.{name} is not aligned")
        members.append((name, offset, width * int(count or 1)))
        offset += members[-1][2]
    return members


class Page(unittest.TestCase):
    def row(self, text):
        self.assertIn(f"\n| {text}", PAGE)

    def test_constants(self):
        for name, text in (
            ("PFQ_RING_DATA", "control page, where records start"),
            ("PFQ_RING_SLACK", "behind them, more than the longest record"),
            ("PFQ_RING_ALIGN", "records are multiples of it"),
            ("PFQ_RECORD_LIMIT", "captured bytes of a record"),
        ):
            self.row(f"`{name}`: {text} | {define(name):,} |")

    def test_classes(self):
        first, step = re.search(r"#define PFQ_RING_SIZE\(class_\) \((\d+)u << \((\d)u \* \(class_\)\)\)", HEADER).groups()
        classes = define("PFQ_RING_CLASSES")
        sizes = " · ".join(f"{int(first) << int(step) * number:,}" for number in range(classes))
        self.row(f"`size`, a power of two: one of {classes} classes | {sizes} |")

    def test_control_page(self):
        words = [member for member in layout("pfq_ring_control") if not member[0].startswith("pad")]
        self.assertEqual([word[0] for word in words], re.findall(r"^\| `(\w+)` \| \d+ \| [a-z]", PAGE, re.MULTILINE))
        for name, offset, _ in words:
            self.row(f"`{name}` | {offset} | ")

    def test_record(self):
        fields = layout("pfq_record")
        self.assertEqual([field[0] for field in fields], re.findall(r"^\| `(\w+)` \| \d+ \| \d+ \|", PAGE, re.MULTILINE))
        for name, offset, width in fields:
            self.row(f"`{name}` | {offset} | {width} | ")
        size = fields[-1][1] + fields[-1][2]
        self.assertIn(f"takes {size} bytes and the captured ones, rounded up to {define('PFQ_RING_ALIGN')}", PAGE)
        self.assertIn(f"`index & (size - {define('PFQ_RING_ALIGN')})`", PAGE)

    def test_counters(self):
        members = [member[0] for member in layout("pfq_ring_state")]
        total, reasons = re.search(r"`(\w+) = queued \+ ([\w +]+)`", PAGE).groups()
        for name in [total, "queued", *reasons.split(" + ")]:
            self.assertIn(name, re.findall(r"\w+", re.search(r"struct pfq_ring_state {(.*?)};", HEADER, re.DOTALL)[1]))
        self.assertIn("produced", members)

    def test_reader(self):
        self.assertIn(f"more than 1 ms ({constant('engine/queue/merge.hpp', 'max_hold'):,} ns)", PAGE)
        batch = re.search(r"std::size_t batch = (\d+);", (ROOT / "engine/queue/reader.hpp").read_text(encoding="utf-8"))[1]
        self.assertIn(f"at most a batch ({int(batch):,})", PAGE)
        self.assertIn(f"up to {constant('engine/queue/reader.cpp', 'most')} times", PAGE)
        source = (ROOT / "engine/queue/reader.cpp").read_text(encoding="utf-8")
        microseconds = re.search(r"nanoseconds length = (\d+)us;", source)[1]
        self.assertIn(f"{microseconds} microseconds apart", PAGE)

    def test_faults_of_the_model(self):
        model = (ROOT / "tests/stress/queue_model.hpp").read_text(encoding="utf-8")
        faults = re.findall(r"^    (\w+), +///<", model, re.MULTILINE)
        self.assertEqual(len(faults), 10)
        self.assertIn("each of ten ways to do it wrong", PAGE)


if __name__ == "__main__":
    unittest.main()

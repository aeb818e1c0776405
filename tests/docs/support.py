"""What the tests of the pages share: where things are, how the tool is run, the code blocks of a page."""
import os
import pathlib
import re
import subprocess
import sys

sys.dont_write_bytecode = True  # the tests may run where the sources cannot be written

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PFQ = pathlib.Path(os.environ.get("PFQ", ROOT / "build/debug/bin/pfq")).resolve()


def run(command, **options):
    """Runs a command with the tool in its PATH; returns the finished process with its output as text."""
    environment = dict(os.environ, PATH=f"{PFQ.parent}:{os.environ['PATH']}", PFQ=str(PFQ))
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=environment, **options)


class Block:
    """A fenced code block: `info` is the line behind the fence ("pfq E0301"), `line` the number of its first line."""

    def __init__(self, page, line, info, text):
        self.page, self.line, self.text = page, line, text
        self.language, _, self.argument = info.partition(" ")

    def __str__(self):
        return f"{self.page}:{self.line}"


def blocks(page):
    """All fenced blocks of a page, in order."""
    text = (ROOT / page).read_text(encoding="utf-8")
    found = []
    for match in re.finditer(r"^```([^\n`]*)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE):
        found.append(Block(page, text.count("\n", 0, match.start()) + 2, match[1].strip(), match[2]))
    return found


def constant(header, name):
    """The value of `inline constexpr T name = value;` in a header; value may be a product or a shift of numbers."""
    text = (ROOT / header).read_text(encoding="utf-8")
    value = re.search(rf"\b{name} = ([^;]+);", text)
    if value is None:
        raise AssertionError(f"{header} declares no {name}")
    number = re.sub(r"(?<=\d)U\b|'", "", value[1])
    if shift := re.fullmatch(r"(\d+) << (\d+)", number):
        return int(shift[1]) << int(shift[2])
    result = 1
    for factor in number.split("*"):
        result *= int(factor)
    return result

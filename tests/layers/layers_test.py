#!/usr/bin/env python3
"""Includes point down the layers: lang <- codegen <- engine <- tools; datapath is C for codegen and engine."""
import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]

# What each folder at the root may include of the others.
MAY_INCLUDE = {
    "lang": {"lang"},
    "datapath": {"datapath"},
    "codegen": {"lang", "datapath", "codegen"},
    "engine": {"lang", "datapath", "codegen", "engine"},
    "tools": {"lang", "codegen", "engine", "tools"},
}
GENERATED = "embed/"  # made by pfq_embed for the library that includes it
LLVM_FILES = 2        # at most so many files of codegen include LLVM
KERNEL = ("linux/", "asm/", "bpf/", "net/", "sys/")
INPUT_OUTPUT = ("fstream", "iostream", "cstdio", "stdio.h", "unistd.h", "fcntl.h", "filesystem")
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', re.MULTILINE)


def is_llvm(header):
    return header.startswith(("llvm/", "llvm-c/", "clang/", "lld/"))


def check_quoted(path, header, exists):
    layer = path.split("/")[0]
    if header.startswith(GENERATED):
        return []
    target = header.split("/")[0]
    if target not in MAY_INCLUDE:
        return [f"{path}: '{header}' is not a path from the root of the repository"]
    if target not in MAY_INCLUDE[layer]:
        return [f"{path}: {layer} must not include '{header}'"]
    if not exists(header):
        return [f"{path}: '{header}' does not exist"]
    own, other = path.split("/"), header.split("/")
    if own[:2] == other[:2] == ["tools", "pfq"] and len(own) > 3 and own[2] != other[2]:
        return [f"{path}: one subcommand must not include another: '{header}'"]
    return []


def check_system(path, header):
    layer = path.split("/")[0]
    if is_llvm(header) and layer != "codegen":
        return [f"{path}: only codegen may include '{header}'"]
    if layer == "lang" and (header.startswith(("fmt/",) + KERNEL) or header in INPUT_OUTPUT):
        return [f"{path}: the language is pure, it must not include '{header}'"]
    if layer == "lang" and header.startswith("nlohmann/") and not path.startswith("lang/descriptor/"):
        return [f"{path}: only lang/descriptor may include '{header}'"]
    return []


def check(files, exists):
    """The violations in files, a mapping of paths to texts. `exists` tells whether a path from the root does."""
    errors, llvm = [], set()
    for path, text in sorted(files.items()):
        for quote, header in INCLUDE.findall(text):
            errors += check_quoted(path, header, exists) if quote == '"' else check_system(path, header)
            if is_llvm(header):
                llvm.add(path)
    if len(llvm) > LLVM_FILES:
        errors.append(f"{len(llvm)} files include LLVM, {LLVM_FILES} may: {', '.join(sorted(llvm))}")
    return errors


def sources():
    suffixes = {".c", ".h", ".cpp", ".hpp", ".def"}
    return {
        str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
        for layer in MAY_INCLUDE
        for path in (ROOT / layer).rglob("*")
        if path.suffix in suffixes
    }


class Layers(unittest.TestCase):
    def test_the_tree(self):
        files = sources()
        self.assertGreater(len(files), 50, "the sources were not found")
        self.assertEqual(check(files, lambda header: (ROOT / header).is_file()), [])

    def broken(self, path, *includes):
        return check({path: "".join(f"#include {include}\n" for include in includes)}, lambda header: header != "lang/no.hpp")

    def test_upward_includes_are_found(self):
        self.assertTrue(self.broken("lang/a.cpp", '"codegen/a.hpp"'))
        self.assertTrue(self.broken("lang/a.cpp", '"datapath/abi.h"'))
        self.assertTrue(self.broken("codegen/a.cpp", '"engine/a.hpp"'))
        self.assertTrue(self.broken("engine/a.cpp", '"tools/a.hpp"'))
        self.assertTrue(self.broken("datapath/a.h", '"lang/a.hpp"'))
        self.assertTrue(self.broken("tools/pfq/run/a.cpp", '"tools/pfq/compile/a.hpp"'))

    def test_downward_includes_are_allowed(self):
        self.assertEqual(self.broken("tools/pfq/run/a.cpp", '"lang/a.hpp"', '"engine/a.hpp"', '"tools/common/a.hpp"'), [])
        self.assertEqual(self.broken("tools/pfq/main.cpp", '"tools/pfq/run/run.hpp"', '"tools/pfq/compile/compile.hpp"'), [])
        self.assertEqual(self.broken("codegen/a.cpp", '"datapath/abi.h"', '"lang/a.hpp"', '"embed/bitcode.hpp"'), [])

    def test_relative_and_missing_headers_are_found(self):
        self.assertTrue(self.broken("lang/a.cpp", '"a.hpp"'))
        self.assertTrue(self.broken("lang/a.cpp", '"lang/no.hpp"'))

    def test_the_language_is_pure(self):
        for header in ("fmt/format.h", "linux/bpf.h", "llvm/IR/Module.h", "iostream", "nlohmann/json.hpp", "sys/stat.h"):
            self.assertTrue(self.broken("lang/a.cpp", f"<{header}>"), header)
        self.assertEqual(self.broken("lang/descriptor/a.cpp", "<nlohmann/json.hpp>", "<vector>"), [])

    def test_llvm_stays_in_two_files(self):
        self.assertEqual(self.broken("codegen/a.cpp", "<llvm/IR/Module.h>", "<llvm/IR/IRBuilder.h>"), [])
        self.assertTrue(self.broken("engine/a.cpp", "<llvm/IR/Module.h>"))
        three = {f"codegen/{name}.cpp": "#include <llvm-c/Core.h>\n" for name in "abc"}
        self.assertTrue(check(three, lambda header: True))


if __name__ == "__main__":
    unittest.main()

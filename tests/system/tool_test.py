#!/usr/bin/env python3
"""The front door: help, versions, exit codes, errors as text and as JSON. PFQ names the executable."""
import json
import os
import pathlib
import pty
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

PFQ = os.environ.get("PFQ", "build/debug/bin/pfq")


def pfq(*args, text="", **options):
    return subprocess.run([PFQ, *args], input=text, capture_output=True, text=True, timeout=60, check=False, **options)


def can_load():
    """Whether this process may load eBPF programs and mount."""
    capabilities = int(re.search(r"CapEff:\s*(\w+)", pathlib.Path("/proc/self/status").read_text(encoding="utf-8")).group(1), 16)
    return shutil.which("bpftool") is not None and all(capabilities >> bit & 1 for bit in (12, 21, 39))


def commands():
    lines = pfq("help").stdout.split("Commands:\n")[1].split("\n\n")[0].splitlines()
    return [line.split()[0] for line in lines]


class Base(unittest.TestCase):
    def fails(self, code, *args, **options):
        """Runs pfq, which must end with this code and one line on standard error; returns the line."""
        done = pfq(*args, **options)
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        return done.stderr.rstrip("\n")


class Help(Base):
    def test_every_command_has_help_a_manual_page_and_completion(self):
        completion = pfq("--emit-completion", "bash")
        self.assertEqual(completion.returncode, 0)
        self.assertEqual(subprocess.run(["bash", "-n"], input=completion.stdout, text=True, check=False).returncode, 0)
        self.assertIn("compile", commands())
        self.assertIn("explain", commands())
        for command in commands():
            done = pfq(command, "--help")
            self.assertEqual((done.returncode, done.stderr), (0, ""), command)
            self.assertTrue(done.stdout.startswith(f"usage: pfq {command} "), done.stdout)
            self.assertEqual(pfq("help", command).stdout, done.stdout)
            page = pfq("--emit-man", command)
            self.assertEqual(page.returncode, 0)
            self.assertTrue(page.stdout.startswith(".TH PFQ"), page.stdout)
            self.assertIn(f"        {command}) case", completion.stdout)

    def test_help_fits_the_terminal(self):
        for command in commands():
            out = pfq(command, "--help", env={"COLUMNS": "72"}).stdout
            options = out.split("\nOptions:")[0]
            wide = [line for line in options.splitlines() if len(line) > 72 and not line.startswith("  pfq ")]
            self.assertEqual(wide, [], command)

    def test_version(self):
        done = pfq("--version")
        self.assertRegex(done.stdout, r"^pfq \d+\.\d+\.\d+\n$")

    def test_without_a_command(self):
        done = pfq()
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("Commands:", done.stderr)


class Usage(Base):
    def test_unknown_words_get_a_suggestion(self):
        self.assertEqual(self.fails(2, "complie"), "pfq: unknown command 'complie', did you mean 'compile'?")
        self.assertEqual(self.fails(2, "help", "explian"), "pfq: unknown command 'explian', did you mean 'explain'?")
        self.assertEqual(self.fails(2, "--verbose"), "pfq: unknown option '--verbose', see 'pfq help'")
        self.assertEqual(self.fails(2, "compile", "--emti=asm"), "pfq compile: unknown option '--emti', did you mean '--emit'?")
        self.assertIn("did you mean 'E0201'?", self.fails(2, "explain", "E0291"))

    def test_errors_are_json_when_asked(self):
        error = json.loads(self.fails(2, "compile", "--json", "--zzz"))
        self.assertEqual((error["type"], error["version"], error["command"], error["code"]), ("error", 1, "compile", 2))
        error = json.loads(self.fails(1, "compile", "--json", "/nonexistent/x.pfq"))
        self.assertEqual(error["message"], "cannot open '/nonexistent/x.pfq': No such file or directory")

    def test_full_disk_is_an_error(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([PFQ, "explain"], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("No space left on device", done.stderr)


class Explain(Base):
    def test_every_code_has_a_page(self):
        lines = pfq("explain").stdout.splitlines()
        self.assertGreater(len(lines), 40)
        for line in lines:
            code, title = line.split("  ", 1)
            page = pfq("explain", code)
            self.assertEqual(page.returncode, 0)
            self.assertIn(code, page.stdout)
            self.assertGreater(len(page.stdout.splitlines()), 5, f"{code} {title}")
        self.assertEqual(pfq("explain", "e201").stdout, pfq("explain", "E0201").stdout)

    def test_every_name_has_a_type_and_a_page(self):
        names = json.loads(pfq("explain", "--names", "--json").stdout)
        self.assertGreater(len(names), 150)
        self.assertEqual([entry["name"] for entry in names if not entry["type"]], [])
        self.assertEqual([entry["name"] for entry in names if entry["name"].startswith("prim_")], [])
        page = pfq("explain", "has_port")
        self.assertEqual((page.returncode, page.stderr), (0, ""))
        self.assertTrue(page.stdout.startswith("has_port :: Word16 -> Predicate\n---"), page.stdout)
        self.assertIn("\n    filter (has_port 80)\n", page.stdout)
        self.assertIn("did you mean 'steer_flow'?", self.fails(2, "explain", "steer_flwo"))
        self.fails(2, "explain", "--names", "x")

    def test_json(self):
        self.assertIn({"code": "E0201", "title": "unknown name"}, json.loads(pfq("explain", "--json").stdout))
        self.assertEqual(json.loads(pfq("explain", "--json", "E0201").stdout)["code"], "E0201")


class Compile(Base):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self.directory.name)
        self.addCleanup(self.directory.cleanup)

    def test_check_says_nothing_about_a_good_program(self):
        for args, text in ((["-e", "when is_tcp drop"], ""), (["-"], "main = when is_tcp drop\n")):
            done = pfq("compile", *args, text=text)
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))

    def test_a_rejected_program_is_3_with_code_and_place(self):
        done = pfq("compile", "-e", "when is_tpc drop")
        self.assertEqual((done.returncode, done.stdout), (3, ""))
        self.assertIn("E0201", done.stderr)
        self.assertIn("is_tcp", done.stderr)
        self.assertNotIn("\x1b", done.stderr)
        colored = pfq("compile", "--color=always", "-e", "when is_tpc drop")
        self.assertIn("\x1b[", colored.stderr)
        lines = pfq("compile", "--json", "-e", "when is_tpc drop").stderr.splitlines()
        self.assertEqual([json.loads(line)["code"] for line in lines], ["E0201"])

    def test_options_that_contradict_are_usage_errors(self):
        for args in (["--emit=types", "--effects", "x"], ["-e", "ip", "x"], [], ["--check", "--emit=types", "x"], ["--emit=types", "a", "b"],
                     ["--target=tc", "--emit=types", "x"], ["--emit=bpf", "--target=native", "x"], ["-i", "x"], ["-i", "--format", "-"],
                     ["-o", "y", "x"], ["-i", "--format", "-e", "ip"]):
            self.fails(2, "compile", *args)

    def test_every_text_can_be_emitted(self):
        for what in ("ast", "types", "pipeline", "json", "llvm", "asm"):
            done = pfq("compile", f"--emit={what}", "-e", "ip >-> udp >-> steer_flow")
            self.assertEqual((done.returncode, done.stderr), (0, ""), what)
            self.assertGreater(len(done.stdout), 10, what)
        json.loads(pfq("compile", "--emit=json", "-e", "ip >-> udp >-> steer_flow").stdout)
        self.assertIn("pfq_", pfq("compile", "--emit=llvm", "--target=xdp", "-e", "ip").stdout)
        self.assertEqual(pfq("compile", "--effects", "-e", "ip >-> kernel").returncode, 0)

    def test_objects_are_elf_and_stay_off_terminals(self):
        target = self.path / "x.o"
        for kind in ("xdp", "tc"):
            done = pfq("compile", "--emit=bpf", f"--target={kind}", "-o", str(target), "-e", "ip")
            self.assertEqual((done.returncode, done.stderr), (0, ""))
            data = target.read_bytes()
            self.assertEqual((data[:4], data[18:20]), (b"\x7fELF", b"\xf7\x00"))
        master, slave = pty.openpty()
        done = subprocess.run([PFQ, "compile", "--emit=bpf", "-e", "ip"], stdout=slave, stderr=subprocess.PIPE, text=True, check=False)
        os.close(slave)
        os.close(master)
        self.assertEqual(done.returncode, 2)
        self.assertIn("terminal", done.stderr)

    def test_the_kernel_takes_objects(self):
        if not can_load():
            self.skipTest("loading programs needs root with CAP_BPF, CAP_NET_ADMIN, CAP_SYS_ADMIN and bpftool: NOT TESTED")
        for kind in ("xdp", "tc"):
            target = self.path / f"{kind}.o"
            self.assertEqual(pfq("compile", "--emit=bpf", f"--target={kind}", "-o", str(target), "-e", "steer_flow").returncode, 0)
            # bpftool pins what it loads; in a mount namespace of its own that leaves nothing behind.
            load = ["unshare", "--mount", "bpftool", "prog", "load", str(target), f"/sys/fs/bpf/pfq-test-{os.getpid()}"]
            done = subprocess.run(load, capture_output=True, text=True, timeout=60, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_output_to_a_place_that_is_not_there(self):
        self.fails(1, "compile", "--emit=types", "-o", "/nonexistent/x", "-e", "ip")

    def test_modules_are_found_beside_the_program(self):
        (self.path / "Lib").mkdir()
        (self.path / "main.pfq").write_text("import Lib.Web\nmain = filter web\n")
        self.assertEqual(pfq("compile", str(self.path / "main.pfq")).returncode, 3)
        (self.path / "Lib/Web.pfq").write_text("module Lib.Web where\nweb = has_port 80\n")
        done = pfq("compile", str(self.path / "main.pfq"))
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_format(self):
        ugly, program = "main=ip>->udp\n", self.path / "p.pfq"
        program.write_text(ugly)
        pretty = pfq("compile", "--format", str(program)).stdout
        self.assertEqual(pretty, "main = ip >-> udp\n")
        self.assertEqual(program.read_text(), ugly)
        self.assertIn("p.pfq", self.fails(1, "compile", "--format", "--check", str(program)))
        program.chmod(0o640)
        self.assertEqual(pfq("compile", "--format", "-i", str(program)).returncode, 0)
        self.assertEqual((program.read_text(), program.stat().st_mode & 0o777), (pretty, 0o640))
        self.assertEqual(pfq("compile", "--format", "--check", str(program)).returncode, 0)
        self.assertEqual([p.name for p in self.path.iterdir()], ["p.pfq"])
        program.write_text("main = = ip\n")
        self.assertEqual(pfq("compile", "--format", "-i", str(program)).returncode, 3)
        self.assertEqual(program.read_text(), "main = = ip\n")


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-v"])

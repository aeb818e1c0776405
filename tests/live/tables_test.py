#!/usr/bin/env python3
"""pfq table: tables that change under traffic, of several processes, with entries that end."""
import json
import os
import time

import captures
import law
import net

ADDRESS = "10.0.0.0/8"   # that all flows of the sender have (send/flows.cpp)


class Tables(net.LiveTest):
    def setUp(self):
        super().setUp()
        self.network = self.wire()

    def table(self, *arguments, check=True):
        environment = dict(os.environ, PFQ_RUN_DIR=str(self.folder))
        return net.run(*self.network.inside.command(net.PFQ, "table", *arguments), check=check, env=environment)

    def passed(self, run, count=100):
        """How many packets of so many reach the socket."""
        before = self.read(run)
        self.network.send("--count", count, "--flows", 4)
        net.wait_until(lambda: self.counters(run)["received"] >= self.sent + count, "received")
        self.sent += count
        return self.read(run) - before

    sent = 0

    def counters(self, _run):
        environment = dict(os.environ, PFQ_RUN_DIR=str(self.folder))
        status = json.loads(net.run(*self.network.inside.command(net.PFQ, "status", "--json"), env=environment).stdout)
        return status["groups"][0]["counters"]

    def read(self, run):
        return self.counters(run)["accepted"]

    def listen_with(self, program, *arguments):
        return self.listen(self.network.inside, "-i", self.network.device, "-e", program, *arguments)

    def test_addresses(self):
        run = self.listen_with('filter (in_table "t")')
        self.assertEqual(self.passed(run), 0)
        self.table("add", "t", ADDRESS, "192.0.2.1", "2001:db8::/32")
        self.assertEqual(self.passed(run), 100)
        self.assertEqual(set(self.table("list", "t").stdout.split()), {ADDRESS, "192.0.2.1", "2001:db8::/32"})
        self.table("del", "t", ADDRESS)
        self.assertEqual(self.passed(run), 0)
        (self.folder / "list").write_text(f"# all\n{ADDRESS}\n10.0.0.1\n", encoding="ascii")
        self.table("load", "t", self.folder / "list")
        self.assertEqual(set(self.table("list", "t").stdout.split()), {ADDRESS, "10.0.0.1"})
        self.assertEqual(self.passed(run), 100)
        self.table("flush", "t")
        self.assertEqual(self.table("list", "t").stdout, "")
        self.assertEqual(self.passed(run), 0)
        law.check(self, run.stop(), self.sent)

    def test_ports_and_flows(self):
        run = self.listen_with('filter (port_in_table "p" .||. flow_in_table "f")')
        self.assertEqual(self.passed(run), 0)
        self.table("add", "p", "0-65535")
        self.assertEqual(self.passed(run), 100)
        self.table("delete", "p", "0-65535")
        self.assertEqual(self.passed(run), 0)
        path = self.folder / "one.pcap"
        other = self.listen(self.network.inside, "-i", self.network.device, "-e", "unit", "-w", path)
        self.assertEqual(self.passed(run), 0)
        other.stop()
        frame = captures.read_pcap(path)[0].frame
        ends = [".".join(str(b) for b in frame[at:at + 4]) + f":{int.from_bytes(frame[port:port + 2], 'big')}"
                for at, port in ((26, 34), (30, 36))]
        self.table("add", "f", f"udp {ends[1]} {ends[0]}")
        self.assertEqual(self.passed(run), 25)
        listed = json.loads(self.table("list", "f", "--json").stdout)
        self.assertEqual((listed["kind"], len(listed["entries"]), listed["entries"][0]["ends_in"]), ("flow", 1, None))
        self.assertEqual(sorted(listed["entries"][0]["entry"].split()), sorted(["udp", *ends]))

    def test_entries_end(self):
        """An entry that has ended hides no shorter prefix."""
        run = self.listen_with('filter (in_table "t")')
        self.table("add", "t", "10.0.0.0/9", "--timeout", 1)
        self.table("add", "t", "10.0.0.0/10", "--timeout", 1)
        net.wait_until(lambda: self.table("list", "t").stdout == "", "ended")
        self.assertEqual(self.passed(run), 0)
        self.table("add", "t", ADDRESS)
        self.assertEqual(self.passed(run), 100)
        law.check(self, run.stop(), self.sent)

    def test_shared_by_processes(self):
        """Who looks into a table sees what others put there; it goes with the last of them."""
        (self.folder / "list").write_text(ADDRESS + "\n", encoding="ascii")
        first = self.listen_with('filter (in_table "t")', "--table", f"t={self.folder / 'list'}")
        second = self.listen_with('filter (in_table "t")')
        self.network.send("--count", 50)
        for run in (first, second):
            summary = run.stop()
            law.check(self, summary, 50)
            self.assertEqual(summary["packets"], 50)
        third = self.listen_with('filter (in_table "t")')
        self.assertEqual(self.table("list", "t").stdout, "")
        third.stop()

    def test_never_half(self):
        """While the entries are replaced, every packet meets the old ones or the new ones: both have the sender's."""
        run = self.listen_with('filter (in_table "t")')
        lists = []
        for number in range(2):
            lists.append(self.folder / f"list{number}")
            lists[-1].write_text("".join(f"{100 + number}.{i // 256}.{i % 256}.0/24\n" for i in range(5000)) + ADDRESS + "\n",
                                 encoding="ascii")
        self.table("load", "t", lists[0])
        traffic = net.Traffic(self.network, "--flows", 16, "--live")
        for number in range(20):
            self.table("load", "t", lists[1 - number % 2])
        sent = traffic.stop()["sent"]
        summary = run.stop()
        law.check(self, summary, sent)
        self.assertEqual(summary["groups"][0]["computation"], 0)

    def test_a_million(self):
        run = self.listen_with('filter (in_table "t")')
        with (self.folder / "million").open("w", encoding="ascii") as file:
            for i in range(1_000_000):
                file.write(f"{i >> 16 & 255}.{i >> 8 & 255}.{i & 255}.128/25\n" if i % 2 else f"2001:db8:{i >> 16:x}:{i & 65535:x}::/64\n")
        start = time.monotonic()
        self.table("load", "t", self.folder / "million")
        print(f"1,000,000 prefixes in {time.monotonic() - start:.1f} s")
        self.assertEqual(json.loads(self.table("list", "--json").stdout)["tables"], [{"name": "t", "kind": "address", "entries": 1_000_000}])
        self.assertEqual(self.passed(run), 0)
        self.table("add", "t", ADDRESS)
        self.assertEqual(self.passed(run), 100)

    def test_errors(self):
        self.assertIn("no program runs", self.table("list", check=False).stderr)
        run = self.listen_with('filter (in_table "t")')
        for arguments, code, text in ((("list", "x"), 1, "there is no table x; there are t (address)"),
                                      (("add", "t", "10.0.0.300"), 1, "entry:1: invalid entry '10.0.0.300': write an address"),
                                      (("delete", "t", "192.0.2.1"), 1, "there is no entry 192.0.2.1"),
                                      (("load", "t", "/nowhere"), 1, "/nowhere: No such file"),
                                      (("shuffle", "t"), 2, "there is no verb 'shuffle'"),
                                      (("add", "t"), 2, "pfq table add NAME ENTRY..."),
                                      (("flush", "t", "--timeout", 3), 2, "--timeout is for add")):
            with self.subTest(arguments=arguments):
                done = self.table(*arguments, check=False)
                self.assertEqual(done.returncode, code)
                self.assertIn(text, done.stderr)
        run.stop()


if __name__ == "__main__":
    net.main()

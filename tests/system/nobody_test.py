#!/usr/bin/env python3
"""`pfq run -r` as an ordinary user: no privileges, no home, an own cache. Usage: nobody_test.py [PFQ]"""
import os
import pathlib
import pwd
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


def main():
    pfq = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else os.environ["PFQ"])
    if os.geteuid() != 0:
        print("this test runs as an ordinary user already")
        user = None
    else:
        user = pwd.getpwnam("nobody")
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        # the checkout may be closed to others: the tool and its helper go where nobody can read them
        for name in (pfq.name, "pfq-compile"):
            shutil.copy(pfq.parent / name, work / name)
        shutil.copy(ROOT / "examples" / "captures" / "android.pcap", work / "in.pcap")
        for path in [work, *work.iterdir()]:
            path.chmod(0o755)
        out = work / "out"
        out.mkdir()
        if user:
            os.chown(out, user.pw_uid, user.pw_gid)
        environment = {"PATH": "/usr/bin:/bin", "XDG_CACHE_HOME": str(out / "cache"), "HOME": "/nonexistent"}
        for attempt in ("cold", "cached"):
            result = subprocess.run(
                [str(work / pfq.name), "run", "-e", "tcp >-> steer_flow", "-r", str(work / "in.pcap"), "--sockets", "2",
                 "-w", str(out / "socket-%s.pcap")],
                capture_output=True, text=True, env=environment, cwd=out,
                **({"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}))
            if result.returncode != 0:
                print(f"FAILED ({attempt}): exit status {result.returncode}\n{result.stderr}")
                return 1
        written = sorted(p.name for p in out.glob("socket-*.pcap"))
        if written != ["socket-0.pcap", "socket-1.pcap"] or not any((out / "cache").rglob("*")):
            print(f"FAILED: written {written}, cache {list((out / 'cache').rglob('*'))}")
            return 1
        # a file that this user must not read: one clear error
        if user:
            secret = work / "secret.pcap"
            shutil.copy(work / "in.pcap", secret)
            secret.chmod(0o600)
            result = subprocess.run([str(work / pfq.name), "run", "-e", "tcp", "-r", str(secret)], capture_output=True,
                                    text=True, env=environment, cwd=out, user=user.pw_uid, group=user.pw_gid, extra_groups=[])
            if result.returncode != 1 or "Permission denied" not in result.stderr:
                print(f"FAILED: reading a forbidden file: exit status {result.returncode}: {result.stderr}")
                return 1
    print("pfq run works without privileges, cold and cached")
    return 0


if __name__ == "__main__":
    sys.exit(main())

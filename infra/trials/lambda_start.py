#!/usr/bin/env python3
"""How soon and how fast the functions answer: a new process, one that wakes from SnapStart's snapshot
with and without priming; then warm. And what a snapshot would hold.

lambda_start.py PACKAGE [ROUNDS]      PACKAGE: a folder with lib/*.jar, as .aws-sam/build/ApiFunction"""

import re
import statistics
import subprocess
import sys
import time
import zipfile
from pathlib import Path

from lambda_runtime import SNAP_START, Failed, Function, Issuer, event
from trial import JAVA, Platform, scratch

WARM = 1000
# Lambda compiles no further than C1 in processes that don't come from a snapshot.
NO_SNAPSHOT = ["-XX:TieredStopAtLevel=1"]
JCMD = str(Path(JAVA).with_name("jcmd"))


class Trial:
    def __init__(self, package, platform, issuer):
        self.package, self.issuer = package, issuer
        self.environment = {**platform.settings_of_a_relay(), **issuer.environment(), "NOMINABLE_IPS": "any",
                            "REQUESTS_PER_MINUTE": "600000"}
        self.token = issuer.token("acme")

    def call(self, function, method, path, body=None):
        answer = function.invoke(event(method, path, self.token, body))
        if answer["statusCode"] >= 400:
            raise Failed(f"{method} {path}: {answer}")
        return answer

    def new_process(self, **how):
        """Milliseconds from nothing to the first answer, and to the second."""
        begin = time.monotonic()
        with Function(self.package, self.environment, **how) as function:
            self.call(function, "GET", "/v1/smtp-users/printer")
            first = time.monotonic()
            self.call(function, "GET", "/v1/smtp-users/printer")
            return ms(first - begin), ms(time.monotonic() - first)

    def restored(self, java):
        """From the end of the restore to the first answer, to the second, and how long the snapshot took."""
        begin = time.monotonic()
        with Function(self.package, self.environment, snap_start=True, java=java) as function:
            function.wait_for_snapshot()
            snapshot = time.monotonic()
            function.restore()
            self.call(function, "GET", "/v1/smtp-users/printer")
            first = time.monotonic()
            self.call(function, "GET", "/v1/smtp-users/printer")
            return ms(first - snapshot), ms(time.monotonic() - first), ms(snapshot - begin)

    def warm(self, java):
        """Milliseconds of each request, by what it is."""
        with Function(self.package, self.environment, snap_start=True, java=java) as function:
            function.wait_for_snapshot()
            function.restore()
            times = {"GET /v1/caller": [], "GET one user": [], "PUT another address": []}
            for n in range(WARM):
                for name, call in (
                        ("GET /v1/caller", ("GET", "/v1/caller")),
                        ("GET one user", ("GET", "/v1/smtp-users/printer")),
                        ("PUT another address", ("PUT", "/v1/smtp-users/printer/ip-authentication",
                                                 {"ip": f"10.0.{n // 250}.{n % 250 + 1}"}))):
                    begin = time.monotonic()
                    self.call(function, *call)
                    times[name].append(ms(time.monotonic() - begin))
            return {name: all_[WARM // 10:] for name, all_ in times.items()}

    def at_the_snapshot(self):
        """What priming leaves behind must be nobody's: no connection, no generator with a state."""
        with Function(self.package, self.environment, snap_start=True, java=SNAP_START) as function:
            function.wait_for_snapshot()
            time.sleep(0.5)
            pid = function.process.pid
            heap = subprocess.run([JCMD, str(pid), "GC.class_histogram"], capture_output=True, text=True, check=True)
            return stateful_generators(heap.stdout), connections(pid, function.server.server_address[1])


def stateful_generators(histogram):
    """Secure generators that say the same in every process that wakes up with them. NativePRNG asks the system;
    the one SHA1PRNG is what it mixes in. (A library has a java.util.Random, from which no secret is drawn.)"""
    counts = {name: int(count) for count, name in re.findall(r"^\s*\d+:\s+(\d+)\s+\d+\s+(\S+)", histogram, re.M)}
    suspects = {name: count for name, count in counts.items()
                if re.search(r"provider\.(HashDrbg|HmacDrbg|CtrDrbg|DRBG)$"
                             r"|^org\.bouncycastle.*Random", name)}
    if counts.get("sun.security.provider.SecureRandom", 0) > 1:
        suspects["sun.security.provider.SecureRandom"] = counts["sun.security.provider.SecureRandom"]
    return suspects


def connections(pid, but_to):
    """The process's open TCP connections, by port of the other side; that to the Runtime API belongs to Lambda.
    One that the other side has closed is noticed before it is used again."""
    own = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        found = re.match(r"socket:\[(\d+)\]", str(link.readlink()))
        own |= {found[1]} if found else set()
    open_ = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            field = line.split()
            if field[9] in own and field[3] == "01":
                open_.append(int(field[2].rsplit(":", 1)[1], 16))
    return [port for port in open_ if port != but_to]


def ms(seconds):
    return seconds * 1000


def row(name, runs):
    columns = list(zip(*runs))
    print(f"| {name} | " + " | ".join(
        f"{statistics.median(column):.0f} ({min(column):.0f}–{max(column):.0f})" for column in columns) + " |", flush=True)


def zipped(package, folder):
    target = Path(folder, "package.zip")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(package.rglob("*")):
            archive.write(file, file.relative_to(package))
    return target.stat().st_size


def main():
    package = Path(sys.argv[1]).resolve()
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    with Platform() as platform, scratch() as folder:
        trial = Trial(package, platform, Issuer(folder))
        platform.smtp_user("printer")
        print(f"package: {zipped(package, folder) / 1e6:.1f} MB zipped")
        generators, open_ = trial.at_the_snapshot()
        print(f"at the snapshot: {generators or 'no generator with a state'}, connections to ports {open_ or 'none'}")
        if rounds:
            measure(trial, rounds)
    sys.exit(1 if generators or open_ else 0)


def measure(trial, rounds):
    print("| a new process | first answer, ms | second, ms |\n|---|---|---|")
    row("as Lambda starts it", [trial.new_process(java=NO_SNAPSHOT) for _ in range(rounds)])
    print("| woken from a snapshot | first answer, ms | second, ms | before the snapshot, ms |\n|---|---|---|---|")
    row("without priming", [trial.restored([]) for _ in range(rounds)])
    row("with it", [trial.restored(SNAP_START) for _ in range(rounds)])
    print("| warm | p50, ms | p99, ms |\n|---|---|---|")
    for name, times in trial.warm(SNAP_START).items():
        times.sort()
        print(f"| {name} | {times[len(times) // 2]:.1f} | {times[len(times) * 99 // 100]:.1f} |")


main()

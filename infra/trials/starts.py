#!/usr/bin/env python3
"""How long one machine's platform takes to be ready, and what memory it has when nothing happens: several, in turn.

starts.py ROUNDS PLATFORM...     each a local.jar, or a package's folder (…/tree/usr/lib/ipauth-relay)

A folder has a DATA_DIR from its first start on, and is started once more for it; a jar keeps all in memory. Beside the
time stands the processors' time, which means something on a busy machine, too, and what others used of it meanwhile.
The memory is all the process's PSS, a minute after its last start."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from trial import JAVA

IDLE = 60
TICKS = os.sysconf("SC_CLK_TCK")
ANYWHERE = {"PATH": os.environ["PATH"], "HTTP_PORT": "0", "SMTP_PORTS": "0", "SMTPS_PORTS": "0", "MANAGEMENT_PORT": "0"}


def command(platform):
    if platform.is_file():
        return [JAVA, "-jar", platform]
    lines = (platform / "jvm-options").read_text().replace("/usr/lib/ipauth-relay", str(platform)).splitlines()
    return [platform / "runtime/bin/java", *[line for line in lines if line and line[0] != "#"],
            "-jar", platform / "local.jar"]


def used_by_all():
    user, nice, system, _, _, irq, softirq, *_ = map(int, Path("/proc/stat").read_text().splitlines()[0].split()[1:])
    return (user + nice + system + irq + softirq) / TICKS


def used_by(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def pss(pid):
    """MB"""
    line = next(line for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines() if line.startswith("Pss:"))
    return int(line.split()[1]) / 1024


def start(platform, folder, idle):
    """(seconds, the processors' seconds, others' seconds, MB)"""
    settings = ANYWHERE if platform.is_file() else {**ANYWHERE, "DATA_DIR": folder}
    before, begin = used_by_all(), time.monotonic()
    process = subprocess.Popen(command(platform), env=settings, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True, cwd=folder)
    try:
        said = []
        for line in process.stdout:
            said.append(line)
            if line == "ready\n":
                break
        else:
            raise AssertionError("".join(said))
        seconds, own = time.monotonic() - begin, used_by(process.pid)
        others = used_by_all() - before - own
        if idle:
            time.sleep(idle)
        return seconds, own, others, pss(process.pid)
    finally:
        process.terminate()
        process.communicate()


def main():
    rounds, platforms = int(sys.argv[1]), [Path(name).resolve() for name in sys.argv[2:]]
    with tempfile.TemporaryDirectory(prefix="starts-") as root:
        folders = {platform: os.path.join(root, str(number)) for number, platform in enumerate(platforms)}
        for platform, folder in folders.items():
            os.mkdir(folder)
            start(platform, folder, 0)
        measured = {platform: [] for platform in platforms}
        for round_ in range(rounds):
            for platform, folder in folders.items():
                measured[platform].append(start(platform, folder, IDLE if round_ == rounds - 1 else 0))
    for platform, starts in measured.items():
        seconds, own, others, memory = zip(*starts)
        print(f"{platform}: ready after {statistics.median(seconds):.2f} s ({min(seconds):.2f}–{max(seconds):.2f}), "
              f"{statistics.median(own):.2f} CPU s ({min(own):.2f}–{max(own):.2f}); others used up to {max(others):.2f}; "
              f"PSS {memory[-1]:.0f} MB")


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""What relay-container/Dockerfile makes, made in a plain folder: its COPY and RUN lines are carried out
by hand, and what they leave is started as the image would be, by nobody, in a folder that can't be
written to. Then how soon the relay is ready, with and without its AOT cache.

image.py [ROUNDS]     after mvn -pl infra/local -am package; as root, to become nobody"""

import os
import re
import shlex
import shutil
import smtplib
import statistics
import subprocess
import sys
import time
from pathlib import Path

from trial import JAVA, NO_RATES, REMEMBERS, ROOT, Platform, answers, free_ports, scratch, until_known

DOCKERFILE = ROOT / "relay-container/Dockerfile"


def instructions(text):
    """(name, rest) of each line, comments left out and continued lines joined."""
    joined = re.sub(r"\\\n", " ", re.sub(r"^\s*#.*\n", "", text, flags=re.M))
    return [line.split(None, 1) for line in joined.splitlines() if line.strip()]


def stages(text):
    """By name; the last is called final."""
    found = {}
    for name, rest in instructions(text):
        if name == "FROM":
            named = re.search(r"\sAS\s+(\S+)", rest, re.I)
            current = found.setdefault(named[1] if named else "final", [])
        elif found:
            current.append((name, rest))
    return found


class Image:
    def __init__(self, folder):
        self.root = Path(folder, "image")
        self.stages = stages(DOCKERFILE.read_text())
        for stage in ("trained", "final"):
            self._build(stage)
        folder_of_the_relay = self.root / "relay"
        subprocess.run(["chmod", "-R", "a+rX,a-w", folder_of_the_relay], check=True)
        self.tmp = Path(folder, "tmp")
        self.tmp.mkdir(mode=0o777)
        self.tmp.chmod(0o1777)
        Path(folder).chmod(0o755)

    def _build(self, stage):
        for name, rest in self.stages[stage]:
            if name == "COPY" and "--from=jar" in rest:
                *sources, target = [word for word in rest.split() if not word.startswith("--")]
                for source in sources:
                    self._copy(ROOT / source.removeprefix("/build/"), self._place(target), target.endswith("/"))
            elif name == "RUN":
                run(self._here(rest))

    @staticmethod
    def _copy(source, target, into):
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True)
        else:
            target.mkdir(parents=True, exist_ok=True) if into else target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)

    def _place(self, path):
        return self.root / path.strip("/")

    def _here(self, command):
        return re.sub(r"(?<![\w.])/(relay|training)/", rf"{self.root}/\1/", command)

    def command(self, instruction, without=""):
        """That of ENTRYPOINT or HEALTHCHECK, in this folder."""
        rest = next(rest for name, rest in self.stages["final"] if name == instruction)
        words = re.findall(r'"([^"]*)"', rest[rest.index("["):])
        return [JAVA if word == "java" else self._here(word) for word in words if not without or without not in word]

    def start(self, settings, without=""):
        user = next(rest for name, rest in self.stages["final"] if name == "USER").split(":")
        return subprocess.Popen(
            self.command("ENTRYPOINT", without), cwd=self.root / "relay", user=int(user[0]), group=int(user[1]),
            extra_groups=[], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
            env={"PATH": "/usr/bin:/bin", "JAVA_TOOL_OPTIONS": f"-Djava.io.tmpdir={self.tmp}",
                 **{name: str(value) for name, value in settings.items()}})


def run(command):
    line = f"PATH={shlex.quote(str(Path(JAVA).parent))}:$PATH; {command}"
    subprocess.run(["sh", "-euc", line], check=True, timeout=300, stdin=subprocess.DEVNULL)


def started(image, settings, without=""):
    """The process, and the milliseconds until /ready."""
    begin = time.monotonic()
    process = image.start(settings, without)
    while answers(settings["MANAGEMENT_PORT"], "/ready") != 200:
        if process.poll() is not None or time.monotonic() - begin > 60:
            process.kill()
            raise AssertionError("the relay didn't become ready: " + process.stderr.read()[-2000:])
        time.sleep(0.005)
    return process, (time.monotonic() - begin) * 1000


def stop(process):
    process.terminate()
    _, said = process.communicate(timeout=90)
    if process.returncode != 0:
        raise AssertionError(f"exit status {process.returncode} after SIGTERM: {said[-2000:]}")


def try_it(image, settings):
    """Ready, healthy, sends mail, ends with status 0."""
    process, _ = started(image, settings)
    health = subprocess.run(image.command("HEALTHCHECK"), env={**os.environ, **{k: str(v) for k, v in settings.items()}})
    if health.returncode:
        raise AssertionError("the image's health check fails beside a relay that is ready")
    until_known(settings["SMTP_PORTS"])
    with smtplib.SMTP("127.0.0.1", settings["SMTP_PORTS"], timeout=30) as device:
        device.sendmail("scan@example.com", ["boss@example.net"], "From: scan@example.com\r\n\r\nhi\r\n")
    stop(process)
    if subprocess.run(image.command("HEALTHCHECK"), env={**os.environ, **{k: str(v) for k, v in settings.items()}}).returncode == 0:
        raise AssertionError("the image's health check passes where no relay is")


def heap(image, settings, memory):
    """MB of the heap in a container of so much memory, in which the AOT cache is used all the same."""
    words = image.command("ENTRYPOINT")
    command = [words[0], f"-XX:MaxRAM={memory}m", "-Xlog:gc+init", *words[1:]]
    process = subprocess.Popen(
        command, cwd=image.root / "relay", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, env={"PATH": "/usr/bin:/bin", **{name: str(value) for name, value in settings.items()}})
    try:
        begin = time.monotonic()
        while answers(settings["MANAGEMENT_PORT"], "/ready") != 200:
            if process.poll() is not None or time.monotonic() - begin > 60:
                raise AssertionError(f"not ready with {memory} MB")
            time.sleep(0.05)
        # A cache that doesn't fit is left aside without a word, and then isn't among what is mapped.
        if "relay.aot" not in Path(f"/proc/{process.pid}/maps").read_text():
            raise AssertionError(f"with {memory} MB the AOT cache isn't used")
    finally:
        process.terminate()
        said, _ = process.communicate(timeout=90)
    return int(re.search(r"Heap Max Capacity: (\d+)M", said)[1])


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    with Platform() as platform, scratch() as folder:
        platform.smtp_user("printer", ip="127.0.0.1")
        begin = time.monotonic()
        image = Image(folder)
        cache = image.root / "relay/relay.aot"
        print(f"made in {time.monotonic() - begin:.0f} s; the AOT cache has {cache.stat().st_size / 1e6:.0f} MB")
        port, management = free_ports(2)
        settings = {**platform.settings_of_a_relay(), "NEXT_HOP": platform.next_hop, "SMTP_PORTS": port,
                    "SMTPS_PORTS": "none", "MANAGEMENT_PORT": management, "LISTEN_ADDRESS": "127.0.0.1", **NO_RATES, **REMEMBERS}
        try_it(image, settings)
        print("started by nobody in a folder that can't be written to: ready, healthy, sends mail, ends with 0")
        for memory in (512, 1024, 2048):
            if heap(image, settings, memory) != memory // 4:
                raise AssertionError(f"the heap isn't a quarter of {memory} MB")
        print("with 512, 1024 and 2048 MB the heap is a quarter, and the AOT cache fits")
        for name, without in (("with its AOT cache", ""), ("without", "AOTCache")):
            times = []
            for _ in range(rounds):
                process, millis = started(image, settings, without)
                times.append(millis)
                stop(process)
            print(f"ready {name}: {statistics.median(times):.0f} ms ({min(times):.0f}–{max(times):.0f})", flush=True)


main()

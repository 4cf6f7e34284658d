#!/usr/bin/env python3
"""kill -9 at every step of keeping and delivering: what was answered 250 arrives, and nothing is left behind.

step.py [EVERY [FIRST]]: a message goes to two recipients, of whom the next hop puts one off; it is taken for the
one, kept for the other, and delivered to that one a second later. killat.c ends the relay before the n-th write,
sync, rename or removal in the queue's folder, change that it asks its table for, or thing that it says to the next
hop; n grows by EVERY (1) from FIRST until there is no such step. The next relay takes over, and is killed in its turn."""

import json
import os
import smtplib
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from contextlib import suppress
from pathlib import Path

from kept import NextHop, send, until
from trial import Platform

HERE = Path(__file__).resolve().parent
DAYS = 2 * 24 * 3600
ENOUGH = 200


class Steps:
    def __init__(self, platform, hop, work):
        self.platform, self.hop, self.work = platform, hop, work
        self.texts, self.armed, self.log = work / "texts", work / "armed", work / "log"
        self.shim = work / "killat.so"
        subprocess.run(["gcc", "-O1", "-shared", "-fPIC", "-o", self.shim, HERE / "killat.c", "-ldl"], check=True)
        self.heard = {}

    def relay(self, at):
        return self.platform.relay(
            NEXT_HOP=f"smtp://127.0.0.1:{self.hop.port}", QUEUE_TEXTS=self.texts, QUEUE_SCHEDULE="PT1S",
            LD_PRELOAD=self.shim, KILL_AT=at, KILL_DIR=self.texts, KILL_ARMED=self.armed, KILL_LOG=self.log,
            KILL_TABLES=self.platform.tables, KILL_HOP=self.hop.port)

    def rows(self):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.platform.tables}/", data=json.dumps({"TableName": "Queue"}).encode(),
            headers={"X-Amz-Target": "DynamoDB_20120810.Scan"})
        with urllib.request.urlopen(request) as answer:
            return {row["id"]["S"] for row in json.load(answer)["Items"]}

    def kept(self):
        return {path.name for path in self.texts.iterdir() if path.name[0] != "." and path.name != "OFFERS"}

    def strike(self, at):
        """Whether the relay came to that step."""
        slow = f"slow{at}@example.net"
        self.hop.at_rcpt[slow] = "450 4.2.0 not now"
        with_step = self.relay(at)
        try:
            # What the one before it left is delivered first: each kill behind a final dot may cost a copy.
            until(lambda: not self.rows(), f"the end of what was kept (before step {at})", 60)
            self.armed.touch()
            with suppress(OSError, smtplib.SMTPException):
                _, reply = send(with_step, f"step {at}", to=("boss@example.net", slow))
                self.heard[at] = reply
            self.hop.at_rcpt.clear()
            end = time.monotonic() + 20
            while with_step.process.poll() is None and time.monotonic() < end and not self.is_over(at):
                time.sleep(0.05)
            time.sleep(0.2)
            return with_step.process.poll() is not None
        finally:
            self.armed.unlink(missing_ok=True)
            with_step.kill()

    def is_over(self, at):
        return len(self.copies(at)) == 2 and not self.rows() and not self.kept()

    def copies(self, at):
        return Counter(to for _, recipients, text in list(self.hop.messages) if f"Subject: step {at}\r\n" in text
                       for to in recipients)

    def check(self, at):
        """What a relay that comes after makes of it."""
        after = self.relay(0)
        try:
            until(lambda: not self.rows(), f"the end of what was kept (step {at})", 60)
            assert self.kept() == set(), f"step {at}: texts without rows that aren't old"
        except AssertionError:
            print("\n".join(after.lines[-30:]), file=sys.stderr)
            raise
        finally:
            after.kill()

    def faults(self, at):
        copies = self.copies(at)
        slow = f"slow{at}@example.net"
        told = self.heard.get(at, "").startswith("250")
        for to in ("boss@example.net", slow):
            # Once more only where no running relay heard that the next hop had taken it.
            if (told and copies[to] < 1) or copies[to] > (1 if to == "boss@example.net" else 2):
                yield f"step {at}: {to} has {copies[to]} copies; the device heard {self.heard.get(at)}"


def main():
    every = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    with tempfile.TemporaryDirectory(prefix="step-") as work, Platform() as platform, NextHop() as hop:
        platform.smtp_user("printer", ip="127.0.0.1")
        hop.server.handle_error = lambda *_: None  # relays that are killed reset their connections
        steps = Steps(platform, hop, Path(work))
        faults, done, at = [], [], first
        while at < ENOUGH and steps.strike(at):
            done.append(at)
            at += every
        assert at < ENOUGH and done, f"{len(done)} steps, and no end of them"
        # Whoever starts now takes over what all of them left, sweeps what is a day old, and forgets nothing.
        for path in steps.texts.iterdir():
            os.utime(path, (time.time() - DAYS,) * 2)
        steps.check(at)
        for number in done:
            faults += steps.faults(number)
        log = steps.log.read_text().splitlines()
        twice = sum(n > 1 for number in done for n in steps.copies(number).values())
        print(f"killed at {len(done)} steps (each {every}. from {first}): {len(steps.heard)} devices heard their answer, "
              f"{twice} copies too many, which promise 3 allows; {len(faults)} faults")
        print("\n".join(faults or [f"  {line}" for line in log]))
        sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()

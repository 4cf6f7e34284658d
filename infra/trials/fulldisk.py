#!/usr/bin/env python3
"""A disk without room: what can't be kept is refused for now, nothing that was answered is lost, and all
is well again when there is room.

fulldisk.py: as root, on small file systems in memory. The platform runs on one while it fills up: the API
says 503 with Retry-After, and mail is taken or told to come again; what the queue has no room for hears 452. Then
the same while the next hop is away: what was kept comes when it is there again, and nothing else. Then one that is
full before the platform starts: one line, and exit status 2."""

import contextlib
import json
import os
import smtplib
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sink import Sink
from trial import JAVA, ROOT, Platform, free_ports, scratch

SCANNER = "127.0.0.1"
MOST_USERS = 3000


@contextlib.contextmanager
def disk(megabytes, inodes=10_000):
    with scratch() as folder:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,nr_inodes={inodes}", "tmpfs", folder], check=True)
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", "-l", folder], check=True)


def fill(folder):
    """A file that takes all the room there is."""
    filler = folder / "filler"
    with contextlib.suppress(OSError), open(filler, "wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    return filler


def make(platform, name):
    """The status, and whether it says when to come again."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{platform.http}/v1/smtp-users", method="POST",
        data=json.dumps({"username": name, "description": "x" * 250}).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {platform.token}"})
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, None
    except urllib.error.HTTPError as e:
        return e.code, e.headers["Retry-After"]


def send(platform, text=b"Hello.", subject="a scan"):
    """What the device hears: 250, or the code of the refusal."""
    try:
        with smtplib.SMTP(SCANNER, platform.smtp) as device:
            message = f"Subject: {subject}\r\n\r\n".encode() + b"\r\n".join(text[at:at + 900] for at in range(0, len(text), 900))
            device.sendmail("scans@example.com", ["it@example.com"], message + b"\r\n")
        return 250
    except smtplib.SMTPSenderRefused as e:
        return e.smtp_code
    except smtplib.SMTPRecipientsRefused as e:
        return next(iter(e.recipients.values()))[0]
    except smtplib.SMTPDataError as e:
        return e.smtp_code


def key(folder):
    return subprocess.run(
        [JAVA, "-jar", ROOT / "infra/local/target/local.jar", "key", "add", "acme"],
        env={**os.environ, "DATA_DIR": str(folder)}, capture_output=True, text=True)


def while_running():
    with disk(12) as folder, Platform(DATA_DIR=folder, PASSWORD_PEPPER="", CACHE_TTL="PT5S",
                                    MAX_SMTP_USERS=10 * MOST_USERS) as platform:
        platform.smtp_user("scanner", SCANNER)
        assert send(platform) == 250
        filler = fill(folder)
        kept = []
        for number in range(MOST_USERS):
            status, again = make(platform, f"user-{number}")
            if status != 201:
                break
            kept.append(f"user-{number}")
        assert status == 503 and again, (status, again, len(kept))
        for _ in range(20):
            assert make(platform, "no-room")[0] == 503
        heard = {send(platform) for _ in range(5)}
        assert heard <= {250, 451, 452}, heard
        refused = key(folder)
        assert refused.returncode == 1 and refused.stdout == "", refused
        filler.unlink()
        assert make(platform, "room-again")[0] == 201
        assert send(platform) == 250 and key(folder).returncode == 0
        for name in [*kept, "room-again"]:
            assert platform.call("GET", f"/v1/smtp-users/{name}")["username"] == name
        assert platform.process.terminate() == 0
        print(f"full while running: {len(kept)} made before 503, all there after; mail heard {sorted(heard)}")


def alarms(platform):
    return [bool(event.get("over")) for event in platform.process.events()
            if event.get("event") == "alarm" and event["what"] == "queue-full"]


@contextlib.contextmanager
def nobody_takes_mail(folder):
    nobody, = free_ports(1)
    with Platform(DATA_DIR=folder, PASSWORD_PEPPER="", CACHE_TTL="PT10M", FIRST_MAIL_TIMEOUT="PT60S",
                  NEXT_HOP=f"smtp://127.0.0.1:{nobody}", NEXT_HOP_CONNECT_TIMEOUT="PT1S") as platform:
        platform.smtp_user("scanner", SCANNER)
        assert send(platform) == 250 and alarms(platform) == []
        yield platform


def with_a_queue():
    """The next hop is away, and what it can't take finds no room: said once, and once when there is some again."""
    with disk(12) as folder, nobody_takes_mail(folder) as platform:
        filler = fill(folder)
        heard = {send(platform, b"x" * 500_000) for _ in range(3)}
        assert heard == {452} and alarms(platform) == [False], (heard, alarms(platform))
        filler.unlink()
        assert send(platform) == 250
        platform.process.wait_until(lambda: alarms(platform) == [False, True], "the end of the alarm", 150)
        assert platform.process.terminate() == 0
        print("full with a queue: mail heard 452, the alarm queue-full began once and ended once")


def without_inodes():
    """The disk shows room, and takes no file: whoever comes once in a few minutes doesn't make the alarm end and begin again."""
    with disk(32, inodes=200) as folder, nobody_takes_mail(folder) as platform:
        fillers = []
        with contextlib.suppress(OSError):
            while True:
                fillers.append(folder / f"filler-{len(fillers)}")
                fillers[-1].touch()
        for _ in range(2):
            heard = send(platform)
            assert heard == 452, heard
            time.sleep(150)
            assert alarms(platform) == [False], alarms(platform)
        for filler in fillers:
            filler.unlink(missing_ok=True)
        assert send(platform) == 250
        platform.process.wait_until(lambda: alarms(platform) == [False, True], "the end of the alarm", 150)
        assert platform.process.terminate() == 0
        print("no inodes with a queue: mail heard 452 every few minutes, the alarm queue-full began once and ended once")


def subjects(hop):
    return sorted(text.split("Subject: ", 1)[1].split("\r\n", 1)[0] for text in hop.messages)


def while_the_next_hop_is_away():
    """Nothing goes on, so all that is taken must be kept: what finds no room isn't taken, and what was taken comes."""
    port, = free_ports(1)
    with disk(12) as folder, Platform(DATA_DIR=folder, PASSWORD_PEPPER="", CACHE_TTL="PT10M", FIRST_MAIL_TIMEOUT="PT60S",
                                      MAX_SMTP_USERS=10 * MOST_USERS, NEXT_HOP=f"smtp://127.0.0.1:{port}",
                                      NEXT_HOP_CONNECT_TIMEOUT="PT1S", QUEUE_SCHEDULE="PT2S") as platform:
        platform.smtp_user("scanner", SCANNER)
        taken = []
        heard = {}

        def scan(subject, text=b"Hello."):
            code = send(platform, text, subject)
            heard.setdefault(code, []).append(subject)
            if code == 250:
                taken.append(subject)
            return code

        for number in range(5):
            assert scan(f"before {number}") == 250
        filler = fill(folder)
        for number in range(MOST_USERS):
            status, again = make(platform, f"user-{number}")
            if status != 201:
                break
        assert status == 503 and again, (status, again)
        for number in range(20):
            scan(f"full {number}")
            scan(f"full and large {number}", b"x" * 300_000)
            assert make(platform, "no-room")[0] == 503
        assert set(heard) <= {250, 451, 452} and set(heard) & {451, 452}, {code: len(of) for code, of in heard.items()}
        filler.unlink()
        assert make(platform, "room-again")[0] == 201
        for number in range(5):
            assert scan(f"after {number}") == 250
        assert scan("large after", b"x" * 300_000) == 250

        hop = Sink(port)
        platform.process.wait_until(lambda: len(hop.messages) >= len(taken), "what was kept", 150)
        # What was refused would come by now, too.
        time.sleep(5)
        assert subjects(hop) == sorted(taken), (sorted(set(taken) ^ set(subjects(hop))), len(taken), len(hop.messages))
        assert platform.process.terminate() == 0
        counts = {code: len(of) for code, of in sorted(heard.items())}
        print(f"full while the next hop is away: the API 503, mail heard {counts}; all {len(taken)} that were taken came, once each")


def at_the_start():
    with disk(4) as folder:
        filler = fill(folder)
        started = subprocess.run(
            [JAVA, "-jar", ROOT / "infra/local/target/local.jar"],
            env={**os.environ, "DATA_DIR": str(folder), "HTTP_PORT": "0", "SMTP_PORTS": "0", "SMTPS_PORTS": "0",
                 "MANAGEMENT_PORT": "0"}, capture_output=True, text=True, timeout=120)
        lines = [line for line in started.stderr.splitlines() if not line.startswith("WARNING")]
        assert started.returncode == 2 and len(lines) == 1, (started.returncode, lines)
        filler.unlink()
        print(f"full at the start: exit status 2, {lines[0]}")


def main():
    if os.geteuid() != 0:
        print("a full disk wants root, to mount small ones: left out")
        return
    at_the_start()
    stories = [with_a_queue, while_the_next_hop_is_away, *([without_inodes] if "inodes" in sys.argv else [])]
    with ThreadPoolExecutor() as waiting:
        for story in [waiting.submit(story) for story in stories]:
            story.result()
    while_running()


if __name__ == "__main__":
    sys.exit(main())

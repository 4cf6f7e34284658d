#!/usr/bin/env python3
"""What the platform on one machine can't be started with: one line that a person can act on, exit status 2, and
nothing in DATA_DIR has changed.

badstarts.py: as root, for the folder that can't be written to."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from trial import JAVA, ROOT, Platform, scratch

FORMAT_AT = 60
APPLICATION_AT = 68
PAGE = 4096
ANYWHERE = {"HTTP_PORT": "0", "SMTP_PORTS": "0", "SMTPS_PORTS": "0", "MANAGEMENT_PORT": "0"}


def overwrite(file, place, octets):
    with open(file, "r+b") as opened:
        opened.seek(place)
        opened.write(octets)


def contents(folder):
    """All files but the lock, and what SQLite lays beside a database that it only reads: an index and an empty log."""
    files = [file for file in folder.rglob("*") if file.is_file() and file.name not in ("lock", "tables.db-shm")]
    return {file: file.read_bytes() for file in files if file.name != "tables.db-wal" or file.stat().st_size}


def refused(folder, words):
    before = contents(folder) if folder.is_dir() else folder.read_bytes()
    started = subprocess.run(
        [JAVA, "-jar", ROOT / "infra/local/target/local.jar"], env={**os.environ, **ANYWHERE, "DATA_DIR": str(folder)},
        capture_output=True, text=True, timeout=120)
    lines = [line for line in started.stderr.splitlines() if not line.startswith("WARNING")]
    assert started.returncode == 2 and len(lines) == 1 and words in lines[0], (words, started.returncode, lines)
    assert "ready" not in started.stdout and (contents(folder) if folder.is_dir() else folder.read_bytes()) == before, words
    print(f"  {lines[0]}".replace(str(folder), "DATA_DIR"))


def spoilt(good, words, spoil):
    """A copy of the good folder, with one thing wrong."""
    with scratch() as parent:
        folder = Path(parent, "data")
        shutil.copytree(good, folder, ignore=shutil.ignore_patterns("socket"))
        spoil(folder)
        refused(folder, words)


def read_only(good):
    with scratch() as parent:
        folder = Path(parent, "data")
        shutil.copytree(good, folder, ignore=shutil.ignore_patterns("socket"))
        subprocess.run(["mount", "--bind", folder, folder], check=True)
        try:
            subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)
            refused(folder, "can't be used")
        finally:
            subprocess.run(["umount", folder], check=True)


def tables(place, octets):
    return lambda folder: overwrite(folder / "tables.db", place, octets)


def main():
    with scratch() as parent:
        good = Path(parent, "good")
        with Platform(DATA_DIR=good, PASSWORD_PEPPER="", MAX_SMTP_USERS=1000) as platform:
            for number in range(50):
                platform.call("POST", "/v1/smtp-users", {"username": f"user-{number}"})
            refused(good, "is using it; stop that")
            assert platform.process.terminate() == 0
        spoilt(good, "newer version", tables(FORMAT_AT, (9).to_bytes(4)))
        spoilt(good, "another program", tables(APPLICATION_AT, (7).to_bytes(4)))
        spoilt(good, "damaged", tables(0, b"nope"))
        spoilt(good, "damaged", tables(PAGE, bytes(2 * PAGE)))
        spoilt(good, "too short", lambda folder: os.truncate(folder / "tables.db", 50))
        spoilt(good, "is empty", lambda folder: os.truncate(folder / "password-pepper", 0))
        spoilt(good, "is damaged", lambda folder: (folder / "keys").write_text("nonsense\n"))
        file = Path(parent, "file")
        file.write_text("no folder")
        refused(file, "can't be used")
        if os.geteuid() == 0:
            read_only(good)
        with Platform(DATA_DIR=good, PASSWORD_PEPPER="") as platform:
            assert platform.call("GET", "/v1/smtp-users/user-49")["username"] == "user-49"
        print("each refused in one line with exit status 2, and nothing was touched")


if __name__ == "__main__":
    sys.exit(main())

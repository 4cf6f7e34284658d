#!/usr/bin/env python3
"""Thousands of power cuts: what was answered is there after each of them.

powercut.py [CUTS [SEED]]: the platform runs on a DATA_DIR, rows are written by several clients, and
powercut.c records what it writes and syncs. Of that the states are made that a cut at a random moment
can leave: what was synced is there; of what wasn't, any part, torn between sectors, in any order; and a
new or renamed file only if its folder was synced. Each state is opened, and has to be whole, with every
row that had been answered by then, and with the pepper that passwords were hashed with."""

import json
import os
import random
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading
import urllib.request
from pathlib import Path

from trial import Platform

HEAD = struct.Struct("<cHQI")
SECTOR = 512
CLIENTS = 4
ROWS_OF_A_CLIENT = 100
HERE = Path(__file__).resolve().parent


class Client(threading.Thread):
    """Writes one row after another, and keeps up to where the log was when each was answered."""

    def __init__(self, name, port, log):
        super().__init__()
        self.name_, self.port, self.log = name, port, log
        self.answered = []

    def run(self):
        for number in range(ROWS_OF_A_CLIENT):
            row = {"auditedUser": {"S": self.name_}, "position": {"S": f"{number:06}"},
                   "text": {"S": "x" * random.randrange(3000)}}
            put(self.port, "PutItem", {"TableName": "Audit", "Item": row})
            self.answered.append((os.stat(self.log).st_size, f"{number:06}"))


def put(port, operation, request):
    with urllib.request.urlopen(urllib.request.Request(
            f"http://127.0.0.1:{port}/", data=json.dumps(request).encode(),
            headers={"X-Amz-Target": f"DynamoDB_20120810.{operation}"})) as answer:
        return json.load(answer)


class Disk:
    """What is on the disk for sure, and what may be."""

    def __init__(self, folder):
        self.folder = folder
        self.contents = {}      # a file's content as of its last sync, by a number of its own
        self.pending = {}       # what has been done to it since
        self.names = {}         # where it is now: its number by its path
        self.synced_names = {}  # the same as of the folder's last sync
        self.numbers = 0

    def number(self, path):
        if path not in self.names:
            self.names[path] = self.numbers
            self.contents[self.numbers], self.pending[self.numbers] = bytearray(), []
            self.numbers += 1
        return self.names[path]

    def do(self, kind, path, offset, data):
        if kind == b"w":
            self.pending[self.number(path)].append((offset, data))
        elif kind == b"t":
            self.pending[self.number(path)].append((offset, None))
        elif kind == b"r":
            self.names[data.decode()] = self.number(path)
            del self.names[path]
        elif kind == b"u":
            self.names.pop(path, None)
        elif kind == b"s" and path == self.folder:
            self.synced_names = dict(self.names)
        elif kind == b"s":
            file = self.number(path)
            for change in self.pending[file]:
                apply(self.contents[file], *change)
            self.pending[file] = []

    def after_a_cut(self, chance):
        """Content by file name: each entry of the folder as synced or as now, each change there, torn or lost."""
        luck = chance.choice((0, 0.3, 0.7, 1))
        names = {}
        for name in {*self.names, *self.synced_names}:
            number = self.names.get(name) if chance.random() < luck else self.synced_names.get(name)
            if number is not None:
                names[name] = number
        files = {}
        for name, file in names.items():
            content = bytearray(self.contents[file])
            changes = [change for change in self.pending[file] if chance.random() < luck]
            if chance.random() < 0.5:
                chance.shuffle(changes)
            for offset, data in changes:
                if data and chance.random() < 0.3:
                    data = data[:chance.randrange(0, len(data) + 1, SECTOR)]
                apply(content, offset, data)
            files[Path(name).name] = content
        return files


def apply(content, offset, data):
    if data is None:
        del content[offset:]
        content.extend(bytes(max(0, offset - len(content))))
    elif data:
        content.extend(bytes(max(0, offset - len(content))))
        content[offset:offset + len(data)] = data


def records(log):
    octets, at = log.read_bytes(), 0
    while at + HEAD.size <= len(octets):
        kind, path, offset, length = HEAD.unpack_from(octets, at)
        start = at + HEAD.size
        end = start + path + length
        yield end, kind, octets[start:start + path].decode(), offset, octets[start + path:end]
        at = end


def faults_of(files, answered, pepper, at, place):
    """What is wrong with a state, in words."""
    for name in ("tables.db", "tables.db-wal"):
        path = place / name
        path.unlink(missing_ok=True)
        if name in files:
            path.write_bytes(files[name])
    (place / "tables.db-shm").unlink(missing_ok=True)
    found = []
    if pepper and at >= pepper[0] and bytes(files.get("password-pepper", b"")) != pepper[1]:
        found.append("the pepper isn't what it was")
    due = {(client.name_, number) for client in answered for position, number in client.answered if position <= at}
    if "tables.db" not in files:
        return found + (["there are no tables"] if due else [])
    try:
        tables = sqlite3.connect(place / "tables.db")
        try:
            if tables.execute("PRAGMA quick_check").fetchall() != [("ok",)]:
                found.append("the database isn't whole")
            elif due:
                there = {(row["auditedUser"]["S"], row["position"]["S"]) for row in
                         (json.loads(text) for (text,) in tables.execute('SELECT row FROM "table:Audit"'))}
                found += [f"{len(due - there)} answered rows are lost"] if due - there else []
        finally:
            tables.close()
    except sqlite3.Error as e:
        found.append(f"the database can't be opened: {e}")
    return found


def record(work):
    """Runs the platform under the recorder: its log, who was answered what, where the pepper was there."""
    shim, folder, log = work / "powercut.so", work / "data", work / "log"
    subprocess.run(["gcc", "-O1", "-shared", "-fPIC", "-o", shim, HERE / "powercut.c", "-ldl", "-lpthread"], check=True)
    folder.mkdir()
    with Platform(DATA_DIR=folder, PASSWORD_PEPPER="", LD_PRELOAD=shim, POWERCUT_DIR=folder, POWERCUT_LOG=log) as platform:
        pepper = (log.stat().st_size, (folder / "password-pepper").read_bytes())
        clients = [Client(f"client-{n}", platform.tables, log) for n in range(CLIENTS)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
    return folder, log, clients, pepper


def main():
    cuts = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1_000_000)
    chance = random.Random(seed)
    work = Path(tempfile.mkdtemp(prefix="powercut-", dir="/dev/shm" if os.path.isdir("/dev/shm") else None))
    try:
        folder, log, clients, pepper = record(work)
        all_records = list(records(log))
        moments = sorted(chance.choices(range(len(all_records)), k=cuts))
        disk, done, bad = Disk(str(folder)), 0, []
        place = work / "after"
        place.mkdir()
        for moment in moments:
            while done <= moment:
                disk.do(*all_records[done][1:])
                done += 1
            found = faults_of(disk.after_a_cut(chance), clients, pepper, all_records[moment][0], place)
            bad += [f"cut behind record {moment}: {fault}" for fault in found]
        rows = sum(len(client.answered) for client in clients)
        syncs = sum(kind == b"s" for _, kind, *_ in all_records)
        print(f"{cuts} cuts among {len(all_records)} writes and syncs ({syncs} syncs), {rows} rows answered, "
              f"seed {seed}: {len(bad)} with something lost")
        print("\n".join(bad[:20]) or "nothing lost")
        sys.exit(1 if bad or rows < CLIENTS * ROWS_OF_A_CLIENT else 0)
    finally:
        shutil.rmtree(work)


if __name__ == "__main__":
    main()

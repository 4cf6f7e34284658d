#!/usr/bin/env python3
"""A process with little memory, and an account that asks for the largest answers there are on as many connections as
it gets, and reads none of them. Another account's requests are answered, a device sends, and the
process lives.

unread.py [SECONDS]"""

import collections
import contextlib
import socket
import sys
import threading
import time
import urllib.error

from crowded import status
from refused import Honest
from trial import NO_RATES, Platform, scratch

HEAP = "128m"
CONNECTIONS = 250
CHANGES = 110
SLOWEST = 20.0


def long_trail(platform, account):
    """Changes of an SMTP user, each of which takes as much room in the trail as one can."""
    own, platform.token = platform.token, platform.token_of(account)
    platform.smtp_user("hoarder")
    for change in range(CHANGES):
        senders = [f"{'s' * 60}{change % 2}{i:02}@{'.'.join(['d' * 60] * 3)}.example" for i in range(50)]
        platform.call("PUT", "/v1/smtp-users/hoarder/allowed-senders", {"senders": senders})
    token, platform.token = platform.token, own
    return token


def ask_and_not_read(port, token, path):
    """Connections with a small window, on each of which a request is sent."""
    asked = []
    for _ in range(CONNECTIONS):
        with contextlib.suppress(OSError):
            client = socket.socket()
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.settimeout(5)
            client.bind(("127.0.0.66", 0))
            client.connect(("127.0.0.1", port))
            asked.append(client)
            request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
            client.sendall(request)
    return asked


def first_lines(clients):
    heard = collections.Counter()
    for client in clients:
        try:
            client.settimeout(0.2)
            heard[client.recv(4096).split(b"\r\n")[0].decode("latin-1")[:12]] += 1
        except OSError as e:
            heard[type(e).__name__] += 1
    return dict(heard)


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 20
    faults = []
    java = [f"-Xmx{HEAP}", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError"]
    # On a machine that is busy with other things, too, a read may take longer than what it brings would count.
    settings = {**NO_RATES, "CACHE_TTL": "PT30S", "LOOKUP_TIMEOUT": "PT15S"}
    with scratch() as folder, Platform(DATA_DIR=folder, java=java, **settings) as platform:
        platform.smtp_user("printer", ip="127.0.0.1")
        hoarder = long_trail(platform, "hoarder")
        honest = Honest(platform.smtp)
        honest.start()
        time.sleep(3)
        base, heard, slowest = f"http://127.0.0.1:{platform.http}", [], 0.0
        end, clients = time.monotonic() + seconds, []
        asking = threading.Thread(
            target=lambda: clients.extend(ask_and_not_read(platform.http, hoarder, "/v1/audit?limit=100")), daemon=True)
        asking.start()
        while time.monotonic() < end and platform.process.process.poll() is None:
            began = time.monotonic()
            try:
                heard += [status(f"{base}{path}", platform.token) for path in ("/v1/smtp-users/printer", "/v1/audit")]
            except (OSError, urllib.error.URLError) as e:
                heard.append(type(e).__name__)
            slowest = max(slowest, time.monotonic() - began)
            time.sleep(0.1)
        asking.join(60)
        honest.done = True
        honest.join(60)
        answered = collections.Counter(heard)
        print(f"the hoarder's {len(clients)} connections heard first {first_lines(clients)}; the other account "
              f"{dict(answered)}, the slowest in {slowest:.2f} s; the device sent {honest.sent}, "
              f"the slowest in {honest.slowest:.2f} s")
        if platform.process.process.poll() is not None:
            faults.append(f"the process has ended with {platform.process.process.poll()}:\n" + "\n".join(platform.process.lines[-10:]))
        memory = [line for line in platform.process.lines if "OutOf" in line and "Memory" in line]
        if memory:
            faults.append(f"out of memory {len(memory)} times: {memory[0]}")
        if set(answered) != {200} or slowest > SLOWEST:
            faults.append(f"the other account: {dict(answered)}, {slowest:.1f} s")
        if honest.refused or honest.slowest > SLOWEST or not honest.sent:
            faults.append(f"the device: {honest.sent} sent, {honest.refused[:3]}, {honest.slowest:.1f} s")
        for client in clients:
            client.close()
    print("\n".join(faults) or "no fault")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""What a slow disk costs the API of one machine, and who else waits for it.

slowdisk.py [REQUESTS]: the platform on a DATA_DIR whose every sync takes 0, 10, 50 and 200 ms more. Reads, changes one
after another, and changes by eight clients at once are timed, and a mail by a nominated address beside those."""

import smtplib
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

from trial import Platform, scratch

HERE = Path(__file__).resolve().parent
CLIENTS = 8


def timed(action):
    began = time.monotonic()
    action()
    return (time.monotonic() - began) * 1000


def read(platform):
    return timed(lambda: platform.call("GET", "/v1/smtp-users/user-0"))


def change(platform, client, number):
    body = {"ip": f"198.51.{100 + client}.{number % 250}"}
    return timed(lambda: platform.call("PUT", f"/v1/smtp-users/user-{client}/ip-authentication", body))


def mail(platform):
    def send():
        with smtplib.SMTP("127.0.0.1", platform.smtp) as device:
            device.sendmail("scans@example.com", ["it@example.com"], "Subject: a scan\r\n\r\nHello.\r\n")
    return timed(send)


def at_once(platform, requests):
    """How many changes a second, and how long a mail took beside them."""
    def client(name):
        for number in range(requests // CLIENTS):
            change(platform, name, number)
    clients = [threading.Thread(target=client, args=(name,)) for name in range(CLIENTS)]
    began = time.monotonic()
    for each in clients:
        each.start()
    mails = []
    while any(each.is_alive() for each in clients):
        mails.append(mail(platform))
    return requests / (time.monotonic() - began), mails


def main():
    requests = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    with scratch() as folder:
        shim = Path(folder, "slowsync.so")
        subprocess.run(["gcc", "-O1", "-shared", "-fPIC", "-o", shim, HERE / "slowsync.c", "-ldl"], check=True)
        for millis in (0, 10, 50, 200):
            with Platform(DATA_DIR=Path(folder, f"data-{millis}"), PASSWORD_PEPPER="", LD_PRELOAD=shim, SLOW_MILLIS=millis,
                          REQUESTS_PER_MINUTE=1_000_000, CACHE_TTL="PT5S") as platform:
                platform.smtp_user("scanner", "127.0.0.1")
                for client in range(CLIENTS):
                    platform.smtp_user(f"user-{client}")
                for number in range(requests):
                    read(platform)
                mail(platform)
                reads = statistics.median(read(platform) for _ in range(requests))
                changes = statistics.median(change(platform, 0, number) for number in range(requests // 4))
                rate, mails = at_once(platform, requests)
                print(f"each sync {millis} ms slower: a read {reads:.1f} ms, a change {changes:.1f} ms, {CLIENTS} clients"
                      f" {rate:.0f} changes a second, a mail beside them {statistics.median(mails):.0f} ms", flush=True)


if __name__ == "__main__":
    sys.exit(main())

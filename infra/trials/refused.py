#!/usr/bin/env python3
"""Strangers who make a relay refuse as often as they can: AUTH after the shut-out, RCPT over the limit,
MAIL from an address that nobody nominates. Of a hundred thousand refusals a few hundred lines are
left, whose "times" and the metrics count every one; meanwhile an honest device sends on.

refused.py [REFUSALS]"""

import base64
import re
import socket
import sys
import threading
import time
import urllib.request

from trial import Platform

AT_ONCE = 500
MOST_LINES = 400
SLOWEST = 20.0


def connect(port, address):
    device = socket.create_connection(("127.0.0.1", port), timeout=60, source_address=(address, 0))
    wire = device.makefile("rb")
    heard = [wire.readline()]
    device.sendall(b"EHLO stranger\r\n")
    while not heard[-1].startswith(b"250 "):
        heard.append(wire.readline())
        if not heard[-1]:
            raise ConnectionError(f"the relay ended a connection that had only said EHLO: {heard}")
    return device, wire


def flood(port, address, opening, command, times):
    """Says one command again and again, on as many connections as that takes; returns its refusals."""
    refused = 0
    while refused < times:
        try:
            device, wire = connect(port, address)
            with device:
                for line in opening:
                    device.sendall(line)
                    wire.readline()
                open_ = True
                while open_ and refused < times:
                    device.sendall(command * AT_ONCE)
                    for _ in range(AT_ONCE):
                        reply = wire.readline()
                        open_ = bool(reply) and not reply.startswith(b"421")
                        refused += reply[:1] in (b"4", b"5")
                        if not open_:
                            break
        except OSError:
            time.sleep(0.05)  # Ended by the relay in mid-flood, or not taken while so many are being closed.
    return refused


class Honest(threading.Thread):
    """Sends a message after the other, each on a connection of its own."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.port, self.sent, self.refused, self.slowest, self.done = port, 0, [], 0.0, False

    def run(self):
        while not self.done:
            began = time.monotonic()
            try:
                device, wire = connect(self.port, "127.0.0.1")
                with device:
                    device.sendall(b"MAIL FROM:<scan@example.com>\r\nRCPT TO:<boss@example.net>\r\nDATA\r\n")
                    replies = [wire.readline() for _ in range(3)]
                    device.sendall(b"Subject: scan\r\n\r\none page\r\n.\r\n")
                    replies.append(wire.readline())
            except OSError as e:
                replies = [repr(e).encode()]
            if [reply[:3] for reply in replies] == [b"250", b"250", b"354", b"250"]:
                self.sent += 1
            else:
                self.refused.append(replies)
            self.slowest = max(self.slowest, time.monotonic() - began)


def refusals_counted(management):
    with urllib.request.urlopen(f"http://127.0.0.1:{management}/metrics") as answer:
        text = answer.read().decode()
    return int(sum(map(float, re.findall(r"^relay_refusals_total\{[^}]*\} (\S+)$", text, re.M))))


def main():
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    wrong = base64.b64encode(b"\0nobody\0wrong").decode()
    auth = f"AUTH PLAIN {wrong}\r\n".encode()
    attacks = {
        "AUTH after the shut-out": ("127.0.0.66", [], auth),
        "RCPT over the limit": (
            "127.0.0.1", [b"MAIL FROM:<a@example.com>\r\n", b"RCPT TO:<a@example.net>\r\n"], b"RCPT TO:<b@example.net>\r\n"),
        "MAIL without a nomination": ("127.0.0.67", [], b"MAIL FROM:<a@example.com>\r\n"),
    }
    faults = []
    with Platform() as platform:
        platform.smtp_user("printer", ip="127.0.0.1")
        relay = platform.relay(AUTH_WITHOUT_TLS="true", MAX_RECIPIENTS=1, MAX_AUTH_FAILURES=2)
        honest = Honest(relay.port)
        honest.start()
        for name, (address, opening, command) in attacks.items():
            before, lines, began = refusals_counted(relay.management), len(relay.events()), time.monotonic()
            # Until it is shut out, each failure is answered later than the one before: that is no flood.
            refused = flood(relay.port, address, opening, command, times)
            took = time.monotonic() - began
            counted, end = refusals_counted(relay.management) - before, time.monotonic() + 60
            while True:  # What was summed is written after 10 s.
                events = relay.events()[lines:]
                written = [event for event in events if event["event"] == "refused"]
                told = sum(event["times"] for event in written)
                left = sum(event["count"] for event in events if event["event"] == "lines-left-out")
                if told + left >= counted or time.monotonic() > end:
                    break
                time.sleep(0.2)
            print(f"{name}: {refused} refused in {took:.1f} s, {counted} counted, {len(written)} lines tell of {told}, "
                  f"{left} lines left out; "
                  f"an honest device sent {honest.sent}, the slowest in {honest.slowest:.2f} s", flush=True)
            if len(written) > MOST_LINES or told + left < counted:
                faults.append(f"{name}: {len(written)} lines, {told} told of {counted}")
        honest.done = True
        honest.join(60)
        if honest.refused or honest.slowest > SLOWEST or not honest.sent:
            faults.append(f"the honest device: {honest.sent} sent, {honest.refused[:3]}, {honest.slowest:.1f} s")
        status = relay.terminate()
        if status:
            faults.append(f"exit status {status}")
    print("\n".join(faults) or "no fault")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()

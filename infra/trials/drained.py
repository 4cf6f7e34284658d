#!/usr/bin/env python3
"""SIGTERM under load, many times: every transaction under way ends with its 250, whoever begins
another is told to come again, and the relay leaves with status 0.

drained.py [ROUNDS]"""

import random
import socket
import sys
import threading
import time

from killed import Device
from trial import Platform, answers

QUICK, SLOW = 8, 8


class SlowDevice(Device):
    """Sends its message a line at a time, for as long as nobody has looked; between MAIL and the final dot it is
    under way."""

    looked = threading.Event()

    def __init__(self, port, name):
        super().__init__(port, name, True)
        self.under_way, self.cut = False, []

    def _send(self, gate, wire):
        mark = f"mark-{self.name_}-{self.sent}."
        self.sent += 1
        if not self._say(gate, wire, "MAIL FROM:<scan@example.com>").startswith(b"250"):
            raise EOFError
        self.under_way = True
        try:
            for line in ("RCPT TO:<boss@example.net>", "DATA"):
                self._say(gate, wire, line)
            gate.sendall(f"From: scan@example.com\r\nSubject: {mark}\r\n\r\n".encode())
            lines = 0
            while lines < 20 or not self.looked.is_set():
                lines += 1
                time.sleep(0.05)
                gate.sendall(b"another line of a slow scanner\r\n")
            if self._say(gate, wire, ".").startswith(b"250 "):
                self.acknowledged.append(mark)
                self.under_way = False
        finally:
            if self.under_way:
                self.cut.append(mark)


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    faults, finished, unready = [], 0, 0
    with Platform() as platform:
        platform.smtp_user("printer", ip="127.0.0.1")
        for round_ in range(rounds):
            relay = platform.relay()
            SlowDevice.looked.clear()
            slow = [SlowDevice(relay.port, f"{round_}-slow-{n}") for n in range(SLOW)]
            quick = [Device(relay.port, f"{round_}-quick-{n}", n % 2 == 0) for n in range(QUICK)]
            for device in slow + quick:
                device.start()
            end = time.monotonic() + 60
            while not all(device.under_way for device in slow) and time.monotonic() < end:
                time.sleep(0.01)
            time.sleep(random.uniform(0.1, 0.8))
            waiter = threading.Thread(target=lambda: statuses.append(relay.terminate()))
            statuses, under_way = [], [device for device in slow if device.under_way]
            waiter.start()
            end = time.monotonic() + 30
            while not (down := answers(relay.management, "/ready") == 503 and not accepts(relay.port)):
                if time.monotonic() > end:
                    faults.append(f"round {round_}: /ready isn't 503, or somebody new is greeted, 30 s after SIGTERM")
                    break
                time.sleep(0.05)
            unready += down
            SlowDevice.looked.set()
            waiter.join()
            for device in slow + quick:
                device.join(20)
            finished += len(under_way)
            faults += [f"{mark} was cut" for device in slow for mark in device.cut]
            faults += [f"exit status {status}" for status in statuses if status != 0]
            if not under_way:
                faults.append(f"round {round_}: nothing was under way")
        there = " ".join(text for _, text in platform.messages())
        faults += [f"{mark} is missing" for device in slow + quick for mark in device.acknowledged if mark not in there]
    print(f"{rounds} SIGTERMs: {finished} slow transactions under way, all of them finished; "
          f"/ready said 503 in {unready}" if not faults else "\n".join(faults))
    sys.exit(1 if faults or unready != rounds else 0)


def accepts(port):
    """Whether somebody new is greeted."""
    try:
        with socket.create_connection(("127.0.0.1", port), 2) as late:
            return late.recv(3) == b"220"
    except OSError:
        return False


main()

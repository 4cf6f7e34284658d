#!/usr/bin/env python3
"""kill -9 under load, many times: what was acknowledged is at the next hop, and nothing is there twice.

killed.py [ROUNDS]: in each, a relay of its own process is killed at some moment of its first two
seconds under 16 devices, half of which keep their connections."""

import random
import smtplib
import socket
import sys
import threading
import time
from collections import Counter

from trial import Platform

DEVICES = 16


class Device(threading.Thread):
    """Sends one message after another until its relay is gone, and keeps whose reply was 250."""

    def __init__(self, port, name, keeps_connection):
        super().__init__(daemon=True)
        self.port, self.name_, self.keeps = port, name, keeps_connection
        self.sent, self.acknowledged, self.refused = 0, [], []

    def run(self):
        try:
            while True:
                with socket.create_connection(("127.0.0.1", self.port), 10) as gate:
                    gate.settimeout(10)
                    wire = gate.makefile("rb")
                    self._reply(wire)
                    self._say(gate, wire, "EHLO device.example")
                    self._send(gate, wire)
                    while self.keeps:
                        self._send(gate, wire)
        except (OSError, EOFError):
            return

    def _send(self, gate, wire):
        mark = f"mark-{self.name_}-{self.sent}."
        self.sent += 1
        for line in ("MAIL FROM:<scan@example.com>", "RCPT TO:<boss@example.net>", "DATA"):
            if self._say(gate, wire, line)[:1] not in b"23":
                self.refused.append(mark)
                return
        body = f"From: scan@example.com\r\nSubject: {mark}\r\n\r\n{'x' * random.randrange(600)}\r\n."
        reply = self._say(gate, wire, body)
        (self.acknowledged if reply.startswith(b"250 ") else self.refused).append(mark)

    def _say(self, gate, wire, line):
        gate.sendall(line.encode() + b"\r\n")
        return self._reply(wire)

    @staticmethod
    def _reply(wire):
        while True:
            line = wire.readline()
            if not line.endswith(b"\r\n"):
                raise EOFError
            if line[3:4] == b" ":
                return line


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    acknowledged, refused, moments = [], [], random.Random()
    with Platform() as platform:
        platform.smtp_user("printer", ip="127.0.0.1")
        for round_ in range(rounds):
            relay = platform.relay()
            devices = [Device(relay.port, f"{round_}-{n}", n % 2 == 0) for n in range(DEVICES)]
            for device in devices:
                device.start()
            time.sleep(moments.uniform(0.2, 2))
            relay.kill()
            for device in devices:
                device.join(20)
            acknowledged += [mark for device in devices for mark in device.acknowledged]
            refused += [mark for device in devices for mark in device.refused]
        there = Counter(text.split("Subject: ", 1)[1].split("\r\n", 1)[0] for _, text in platform.messages())
    missing = [mark for mark in acknowledged if mark not in there]
    twice = [mark for mark, times in there.items() if times > 1]
    silent = len(there) - len(set(there) & set(acknowledged))
    print(f"{rounds} kills: {len(acknowledged)} acknowledged, {len(missing)} of them missing, "
          f"{len(twice)} twice, {len(refused)} refused; {silent} taken by the next hop in whose reply the "
          "relay died (RFC 1047)")
    for mark in missing + twice + refused:
        print("  ", mark)
    sys.exit(1 if missing or twice or not acknowledged else 0)


if __name__ == "__main__":
    main()

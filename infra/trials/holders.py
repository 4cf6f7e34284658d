#!/usr/bin/env python3
"""Strangers who hold connections and say an octet now and then: they take all places, and an honest device
gets one all the same, for without a granted MAIL a connection has little time, and less when places are short.

holders.py [PLACES]"""

import socket
import sys
import threading
import time

from refused import Honest
from trial import Platform

FIRST_MAIL = 20
LONGEST = 35


class Holders(threading.Thread):
    """Keep as many connections as there are places, from many addresses, and take each anew that ends."""

    def __init__(self, port, places):
        super().__init__(daemon=True)
        self.port, self.places, self.taken, self.done = port, places, 0, False

    def run(self):
        held, number = [], 0
        while not self.done:
            while len(held) < self.places:
                number += 1
                source = (f"127.0.{1 + number % 50}.{1 + number % 200}", 0)
                try:
                    device = socket.create_connection(("127.0.0.1", self.port), timeout=5, source_address=source)
                    device.setblocking(False)
                    held.append(device)
                    self.taken += 1
                except OSError:
                    break
            time.sleep(0.2)
            held = [device for device in held if self.stays(device)]
        for device in held:
            device.close()

    @staticmethod
    def stays(device):
        try:
            said = device.recv(4096)
            if not said or said.startswith(b"421") or b"\n421" in said:
                device.close()
                return False
        except BlockingIOError:
            pass
        except OSError:
            return False
        try:
            device.send(b"N")
        except BlockingIOError:
            pass
        except OSError:
            return False
        return True


class Patient(Honest):
    """Tries again when it is told that there is no place, as a device does."""

    def run(self):
        while not self.done:
            began = time.monotonic()
            while not self.done and not self.send():
                time.sleep(0.1)
            self.slowest = max(self.slowest, time.monotonic() - began)

    def send(self):
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=30) as device:
                wire = device.makefile("rb")
                if not wire.readline().startswith(b"220"):
                    return False
                device.sendall(b"HELO printer\r\nMAIL FROM:<scan@example.com>\r\nRCPT TO:<boss@example.net>\r\nDATA\r\n")
                heard = [wire.readline()[:3] for _ in range(4)]
                device.sendall(b"Subject: scan\r\n\r\none page\r\n.\r\n")
                heard.append(wire.readline()[:3])
                if heard == [b"250", b"250", b"250", b"354", b"250"]:
                    self.sent += 1
                elif b"421" in heard[:2]:  # when places are short, a connection has little time for its MAIL
                    return False
                else:
                    self.refused.append(heard)
                return True
        except OSError:
            return False


def main():
    places = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    faults = []
    with Platform() as platform:
        platform.smtp_user("printer", ip="127.0.0.1")
        relay = platform.relay(MAX_CONNECTIONS=places, FIRST_MAIL_TIMEOUT=f"PT{FIRST_MAIL}S")
        holders, honest = Holders(relay.port, places), Patient(relay.port)
        holders.start()
        time.sleep(1)
        honest.start()
        time.sleep(45)
        honest.done = holders.done = True
        honest.join(60)
        holders.join(60)
        gone = [event for event in relay.events() if event.get("reason") == "no-mail"]
        print(f"{places} places, taken {holders.taken} times by strangers; the honest device sent {honest.sent}, "
              f"the longest it tried for one was {honest.slowest:.1f} s; {len(gone)} lines of who sent no mail")
        if honest.refused or not honest.sent or honest.slowest > LONGEST:
            faults.append(f"the honest device: {honest.sent} sent, {honest.slowest:.1f} s, {honest.refused[:3]}")
        if holders.taken <= places or not gone:
            faults.append("nobody had to leave: that isn't what is to be tried")
        if status := relay.terminate():
            faults.append(f"exit status {status} after SIGTERM")
    print("\n".join(faults) or "no fault")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()

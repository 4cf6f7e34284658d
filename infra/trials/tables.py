#!/usr/bin/env python3
"""The relay's tables cut off, stalled and throttled: no message is taken on a guess, the device is
told 451 within LOOKUP_TIMEOUT, /ready tells, and seconds after the tables are back mail flows again.

tables.py"""

import socket
import sys
import threading
import time

from trial import Platform, answers

THROTTLED = b'{"__type":"com.amazonaws.dynamodb.v20120810#ThrottlingException","message":"Rate exceeded"}'
REFUSAL = (b"HTTP/1.1 400 Bad Request\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: %d\r\n\r\n%s"
           % (len(THROTTLED), THROTTLED))


class Way:
    """The way to the tables, which can be made bad."""

    def __init__(self, to):
        self.to, self.state, self.open = to, "open", []
        self.gate = socket.create_server(("127.0.0.1", 0))
        self.port = self.gate.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def become(self, state):
        self.state = state
        if state in ("cut", "open"):
            for end in self.open:
                end.close() if state == "open" else end.shutdown(socket.SHUT_RDWR)
            self.open = []

    def _accept(self):
        while True:
            near, _ = self.gate.accept()
            if self.state == "cut":
                near.close()
                continue
            far = socket.create_connection(("127.0.0.1", self.to))
            self.open += [near, far]
            threading.Thread(target=self._carry, args=(near, far, True), daemon=True).start()
            threading.Thread(target=self._carry, args=(far, near, False), daemon=True).start()

    def _carry(self, source, target, asks):
        try:
            while octets := source.recv(65536):
                if self.state == "throttled" and asks:
                    source.sendall(REFUSAL)
                elif self.state == "open":
                    target.sendall(octets)
        except OSError:
            pass


def attempt(port):
    """What MAIL is answered with, and after how many seconds."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as device:
        wire = device.makefile("rb")
        wire.readline()
        device.sendall(b"HELO printer\r\n")
        wire.readline()
        began = time.monotonic()
        device.sendall(b"MAIL FROM:<scan@example.com>\r\n")
        return wire.readline()[:3].decode(), time.monotonic() - began


def seconds_until(holds, limit):
    began = time.monotonic()
    while not holds():
        if time.monotonic() - began > limit:
            return None
        time.sleep(0.05)
    return time.monotonic() - began


def main():
    faults = []
    with Platform() as platform:
        platform.smtp_user("printer", ip="127.0.0.1")
        way = Way(platform.tables)
        relay = platform.relay(AWS_ENDPOINT_URL_DYNAMODB=f"http://127.0.0.1:{way.port}",
                               CACHE_TTL="PT1S", LOOKUP_TIMEOUT="PT2S")
        for state in ("cut", "stalled", "throttled"):
            if seconds_until(lambda: attempt(relay.port)[0] == "250", 15) is None:
                faults.append(f"before {state}: no 250")
            way.become(state)
            time.sleep(1.1)  # CACHE_TTL: until then what was read still counts.
            answered = [attempt(relay.port) for _ in range(3)]
            unready = seconds_until(lambda: answers(relay.management, "/ready") == 503, 20)
            way.become("open")
            back = seconds_until(lambda: attempt(relay.port)[0] == "250", 15)
            ready = seconds_until(lambda: answers(relay.management, "/ready") == 200, 20)
            slowest = max(seconds for _, seconds in answered)
            print(f"{state}: {' '.join(code for code, _ in answered)}, the slowest after {slowest:.1f} s; "
                  f"/ready 503 after {unready and round(unready, 1)} s; 250 again {back and round(back, 1)} s "
                  f"after the tables, /ready {ready and round(ready, 1)} s later")
            if any(code != "451" for code, _ in answered) or slowest > 8:
                faults.append(f"{state}: {answered}")
            if unready is None or back is None or ready is None:
                faults.append(f"{state}: /ready or the recovery didn't come")
        relay.terminate()
    print("\n".join(faults) or "no fault")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Envelopes of a hundred long addresses, headers, TLS records and lines that never end, and replies that nobody
reads: three nominated addresses and strangers hold what they can on many connections, against the relay with its image's own JVM options
and a small heap. An honest device sends on all the while, the process lives, and afterwards all is well.

endless.py [CONNECTIONS]"""

import re
import select
import socket
import sys
import time
import urllib.request

from trial import NO_RATES, REMEMBERS, ROOT, Platform, Process, answers, free_ports, until_known
from refused import Honest, connect

PADDING = b"X-Padding: " + b"x" * 900 + b"\r\n"
RECORD = bytes([22, 3, 1, 64, 0]) + b"\x01" * 16000
PATIENCE = 5
# On a busy machine a hundred recipients of each take their time at the next hop.
UNTIL_FULL = 60
SLOWEST = 20
# As much may be outside the heap, and of that an eighth is for all that waits: 8 MiB.
HEAP = "-Xmx64m"


ADDRESS = b"x" * 60 + b"@" + b".".join([b"y" * 62] * 4)
RECIPIENTS = b"".join(b"RCPT TO:<%d%s> ORCPT=rfc822;%s\r\n" % (i, ADDRESS, b"z" * 480) for i in range(100))


def envelope(port, number):
    device, _ = connect(port, f"127.0.0.{2 + number % 3}")
    return device, b"MAIL FROM:<a@example.com>\r\n" + RECIPIENTS


def header(port, number):
    device, wire = connect(port, f"127.0.0.{2 + number % 3}")
    device.sendall(b"MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.net>\r\nDATA\r\n")
    for _ in range(3):
        wire.readline()
    return device, PADDING * 64


def record(port, number):
    device, wire = connect(port, f"127.0.0.{60 + number % 10}")
    device.sendall(b"STARTTLS\r\n")
    wire.readline()
    return device, RECORD


def line(port, number):
    device, _ = connect(port, f"127.0.0.{60 + number % 10}")
    return device, b"NOOP " + b"x" * 4000


def unread(port, number):
    device, _ = connect(port, f"127.0.0.{60 + number % 10}")
    device.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    return device, b"HELP\r\n" * 40_000


def hold(attack, port, count):
    """Opens the connections, sends until none takes more or patience ends, and returns them."""
    left = {}
    for number in range(count):
        try:
            device, octets = attack(port, number)
        except OSError:
            continue
        device.setblocking(False)
        left[device] = memoryview(octets)
    held, end = list(left), time.monotonic() + PATIENCE
    while left and time.monotonic() < end:
        for device in select.select([], list(left), [], 0.2)[1] if len(left) < 1000 else list(left):
            try:
                left[device] = left[device][device.send(left[device]):]
                if not left[device]:
                    del left[device]
            except BlockingIOError:
                pass
            except OSError:
                del left[device]  # The relay has ended it.
    return held


def end_all(devices):
    """A header that found no room is refused at its end."""
    for device in devices:
        try:
            device.setblocking(True)
            device.settimeout(30)
            device.sendall(b"\r\n.\r\n")
            device.recv(4096)
        except OSError:
            pass  # It has been ended already.


def no_room(management):
    """How many were told so until now."""
    with urllib.request.urlopen(f"http://127.0.0.1:{management}/metrics") as answer:
        figures = re.findall(r'^relay_refusals_total\{reason="(?:no-room|input-full)"\} (\S+)$', answer.read().decode(), re.M)
    return int(sum(map(float, figures)))


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 900
    options = [option for option in (ROOT / "relay-container/jvm-options").read_text().splitlines()
               if option.startswith("-") and "MaxRAMPercentage" not in option]
    faults = []
    with Platform() as platform:
        for number in range(2, 5):
            platform.smtp_user(f"printer-{number}", ip=f"127.0.0.{number}")
        # Another account's: of the room for headers no account gets more than is left for the others.
        platform.token = platform.token_of("honest")
        platform.smtp_user("printer-1", ip="127.0.0.1")
        port, management = free_ports(2)
        relay = Process("relay-container/target/relay.jar", {
            **platform.settings_of_a_relay(), **NO_RATES, **REMEMBERS, "MAX_CONNECTIONS_PER_ADDRESS": 0,
            "NEXT_HOP": platform.next_hop, "SMTP_PORTS": port, "SMTPS_PORTS": "none",
            "MANAGEMENT_PORT": management, "LISTEN_ADDRESS": "127.0.0.1"}, java=[*options, HEAP])
        relay.wait_until(lambda: answers(management, "/ready") == 200, "/ready")
        for number in range(1, 5):
            until_known(port, f"127.0.0.{number}")
        honest = Honest(port)
        honest.start()
        for attack in envelope, header, record, line, unread:
            before, told = honest.sent, no_room(management)
            fills = attack in (envelope, header, record)
            held = hold(attack, port, count if fills else count // 3)
            end = time.monotonic() + 2 * PATIENCE
            while honest.sent == before and honest.is_alive() and time.monotonic() < end:
                time.sleep(0.1)
            if honest.sent == before:
                faults.append(f"{attack.__name__}: the honest device sends nothing")
            if relay.process.poll() is not None:
                faults.append(f"{attack.__name__}: the relay has ended with {relay.process.poll()}")
                break
            if not any(answers(management, "/ready") == 200 for _ in range(10)):
                faults.append(f"{attack.__name__}: /ready isn't 200")
            if attack is header:
                end_all(held)
            end = time.monotonic() + UNTIL_FULL
            while (over := no_room(management) - told) == 0 and fills and time.monotonic() < end:
                time.sleep(0.1)
            if fills and not over:
                faults.append(f"{attack.__name__}: nobody was told that there is no room; that budget wasn't tried")
            print(f"{attack.__name__}: {len(held)} connections, {over} told that there is no room; the honest device sent {honest.sent - before}, "
                  f"the slowest so far took {honest.slowest:.2f} s", flush=True)
            for device in held:
                device.close()
        honest.done = True
        honest.join(60)
        if honest.refused or honest.slowest > SLOWEST:
            faults.append(f"the honest device: {honest.refused[:3]}, the slowest took {honest.slowest:.1f} s")
        faults += [said for said in relay.lines if "OutOfMemory" in said or "Cannot reserve" in said][:3]
        if relay.process.poll() is None and (status := relay.terminate()):
            faults.append(f"exit status {status} after SIGTERM")
    print("\n".join(faults) or "no fault")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Input that is small, and costs the relay much: senders by the thousand in a From, commands that a careless
pattern looks through again and again, texts in chunks of an octet while every text is held for the queue. The
image's own JVM options, a small heap; an honest device sends on all the while, and isn't kept waiting.

costly.py [SECONDS]"""

import sys
import threading
import time

from trial import NO_RATES, ROOT, Platform, Process, answers, free_ports, scratch
from refused import Honest, connect

SLOWEST = 5.0
HEAP = "-Xmx64m"
BODY = b"\r\n\r\none page\r\n.\r\n"


def again(end, attempt):
    """On one connection after the other: errors end each."""
    while time.monotonic() < end:
        try:
            attempt()
        except OSError:
            time.sleep(0.01)


def senders(port, end, told):
    """As many addresses as a header has room for, each of a domain that has to be made canonical."""
    many = ",".join(f"a@d{n}.xn--{n}.example" for n in range(2_300)).encode()

    def attempt():
        device, wire = connect(port, "127.0.0.2")
        with device:
            for _ in range(15):
                device.sendall(b"MAIL FROM:<a@d1.example>\r\nRCPT TO:<b@example.net>\r\nDATA\r\n")
                for _ in range(3):
                    wire.readline()
                device.sendall(b"From: " + many + BODY)
                told.append(wire.readline()[:3])

    again(end, attempt)


def commas(port, end, told):
    """From an address that nobody nominates; no more of them than errors end a connection."""
    line = b"MAIL FROM:<a@" + b"," * 4000 + b"\r\n"

    def attempt():
        device, wire = connect(port, "127.0.0.66")
        with device:
            device.sendall(line * 20)
            told.extend(wire.readline()[:3] for _ in range(20))

    again(end, attempt)


def chunks(port, end, told):
    """Each octet of a text in a chunk of its own: what holds it takes more than it is."""
    device, wire = connect(port, "127.0.0.3")
    with device:
        device.sendall(b"MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.net>\r\nBDAT 14\r\nSubject: a\r\n\r\n")
        for _ in range(3):
            wire.readline()
        while time.monotonic() < end:
            device.sendall(b"BDAT 1\r\nx" * 250)
            for _ in range(250):
                wire.readline()
        device.sendall(b"BDAT 0 LAST\r\n")
        told.append(wire.readline()[:3])


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 5
    options = [option for option in (ROOT / "relay-container/jvm-options").read_text().splitlines()
               if option.startswith("-") and "MaxRAMPercentage" not in option]
    faults = []
    with Platform() as platform, scratch() as texts:
        platform.smtp_user("honest", ip="127.0.0.1")
        platform.token = platform.token_of("greedy")
        platform.smtp_user("printer-3", ip="127.0.0.3")
        allowed = [f"a@d{n}.example" for n in range(50)]
        platform.call("POST", "/v1/smtp-users", {
            "username": "printer-2", "ipAuthentication": {"ip": "127.0.0.2"}, "allowedSenders": allowed})
        port, management = free_ports(2)
        relay = Process("relay-container/target/relay.jar", {
            **platform.settings_of_a_relay(), **NO_RATES, "CACHE_TTL": "PT1M", "NEXT_HOP": platform.next_hop,
            "SMTP_PORTS": port, "SMTPS_PORTS": "none", "MANAGEMENT_PORT": management, "LISTEN_ADDRESS": "127.0.0.1",
            "QUEUE_TEXTS": texts, "QUEUE_HELD_DIR": texts}, java=[*options, HEAP])
        relay.wait_until(lambda: answers(management, "/ready") == 200, "/ready")
        honest = Honest(port)
        honest.start()
        for attack, at_once in (senders, 4), (commas, 4), (chunks, 4):
            honest.slowest, before, told = 0.0, honest.sent, []
            end = time.monotonic() + seconds
            threads = [threading.Thread(target=attack, args=(port, end, told), daemon=True) for _ in range(at_once)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(seconds + 60)
            sent = honest.sent - before
            # The one that is under way now has waited, too.
            end = time.monotonic() + 2 * SLOWEST
            while honest.sent == before + sent and relay.process.poll() is None and time.monotonic() < end:
                time.sleep(0.05)
            replies = ", ".join(sorted({reply.decode() for reply in told}))
            print(f"{attack.__name__}: {len(told)} answered with {replies}; the honest device sent {sent}, the slowest in "
                  f"{honest.slowest:.2f} s", flush=True)
            if relay.process.poll() is not None:
                faults.append(f"{attack.__name__}: the relay has ended with {relay.process.poll()}")
                break
            if not sent or honest.slowest > SLOWEST or not told or answers(management, "/ready") != 200:
                faults.append(f"{attack.__name__}: {sent} sent, the slowest in {honest.slowest:.1f} s, {len(told)} answered")
        honest.done = True
        honest.join(60)
        faults += [f"the honest device was refused: {honest.refused[:3]}"] if honest.refused else []
        if relay.process.poll() is None and relay.terminate():
            faults.append("it didn't end in order")
    print("\n".join(faults) or "no fault")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()

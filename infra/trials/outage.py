#!/usr/bin/env python3
"""After an outage: thousands of messages that were kept are delivered, and a device that sends meanwhile is served
as if they weren't there. Then ten messages of 35 MiB at once, which the next hop puts off after the final dot:
all are kept, and the relay holds no more memory than it may. The relay has its image's JVM options and a small heap.

outage.py [MESSAGES [LARGE]]"""

import asyncio
import re
import smtplib
import socket
import statistics
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

from kept import until
from trial import NO_RATES, REMEMBERS, ROOT, Platform, Process, answers, free_ports, until_known

HEAP = "-Xmx64m"
CONNECTIONS = 4
DEVICES = 8
LARGE = 35 << 20
HELD = 16 << 20
# Of the smallest task's 512 MiB; ten such messages are 350 MiB.
MOST_MEMORY = 400
SLOWEST = 10


class NextHop(threading.Thread):
    """Takes a message in so many seconds, and counts how many it is sent at once."""

    def __init__(self, port, seconds=0.0, at_end=b"250 2.0.0 taken"):
        super().__init__(daemon=True)
        self.port, self.seconds, self.at_end = port, seconds, at_end
        self.taken, self.at_once, self.most_at_once = [], 0, 0
        self.start()

    def run(self):
        asyncio.run(self.serve())

    async def serve(self):
        server = await asyncio.start_server(self.talk, "127.0.0.1", self.port, limit=2 * LARGE, backlog=100)
        async with server:
            await server.serve_forever()

    async def talk(self, reader, writer):
        busy = False
        try:
            writer.write(b"220 next.hop ESMTP\r\n")
            while line := await reader.readline():
                verb = line[:4].upper()
                if verb == b"EHLO":
                    writer.write(b"250-next.hop\r\n250-8BITMIME\r\n250 PIPELINING\r\n")
                elif verb == b"DATA":
                    busy = True
                    self.at_once += 1
                    self.most_at_once = max(self.most_at_once, self.at_once)
                    writer.write(b"354 go on\r\n")
                    text = await reader.readuntil(b"\r\n.\r\n")
                    await asyncio.sleep(self.seconds)
                    if self.at_end.startswith(b"250"):
                        self.taken.append(re.search(rb"Subject: (.*)\r\n", text)[1].decode())
                    self.at_once -= 1
                    busy = False
                    writer.write(self.at_end + b"\r\n")
                elif verb == b"QUIT":
                    break
                else:
                    writer.write(b"250 2.0.0 yes\r\n")
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self.at_once -= busy
            writer.close()


def relay_before(platform, hop_port, texts):
    options = [option for option in (ROOT / "relay-container/jvm-options").read_text().splitlines()
               if option.startswith("-") and "MaxRAMPercentage" not in option]
    port, management = free_ports(2)
    relay = Process("relay-container/target/relay.jar", {
        **platform.settings_of_a_relay(), **NO_RATES, **REMEMBERS, "NEXT_HOP": f"smtp://127.0.0.1:{hop_port}",
        "QUEUE_TEXTS": texts, "QUEUE_CONNECTIONS": CONNECTIONS, "SMTP_PORTS": port, "SMTPS_PORTS": "none",
        "MANAGEMENT_PORT": management, "LISTEN_ADDRESS": "127.0.0.1"}, java=[*options, HEAP])
    relay.wait_until(lambda: answers(management, "/ready") == 200, "/ready")
    until_known(port)
    relay.port, relay.management = port, management
    return relay


def send(port, subject, text="A scan."):
    with smtplib.SMTP("127.0.0.1", port, timeout=120) as device:
        device.ehlo("device.example")
        device.mail("scans@example.com")
        device.rcpt("boss@example.net")
        code, words = device.data(f"Subject: {subject}\r\n\r\n{text}\r\n")
        return f"{code} {words.decode()}"


def keep(port, first, count, heard):
    """On one connection, as a device does that has many to send."""
    with socket.create_connection(("127.0.0.1", port), timeout=120) as device:
        wire = device.makefile("rb")
        wire.readline()
        device.sendall(b"HELO device.example\r\n")
        wire.readline()
        for number in range(first, first + count):
            device.sendall(b"MAIL FROM:<scans@example.com>\r\nRCPT TO:<boss@example.net>\r\nDATA\r\n")
            before = [wire.readline() for _ in range(3)]
            device.sendall(f"Subject: kept {number}\r\n\r\nA scan.\r\n.\r\n".encode())
            heard.append(wire.readline() if before[2].startswith(b"354") else before[2])


def times(port, going_on, most=400):
    """How long a device's messages take, one after another, each on a connection of its own."""
    took, queued = [], 0
    while going_on() and len(took) < most:
        began = time.monotonic()
        reply = send(port, f"now {len(took)}")
        took.append(time.monotonic() - began)
        assert reply.startswith("250"), reply
        queued += "Queued" in reply
        time.sleep(0.05)
    return took, queued


def backlog(platform, count):
    hop_port, = free_ports(1)
    with tempfile.TemporaryDirectory() as texts:
        relay = relay_before(platform, hop_port, texts)
        try:
            heard = []
            began = time.monotonic()
            devices = [threading.Thread(target=keep, args=(relay.port, n * count // DEVICES, count // DEVICES, heard))
                       for n in range(DEVICES)]
            for device in devices:
                device.start()
            for device in devices:
                device.join()
            kept = len(heard)
            assert kept == count // DEVICES * DEVICES and all(b"Queued as" in reply for reply in heard), heard[-3:]
            print(f"{kept} messages kept in {time.monotonic() - began:.0f} s", flush=True)
            hop = NextHop(hop_port, seconds=0.02)
            until(lambda: hop.taken, "the first of what was kept", 120)
            began = time.monotonic()
            took, queued = times(relay.port, lambda: len(set(hop.taken)) < kept, most=10 ** 6)
            seconds = time.monotonic() - began
            until(lambda: sum(s.startswith("kept") for s in hop.taken) >= kept, "the rest of what was kept", 600)
            arrived = [subject for subject in hop.taken if subject.startswith("kept")]
            assert len(arrived) == len(set(arrived)) == kept, (len(arrived), len(set(arrived)))
            assert not queued, f"{queued} messages of the device were queued behind the others"
            assert hop.most_at_once <= CONNECTIONS + 1, hop.most_at_once
            alone, _ = times(relay.port, lambda: True, most=100)
            print(f"delivered once each, {seconds:.0f} s, at most {hop.most_at_once} at once; the device sent {len(took)} "
                  f"meanwhile, none kept, half of them within {statistics.median(took):.3f} s, the slowest in {max(took):.2f} s; "
                  f"alone {statistics.median(alone):.3f} s and {max(alone):.2f} s", flush=True)
            assert max(took) < SLOWEST, max(took)
        finally:
            relay.kill()


def memory(relay):
    """The most that the process has held, in MiB."""
    status = Path(f"/proc/{relay.process.pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) >> 10


def held(relay):
    with urllib.request.urlopen(f"http://127.0.0.1:{relay.management}/metrics") as answer:
        return int(float(re.search(r"^relay_queue_held_bytes (\S+)$", answer.read().decode(), re.M)[1]))


def large(platform, count):
    hop_port, = free_ports(1)
    line = "x" * 76 + "\r\n"
    text = line * ((LARGE - 2000) // len(line))
    with tempfile.TemporaryDirectory() as texts:
        NextHop(hop_port, at_end=b"451 4.3.0 not now")
        relay = relay_before(platform, hop_port, texts)
        try:
            before, replies, most = memory(relay), [], 0
            devices = [threading.Thread(target=lambda n=n: replies.append(send(relay.port, f"large {n}", text)))
                       for n in range(count)]
            for device in devices:
                device.start()
            while any(device.is_alive() for device in devices):
                most = max(most, held(relay))
                time.sleep(0.05)
            assert len(replies) == count and all("Queued as" in reply for reply in replies), replies
            kept = [path.stat().st_size for path in Path(texts).iterdir() if path.stat().st_size > LARGE // 2]
            assert len(kept) == count, kept
            print(f"{count} messages of {sum(kept) / count / 2 ** 20:.1f} MiB kept at once; the most that was held in memory of them was "
                  f"{most / 2 ** 20:.1f} MiB, the process's most was {memory(relay)} MiB, {before} before", flush=True)
            assert most <= HELD and memory(relay) < MOST_MEMORY, (most, memory(relay))
        finally:
            relay.kill()


def main():
    with Platform() as platform:
        platform.smtp_user("printer", ip="127.0.0.1")
        count, at_once = [*map(int, sys.argv[1:]), *[10_000, 10][len(sys.argv) - 1:]]
        if at_once:
            large(platform, at_once)
        if count:
            backlog(platform, count)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""A next hop that stops reading in the middle of 1,200 devices' texts: the relay keeps within its memory,
with the options of its own image in the smallest task, an honest device goes on sending all the while,
and who has waited longest hears a 4xx. When the next hop reads again, a new message passes at once.

stalled.py [DEVICES]"""

import re
import socket
import socketserver
import sys
import threading
import time

from trial import NO_RATES, REMEMBERS, ROOT, Platform, Process, answers, free_ports, until_known

PIECE = (b"0123456789" * 7 + b"\r\n") * 900


class MoodyNextHop:
    """Takes everything, but reads no text for a recipient that is called stuck."""

    def __init__(self):
        self.stuck, self.reads_again = 0, threading.Event()
        hop = self

        class Conversation(socketserver.StreamRequestHandler):
            def setup(self):
                self.request.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                super().setup()

            def handle(self):
                self.say("220 moody ESMTP")
                stuck = False
                for line in self.rfile:
                    verb = line[:4].upper()
                    if verb == b"EHLO":
                        self.say("250-moody\r\n250 PIPELINING")
                    elif verb == b"QUIT":
                        return self.say("221 bye")
                    elif verb == b"DATA":
                        self.say("354 go on")
                        if stuck:
                            hop.stuck += 1
                            hop.reads_again.wait()
                        for piece in self.rfile:
                            if piece == b".\r\n":
                                break
                        self.say("250 taken")
                    else:
                        stuck = b"<stuck@" in line if verb == b"RCPT" else stuck
                        self.say("250 yes")

            def say(self, line):
                self.wfile.write(line.encode() + b"\r\n")

        class Server(socketserver.ThreadingTCPServer):
            request_queue_size, daemon_threads = 1000, True

            def server_bind(self):
                # On loopback a segment of 64 KiB has the kernel keep 4 MB for each connection: all of a text.
                self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 1400)
                super().server_bind()

            def handle_error(self, *_):
                pass  # the relay has given a connection up

        threading.stack_size(256 << 10)
        server = Server(("127.0.0.1", 0), Conversation)
        self.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, daemon=True).start()


class Device:
    def __init__(self, port, to):
        self.gate = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.gate.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 16)
        self.wire = self.gate.makefile("rb")
        self.hear()
        for line in ("EHLO device", "MAIL FROM:<scan@example.com>", f"RCPT TO:<{to}@example.net>", "DATA"):
            self.gate.sendall(line.encode() + b"\r\n")
            heard = self.hear()
            assert heard[0] in b"23", heard

    def hear(self):
        line = self.wire.readline()
        while line[3:4] == b"-":
            line = self.wire.readline()
        if not line:
            raise EOFError
        return line

    def send(self, octets):
        self.gate.sendall(octets)

    def end(self):
        self.send(b"\r\n.\r\n")
        return self.hear()

    def close(self):
        self.gate.close()


class Honest(threading.Thread):
    """Sends one message after another, each on a new connection, and remembers what went wrong."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.port, self.sent, self.slowest, self.faults, self.enough = port, 0, 0, [], threading.Event()

    def run(self):
        while not self.enough.is_set():
            began = time.monotonic()
            try:
                device = Device(self.port, "boss")
                device.send(b"Subject: honest\r\n\r\n" + PIECE)
                heard = device.end()
                device.close()
                if not heard.startswith(b"250"):
                    self.faults.append(f"the honest device heard {heard}")
            except (OSError, EOFError, AssertionError) as e:
                self.faults.append(f"the honest device: {e!r}")
            self.sent += 1
            self.slowest = max(self.slowest, time.monotonic() - began)
            time.sleep(0.05)


def fill(device, faults):
    """Sends for as long as the relay reads."""
    device.gate.settimeout(5)
    try:
        device.send(b"Subject: stuck\r\n\r\n")
        for _ in range(20):
            device.send(PIECE)
    except TimeoutError:
        pass
    except OSError as e:
        faults.append(f"a device in mid-text was cut off: {e!r}")


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1200
    hop, faults = MoodyNextHop(), []
    options = [line for line in (ROOT / "relay-container/jvm-options").read_text().splitlines()
               if line.startswith("-")] + ["-XX:MaxRAM=512m"]
    with Platform() as platform:
        platform.smtp_user("printer", ip="127.0.0.1")
        port, management = free_ports(2)
        relay = Process("relay-container/target/relay.jar", {
            **platform.settings_of_a_relay(), **NO_RATES, **REMEMBERS, "MAX_CONNECTIONS_PER_ADDRESS": 0,
            "NEXT_HOP": f"smtp://127.0.0.1:{hop.port}", "SMTP_PORTS": port, "SMTPS_PORTS": "none",
            "MANAGEMENT_PORT": management, "LISTEN_ADDRESS": "127.0.0.1"}, java=options)
        try:
            relay.wait_until(lambda: answers(management, "/ready") == 200, "/ready")
            until_known(port)
            honest = Honest(port)
            honest.start()
            devices = [Device(port, "stuck") for _ in range(count)]
            fillers = [threading.Thread(target=fill, args=(device, faults)) for device in devices]
            for filler in fillers:
                filler.start()
            for filler in fillers:
                filler.join()
            before, end = honest.sent, time.monotonic() + 60
            while honest.sent < before + 10 and time.monotonic() < end:
                time.sleep(0.1)
            if honest.sent < before + 10:
                faults.append(f"the honest device sent only {honest.sent - before} messages in a minute")
            if not any(answers(management, "/ready") == 200 for _ in range(10)):
                faults.append("/ready isn't 200")
            hop.reads_again.set()
            heard = []
            for device in devices:
                device.gate.settimeout(60)
                try:
                    heard.append(device.end()[:9])
                except (OSError, EOFError) as e:
                    faults.append(f"a device heard nothing at the end of its text: {e!r}")
            honest.enough.set()
            honest.join(60)
            passed, later = (sum(1 for line in heard if re.match(code, line)) for code in (b"250", b"452 4.3.1"))
            if passed + later != count:
                faults.append(f"answers: {sorted(set(heard))}")
            if not later:
                faults.append("nobody had to give way: that budget wasn't driven to its end")
            faults += honest.faults + [line for line in relay.lines if "OutOfMemory" in line or "Cannot reserve" in line]
        finally:
            relay.kill()
    print(f"{count} devices in mid-text: {passed} passed, {later} heard 452 4.3.1; the honest device sent "
          f"{honest.sent} messages, the slowest took {honest.slowest:.1f} s" if not faults else "\n".join(faults[:20]))
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()

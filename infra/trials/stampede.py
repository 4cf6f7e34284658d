#!/usr/bin/env python3
"""Tables that are overloaded, and many devices at once: DynamoDB leaves keys unread and throttles, and
is never asked by more calls at once than LOOKUPS_AT_ONCE for each table. Every device is answered,
and the one that is nominated sends.

stampede.py [DEVICES]"""

import json
import socket
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from trial import NO_RATES, PEPPER, Process, answers, free_ports

AT_ONCE, TABLES = 4, 2
HONEST = "127.0.9.9"
SINCE = {"S": "2026-01-01T00:00:00Z"}
NOMINATION = {"ip": {"S": HONEST}, "accountId": {"S": "acme"}, "username": {"S": "printer"}, "since": SINCE}
USER = {"username": {"S": "printer"}, "accountId": {"S": "acme"}, "enabled": {"BOOL": True},
        "passwordHash": {"S": "-"}, "version": {"N": "1"}, "createdAt": SINCE, "passwordChangedAt": SINCE,
        "ip": {"S": HONEST}, "ipSince": SINCE, "ipRestrictions": {"L": []}, "allowedSenders": {"L": []}}
ROWS = {HONEST: NOMINATION, "printer": USER}


class Overloaded(ThreadingHTTPServer):
    """As much of DynamoDB as the relay asks for. Of many keys it reads the first two."""
    daemon_threads, request_queue_size = True, 256

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answer)
        self.lock, self.now, self.most, self.calls, self.busy = threading.Lock(), 0, 0, 0, False
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        tables = self.server
        with tables.lock:
            tables.now += 1
            tables.calls += 1
            tables.most = max(tables.most, tables.now)
        time.sleep(0.02)
        answer = self.batch(asked["RequestItems"]) if "RequestItems" in asked else self.one(asked["Key"])
        with tables.lock:
            tables.now -= 1
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def one(self, key):
        row = ROWS.get(next(iter(key.values()))["S"])
        return {"Item": row} if row else {}

    def batch(self, items):
        (table, wanted), = items.items()
        keys = wanted["Keys"]
        read, unread = (keys[:2], keys[2:]) if self.server.busy else (keys, [])
        found = [row["Item"] for row in map(self.one, read) if row]
        return {"Responses": {table: found},
                "UnprocessedKeys": {table: {**wanted, "Keys": unread}} if unread else {}}

    def log_message(self, *_):
        pass


def attempt(port, address, replies):
    with socket.create_connection(("127.0.0.1", port), timeout=60, source_address=(address, 0)) as device:
        wire = device.makefile("rb")
        wire.readline()
        device.sendall(b"HELO device\r\n")
        wire.readline()
        device.sendall(b"MAIL FROM:<scan@example.com>\r\n")
        replies.append((address, wire.readline()[:3].decode()))


def main():
    devices = int(sys.argv[1]) if len(sys.argv) > 1 else 190
    tables = Overloaded()
    port, management, nobody = free_ports(3)
    relay = Process("relay-container/target/relay.jar", {
        "AWS_ENDPOINT_URL_DYNAMODB": f"http://127.0.0.1:{tables.server_port}", "AWS_REGION": "eu-central-1",
        "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "PASSWORD_PEPPER": PEPPER,
        "NEXT_HOP": f"smtp://127.0.0.1:{nobody}", "SMTP_PORTS": port, "SMTPS_PORTS": "none",
        "MANAGEMENT_PORT": management, "LISTEN_ADDRESS": "127.0.0.1", "LOOKUPS_AT_ONCE": AT_ONCE, **NO_RATES})
    relay.wait_until(lambda: answers(management, "/ready") == 200, "/ready")
    faults, replies = [], []
    tables.busy, tables.most, tables.calls = True, 0, 0
    threads = [threading.Thread(target=attempt, args=(port, f"127.0.8.{n % 250 + 1}" if n else HONEST, replies))
               for n in range(devices)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(90)
    honest = [code for address, code in replies if address == HONEST]
    told = sorted({code for _, code in replies})
    print(f"{devices} devices, {len(replies)} answered with {', '.join(told)}, the nominated one with "
          f"{', '.join(honest)}; {tables.calls} calls, {tables.most} at once at most")
    # The relay gives up a try that takes too long and sends it anew, up to three times, while the one before may
    # still be at a table that this machine holds up. Without a limit there are as many as devices.
    if tables.most > 3 * AT_ONCE * TABLES:
        faults.append(f"{tables.most} calls at once")
    if len(replies) < devices or set(told) - {"250", "451", "530"}:
        faults.append(f"{len(replies)} of {devices} answered, with {told}")
    # While too much is asked for, its answer may be 'later'; once it isn't, it sends.
    tables.busy = False
    again = []
    for _ in range(20):
        attempt(port, HONEST, again)
        if again[-1][1] == "250":
            break
        time.sleep(0.5)
    if again[-1][1] != "250":
        faults.append(f"the nominated device: {again}")
    if relay.terminate():
        faults.append("it didn't end in order")
    print("\n".join(faults) or "no fault")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()

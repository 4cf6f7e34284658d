"""The platform on one machine, started from its jar for a trial, with tables that a relay of its own
process can use too. Nothing but Python's own library, so that a trial needs no installing."""

import base64
import contextlib
import json
import os
import random
import re
import resource
import secrets
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
JAVA = subprocess.run([ROOT / ".ci/find-java-25"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
# A trial of thousands of connections has more of them open than many a shell allows by itself.
resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
PEPPER = base64.b64encode(secrets.token_bytes(32)).decode()


given = set()


def free_ports(count):
    """Below those that the kernel gives to connections: none of these takes one before its owner does, nor is
    one given twice, while its first owner has yet to open it."""
    found = []
    for port in random.sample(range(10_000, 30_000), 1000):
        if port in given:
            continue
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        given.add(port)
        found.append(port)
        if len(found) == count:
            return found
    raise AssertionError("no port is free")


NO_RATES = {"CONNECTIONS_PER_MINUTE": 0, "MESSAGES_PER_MINUTE_PER_ADDRESS": 0, "MESSAGES_PER_MINUTE_PER_USER": 0}
# A busy machine's tables are the matter of one trial, and the others' are read once.
REMEMBERS = {"CACHE_TTL": "PT10M", "LOOKUP_TIMEOUT": "PT1M"}


class Process:
    """A jar that runs, whose lines are kept."""

    def __init__(self, jar, settings, java=()):
        self.lines = []
        self.process = subprocess.Popen(
            [JAVA, *java, "-jar", ROOT / jar],
            env={**os.environ, **{name: str(value) for name, value in settings.items()}},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, stdin=subprocess.DEVNULL)
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    def events(self):
        return [json.loads(line) for line in list(self.lines) if line.startswith("{")]

    def wait_until(self, holds, what, seconds=60):
        end = time.monotonic() + seconds
        while not holds():
            if self.process.poll() is not None or time.monotonic() > end:
                raise AssertionError(f"{what} didn't come:\n" + "\n".join(self.lines[-30:]))
            time.sleep(0.02)

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def terminate(self, seconds=90):
        """SIGTERM, and the exit status."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(seconds)
        self.reader.join(5)
        return status


class Platform:
    def __init__(self, java=(), **settings):
        self.http, self.tables, self.smtp, self.smtps, self.management = free_ports(5)
        self.process = Process("infra/local/target/local.jar", {
            "HTTP_PORT": self.http, "DYNAMODB_PORT": self.tables, "SMTP_PORTS": self.smtp,
            "SMTPS_PORTS": self.smtps, "MANAGEMENT_PORT": self.management,
            "PASSWORD_PEPPER": PEPPER, "CACHE_TTL": "PT0.5S", **settings}, java)

    def __enter__(self):
        try:
            self.process.wait_until(lambda: "ready" in self.process.lines, "ready", 180)
        except AssertionError:
            self.process.kill()
            raise
        # There is no sink where NEXT_HOP is set.
        sink = next((line for line in self.process.lines if line.startswith("mail sink")), None)
        self.next_hop = sink and re.search(r"smtp://\S+", sink)[0]
        self.token = self.token_of("acme")
        return self

    def __exit__(self, *_):
        self.process.kill()

    def call(self, method, path, body=None):
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.http}{path}", method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Content-Type": "application/json",
                     "Authorization": f"Bearer {getattr(self, 'token', '')}"})
        with urllib.request.urlopen(request) as answer:
            return json.loads(answer.read() or "null")

    def token_of(self, account):
        return self.call("POST", "/local/token", {"accountId": account})["token"]

    def smtp_user(self, username, ip=None):
        """Made, and its password."""
        body = {"username": username, **({"ipAuthentication": {"ip": ip}} if ip else {})}
        return self.call("POST", "/v1/smtp-users", body)["password"]

    def messages(self):
        """What the next hop took: (envelope, text) of each, newest first."""
        return [(message, base64.b64decode(message["data"]).decode("latin-1"))
                for message in self.call("GET", "/local/messages")]

    def settings_of_a_relay(self):
        """What a relay in a process of its own needs for these tables."""
        return {
            "AWS_ENDPOINT_URL_DYNAMODB": f"http://127.0.0.1:{self.tables}", "AWS_REGION": "eu-central-1",
            "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "PASSWORD_PEPPER": PEPPER}

    def relay(self, **settings):
        """A relay in a process of its own, on these tables, in front of this sink."""
        port, management = free_ports(2)
        relay = Process("relay-container/target/relay.jar", {
            **self.settings_of_a_relay(), "NEXT_HOP": self.next_hop, "SMTP_PORTS": port, "SMTPS_PORTS": "none",
            "MANAGEMENT_PORT": management, "LISTEN_ADDRESS": "127.0.0.1", "RELAY_HOSTNAME": "relay.example",
            **NO_RATES, **REMEMBERS, **settings})
        relay.port, relay.management = port, management
        relay.wait_until(lambda: answers(management, "/ready") == 200, "/ready")
        until_known(port)
        return relay


def until_known(port, address="127.0.0.1", seconds=60):
    """Until the relay has read who sends from there. On a machine that is busy, tables may be late for any one MAIL,
    which is told 451 then; what REMEMBERS makes of it is that no later one asks them."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(
                ("127.0.0.1", port), timeout=30, source_address=(address, 0)) as device:
            wire = device.makefile("rb")
            wire.readline()
            device.sendall(b"HELO trial\r\n")
            wire.readline()
            device.sendall(b"MAIL FROM:<trial@example.com>\r\n")
            if wire.readline()[:3] not in (b"451", b""):
                device.sendall(b"QUIT\r\n")
                wire.readline()
                return
        time.sleep(0.2)
    raise AssertionError(f"{address} is told 'later' for {seconds} s")


def answers(port, path):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=2) as answer:
            return answer.status
    except urllib.error.HTTPError as e:
        return e.code
    except OSError:
        return None


def certificate(folder):
    """A certificate for localhost and its key, as PEM files; clients trust it as their CA."""
    cert, key = Path(folder, "certificate.pem"), Path(folder, "key.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", cert],
        check=True, capture_output=True)
    return cert, key


def scratch():
    return tempfile.TemporaryDirectory(prefix="trial-")

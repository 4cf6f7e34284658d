#!/usr/bin/env python3
"""The API and the dashboard behind Caddy and behind nginx, each configured as ONE-MACHINE.md says, on the ports that it
says.

behindproxy.py: by root, in a network of its own; wants caddy, nginx, curl, openssl and ip. What the proxies have from
elsewhere, a certificate and its paths, is put into the document's snippets; all else in them is as it stands there."""

import http.client
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path

from trial import JAVA, ROOT, Process, scratch

HOST = "relay.office.example"
# Neither the machine's own address nor the proxies'.
OFFICE = "127.0.0.9"
FORGED = "203.0.113.7"
OWN_NETWORK = "--in-a-network-of-its-own"


def snippet(begin):
    """The code block of ONE-MACHINE.md that begins with this line."""
    text = (ROOT / "infra/docs/ONE-MACHINE.md").read_text()
    return next(block for block in re.findall(r"```\w*\n(.*?)```", text, re.S) if block.startswith(begin))


def certificate(folder):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
         "-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}",
         "-keyout", folder / "key.pem", "-out", folder / "cert.pem"], check=True, capture_output=True)


def caddy(folder):
    site = snippet(f"{HOST} {{").rstrip().removesuffix("}")
    (folder / "Caddyfile").write_text(
        f"{{\n  admin off\n}}\n{site}  tls {folder}/cert.pem {folder}/key.pem\n}}\n")
    return ["caddy", "run", "--adapter", "caddyfile", "--config", folder / "Caddyfile"]


def nginx(folder):
    server = snippet("server {").replace(f"/etc/letsencrypt/live/{HOST}/fullchain.pem", f"{folder}/cert.pem")
    server = server.replace(f"/etc/letsencrypt/live/{HOST}/privkey.pem", f"{folder}/key.pem")
    (folder / "nginx.conf").write_text(
        f"daemon off;\nuser root;\npid {folder}/nginx.pid;\nerror_log stderr;\nevents {{}}\n"
        f"http {{\n  access_log off;\n{server}\n}}\n")
    return ["nginx", "-p", folder, "-c", folder / "nginx.conf"]


class Running:
    """A proxy, from when it listens until it is no longer needed."""

    def __init__(self, command, folder):
        self.log = open(folder / "proxy.log", "w")
        self.process = subprocess.Popen(command, stdout=self.log, stderr=subprocess.STDOUT, cwd=folder,
                                        env={**os.environ, "HOME": str(folder)})

    def __enter__(self):
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", 443)).close()
                return self
            except ConnectionRefusedError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.05)
        raise AssertionError(f"the proxy doesn't listen:\n{Path(self.log.name).read_text()}")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(20)
        self.log.close()


class Office(http.client.HTTPSConnection):
    """A connection from the office, by the name that people know; kept open from one request to the next."""

    def __init__(self, folder, key):
        context = ssl.create_default_context(cafile=folder / "cert.pem")
        super().__init__(HOST, 443, context=context, source_address=(OFFICE, 0), timeout=60)
        self._create_connection = lambda _, *others: socket.create_connection(("127.0.0.1", 443), *others)
        self.key = key

    def ask(self, method, path, body=None, **headers):
        """(status, headers, body)"""
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        headers.setdefault("Authorization", f"Bearer {self.key}")
        if body is not None:
            headers["Content-Type"] = "application/json"
        self.request(method, path, body if body is None or isinstance(body, bytes) else json.dumps(body), headers)
        answer = self.getresponse()
        return answer.status, answer.headers, answer.read()

    def get(self, path):
        status, _, body = self.ask("GET", path)
        assert status == 200, (path, status, body)
        return json.loads(body)


def key_of(data, name):
    made = subprocess.run([JAVA, "-jar", ROOT / "infra/local/target/local.jar", "key", "add", "office", name],
                          env={**os.environ, "DATA_DIR": str(data)}, capture_output=True, text=True, check=True)
    return made.stdout.strip().splitlines()[-1]


def newest_change(office, username):
    return office.get(f"/v1/smtp-users/{username}/audit")["items"][0]


def use(name, folder, key):
    office = Office(folder, key)

    # The dashboard, and that it asks for a key.
    status, headers, page = office.ask("GET", "/", Authorization="")
    assert status == 200 and b"<html" in page.lower(), (status, page[:200])
    assert headers["Strict-Transport-Security"], headers.items()
    status, _, said = office.ask("GET", "/v1/caller", Authorization="Bearer ipk_wrong")
    assert status == 401, (status, said)
    caller = office.get("/v1/caller")
    assert caller["accountId"] == "office", caller

    # A change, and whom the trail names.
    username = f"scanner-{name}"
    status, headers, made = office.ask("POST", "/v1/smtp-users", {"username": username})
    assert status == 201, (status, made)
    location = headers["Location"]
    assert location is None or location.startswith((f"https://{HOST}/v1/", "/v1/")), location
    change = newest_change(office, username)
    assert (change["ip"], change["by"]) == (OFFICE, f"key:{name}"), change

    # What the client itself writes about where it comes from changes nothing.
    for number, forged in enumerate([FORGED, f"{FORGED}, 127.0.0.1", "::1"]):
        status, _, said = office.ask("PATCH", f"/v1/smtp-users/{username}", {"description": f"room {number}"},
                                     X_Forwarded_For=forged, Forwarded=f"for={FORGED}", X_Real_IP=FORGED)
        assert status == 200, (forged, status, said)
        assert newest_change(office, username)["ip"] == OFFICE, newest_change(office, username)
    status, _, said = office.ask("GET", "/v1/caller", X_Forwarded_For="no address")
    assert status in (200, 400), (status, said)

    # All that was over one connection. A body that is too large is refused by the API's own words.
    assert office.sock is not None
    status, _, said = office.ask("POST", "/v1/smtp-users", b'{"description": "' + b"x" * 60_000 + b'"}')
    assert status == 413 and json.loads(said)["status"] == 413, (status, said)
    office.close()
    assert office.get("/v1/caller")["accountId"] == "office"

    # Another host is no way in, by the proxy or past it.
    status, _, said = office.ask("GET", "/v1/caller", Host="stranger.example")
    assert status == 421 or said == b"", (status, said)
    past = http.client.HTTPConnection("127.0.0.1", 8080)
    past.request("GET", "/v1/caller", headers={"Authorization": f"Bearer {key}"})
    assert past.getresponse().status == 421
    # Nobody but the proxy is believed.
    direct = http.client.HTTPConnection("127.0.0.1", 8080, source_address=("127.0.0.5", 0))
    direct.request("PATCH", f"/v1/smtp-users/{username}", json.dumps({"description": "direct"}),
                   {"Authorization": f"Bearer {key}", "Content-Type": "application/json", "Host": HOST,
                    "X-Forwarded-For": FORGED})
    assert direct.getresponse().status == 200
    assert newest_change(office, username)["ip"] == "127.0.0.5"

    # As most people's programs do it: HTTP/2 where the proxy has it.
    asked = subprocess.run(
        ["curl", "-sS", "--http2", "--cacert", folder / "cert.pem", "--resolve", f"{HOST}:443:127.0.0.1", "--interface", OFFICE,
         "-w", "\n%{http_version} %{http_code}", f"https://{HOST}/v1/smtp-users/{username}",
         "-H", f"Authorization: Bearer {key}"], capture_output=True, text=True, check=True).stdout
    assert json.loads(asked.splitlines()[0])["username"] == username and asked.endswith(" 200"), asked
    office.close()
    print(f"behind {name}: a key signs in, the trail has the office's address whatever it says, other hosts are refused; "
          f"HTTP/{asked.splitlines()[-1].split()[0]}")


def main():
    if subprocess.run(["unshare", "--net", "true"], stderr=subprocess.DEVNULL).returncode != 0:
        print("a network of its own isn't allowed here: left out")
        return
    if sys.argv[1:] != [OWN_NETWORK]:
        os.execvp("unshare", ["unshare", "--net", sys.executable, __file__, OWN_NETWORK])
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    settings = dict(line.split("=", 1) for line in snippet("HTTP_URL=").split())
    assert settings["HTTP_URL"] == f"https://{HOST}", settings
    with scratch() as scratched:
        folder = Path(scratched)
        certificate(folder)
        data = folder / "data"
        platform = Process("infra/local/target/local.jar", {"DATA_DIR": data, "SIGN_IN": "key", **settings})
        try:
            platform.wait_until(lambda: "ready" in platform.lines, "ready", 180)
            for name, command in (("caddy", caddy(folder)), ("nginx", nginx(folder))):
                with Running(command, folder):
                    use(name, folder, key_of(data, name))
            assert platform.terminate() == 0
        finally:
            platform.kill()


if __name__ == "__main__":
    sys.exit(main())

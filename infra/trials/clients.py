#!/usr/bin/env python3
"""Real clients, each by its address, by STARTTLS with a password and by TLS with a password.

clients.py [CLIENT ...]: those in clients/ whose program is installed, or those named, which then
have to be. What counts is the relay's line about the message and what the next hop took, not the
client's exit status alone."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from trial import Platform, ROOT, JAVA, certificate, scratch

CLIENTS = {  # script in clients/ -> the program it needs
    "swaks": "swaks", "msmtp": "msmtp", "curl": "curl", "smtplib": "python3",
    "nodemailer": "npm", "net-smtp": "go", "angus-mail": "mvn", "postfix": "/usr/lib/postfix/sbin/smtp",
    "s-nail": "s-nail", "openssl": "openssl"}
WAYS = ("address", "starttls", "tls")


def attempt(platform, client, way, environment):
    mark = f"mark-{client}-{way}"
    done = subprocess.run(
        [ROOT / "infra/trials/clients" / client], stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=240, env={**environment, "WAY": way, "MARK": mark,
                          "PORT": str(platform.smtps if way == "tls" else platform.smtp)})
    if done.returncode != 0:
        return f"exit status {done.returncode}: {(done.stdout + done.stderr).strip()[-800:]}"
    taken = [text for _, text in platform.messages() if mark in text]
    if len(taken) != 1:
        return f"{len(taken)} messages at the next hop: {(done.stdout + done.stderr).strip()[-800:]}"
    platform.process.wait_until(
        lambda: any(e["event"] == "message" and e["mailFrom"] == f"{client}-{way}@example.com"
                    for e in platform.process.events()), "the event line", 60)
    event = next(e for e in platform.process.events() if e.get("mailFrom") == f"{client}-{way}@example.com")
    wanted = ("printer", "ip", False) if way == "address" else ("office", "password", True)
    found = (event["smtpUser"], event["authenticatedBy"], bool(event["tls"]))
    if way == "address":  # a client may take STARTTLS as it is offered
        wanted, found = wanted[:2], found[:2]
    return None if found == wanted else f"expected {wanted}, found {found}"


def main():
    named = sys.argv[1:]
    clients = named or [name for name, program in CLIENTS.items() if shutil.which(program)]
    for name in CLIENTS if not named else ():
        if name not in clients:
            print(f"{name:12} not here: install {CLIENTS[name]}")
    failures = 0
    with scratch() as work:
        cert, key = certificate(work)
        # A short CACHE_TTL would bound the wait for the tables too, and a busy machine be told 451.
        with Platform(TLS_CERTIFICATE=cert, TLS_PRIVATE_KEY=key, CACHE_TTL="PT5S") as platform:
            platform.smtp_user("printer", ip="127.0.0.1")
            password = platform.smtp_user("office")
            for client in clients:
                for way in WAYS:
                    folder = Path(work, client)
                    folder.mkdir(exist_ok=True)
                    fault = attempt(platform, client, way, {
                        **os.environ, "JAVA": JAVA, "WORK": str(folder), "CERTIFICATE": str(cert),
                        "USERNAME": "office", "PASSWORD": password,
                        "FROM": f"{client}-{way}@example.com", "TO": "boss@example.net"})
                    print(f"{client:12} {way:9} {fault or 'ok'}", flush=True)
                    failures += fault is not None
    print(f"{len(clients)} clients, {len(clients) * len(WAYS)} ways, {failures} failures")
    sys.exit(1 if failures else 0)


main()

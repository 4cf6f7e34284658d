"""A device from outside: by the relay's public name it asks each port for greeting, TLS and certificate, and hands in
a message as an SMTP user that was made for it. One line of JSON for each, which infra/watch.yaml counts.

HOSTNAME  the relay's name
PORTS     such as 587:starttls,465:tls
SECRET    a secret with {"username", "password", "from", "to"}, or empty for no message

Not port 25: AWS lets no function out to it."""

import json
import os
import smtplib
import ssl
import time
from datetime import UTC, datetime

import boto3

SECONDS = 20  # for each step, as a patient device has them


def handler(_, __):
    hostname, ports = os.environ["HOSTNAME"], os.environ["PORTS"].split(",")
    for port, kind in (port.split(":") for port in ports):
        tell(port, lambda: look(hostname, int(port), kind))
    if os.environ.get("SECRET"):
        port, kind = ports[0].split(":")
        tell("message", lambda: send(hostname, int(port), kind))


def tell(what, ask):
    """Its line, whatever happens."""
    begin = time.monotonic()
    try:
        found = {"ok": True, **ask()}
    except (OSError, smtplib.SMTPException, ValueError) as e:
        found = {"ok": False, "because": f"{type(e).__name__}: {e}"}
    millis = round((time.monotonic() - begin) * 1000)
    print(json.dumps({"event": "probe", "what": what, "failed": 0 if found["ok"] else 1, "millis": millis, **found}))


def look(hostname, port, kind):
    with connected(hostname, port, kind) as smtp:
        certificate = smtp.sock.getpeercert(binary_form=True)
        return {"tls": smtp.sock.version(), "certificateDays": days_left(certificate)}


def connected(hostname, port, kind):
    # Without a certificate of the operator's each task has one that nobody signed; who signed it isn't asked.
    tls = ssl.create_default_context()
    tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    if kind == "tls":
        return smtplib.SMTP_SSL(hostname, port, timeout=SECONDS, context=tls)
    smtp = smtplib.SMTP(hostname, port, timeout=SECONDS)
    smtp.starttls(context=tls)
    return smtp


def send(hostname, port, kind):
    secret = boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["SECRET"])["SecretString"]
    to = json.loads(secret)
    with connected(hostname, port, kind) as smtp:
        smtp.login(to["username"], to["password"])
        smtp.sendmail(to["from"], [to["to"]],
                      f"From: {to['from']}\r\nTo: {to['to']}\r\nSubject: Probe\r\n\r\nSent by the deployment itself.\r\n")
    return {}


def days_left(certificate):
    """Of a certificate in DER (RFC 5280, 4.1): the second time in its validity, the fifth field behind the version."""
    outer = next(elements(certificate))[1]
    fields = list(elements(next(elements(outer))[1]))
    validity = fields[4 if fields[0][0] == 0xA0 else 3][1]
    tag, end = list(elements(validity))[1]
    text = end.decode() if tag == 0x18 else ("19" if end[:2] >= b"50" else "20") + end.decode()
    return (datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC) - datetime.now(UTC)).days


def elements(content):
    """(tag, content) of what stands one after the other."""
    at = 0
    while at < len(content):
        tag, length, at = content[at], content[at + 1], at + 2
        if length > 0x7F:
            octets = length & 0x7F
            length, at = int.from_bytes(content[at:at + octets]), at + octets
        yield tag, content[at:at + length]
        at += length

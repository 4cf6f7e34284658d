#!/usr/bin/env python3
"""Nothing scanned is lost: the next hop is away, a scan is taken, the relay is killed, the next hop is
back, and the scan arrives once. Then what a queue does with each kind of refusal, and its commands."""

import smtplib
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager

from trial import JAVA, ROOT, Platform, free_ports


class NextHop:
    """A next hop that says what it is told to, and keeps what it takes."""

    def __init__(self, port=0, at_rcpt=None, at_end=None):
        self.messages = messages = []
        self.at_rcpt, self.at_end = at_rcpt or {}, at_end or []
        hop = self

        class Conversation(socketserver.StreamRequestHandler):
            def handle(self):
                self.say("220 next.hop ESMTP")
                recipients = []
                for line in self.rfile:
                    verb = line[:4].upper()
                    if verb == b"EHLO":
                        self.say("250-next.hop\r\n250-8BITMIME\r\n250 PIPELINING")
                    elif verb == b"MAIL":
                        recipients, sender = [], line
                        self.say("250 2.1.0 yes")
                    elif verb == b"RCPT":
                        address = line.decode().split("<")[1].split(">")[0]
                        reply = hop.at_rcpt.get(address, "250 2.1.5 yes")
                        if reply.startswith("250"):
                            recipients.append(address)
                        self.say(reply)
                    elif verb == b"DATA":
                        self.say("354 go on")
                        text = []
                        for piece in self.rfile:
                            if piece == b".\r\n":
                                break
                            text.append(piece.decode("latin-1"))
                        reply = hop.at_end.pop(0) if hop.at_end else "250 2.0.0 taken"
                        if reply.startswith("250"):
                            messages.append((sender.decode().strip(), list(recipients), "".join(text)))
                        self.say(reply)
                    elif verb == b"QUIT":
                        self.say("221 bye")
                        return
                    else:
                        self.say("250 2.0.0 yes")

            def say(self, line):
                self.wfile.write(line.encode() + b"\r\n")

        socketserver.ThreadingTCPServer.allow_reuse_address = True
        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", port), Conversation)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def send(relay, subject, to=("boss@example.net",), sender="scans@example.com", device="127.0.0.1"):
    """The reply to the final dot; a refused recipient is an exception of smtplib's."""
    with smtplib.SMTP("127.0.0.1", relay.port, timeout=60, source_address=(device, 0)) as session:
        session.ehlo("device.example")
        session.mail(sender)
        replies = [session.rcpt(address) for address in to]
        code, words = session.data(f"From: {sender}\r\nSubject: {subject}\r\n\r\nA scan.\r\n.dots\r\n")
        return replies, f"{code} {words.decode()}"


def until(holds, what, seconds=180):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"{what} didn't come"
        time.sleep(0.1)


class Story:
    def __init__(self, platform):
        self.platform = platform
        self.texts = tempfile.TemporaryDirectory()

    @contextmanager
    def relay(self, port, **settings):
        relay = self.platform.relay(**self.settings(port, **settings))
        try:
            yield relay
        except BaseException:
            print("\n".join(relay.lines[-40:]), file=sys.stderr)
            raise
        finally:
            if relay.process.poll() is None:
                relay.kill()

    def settings(self, port, **settings):
        return {"NEXT_HOP": f"smtp://127.0.0.1:{port}", "QUEUE_TEXTS": self.texts.name, "QUEUE_SCHEDULE": "PT1S",
                "NEXT_HOP_CONNECT_TIMEOUT": "PT2S", "QUEUE_LEASE": "PT10S", **settings}

    def command(self, port, *words):
        environment = {**self.platform.settings_of_a_relay(), **self.settings(port)}
        return subprocess.run([JAVA, "-jar", ROOT / "relay-container/target/relay.jar", "queue", *words],
                              env=environment, capture_output=True, text=True, timeout=60)


def kept_over_a_kill(story):
    port, = free_ports(1)
    with story.relay(port) as relay:
        _, reply = send(relay, "kept")
        assert "Queued as" in reply, reply
        identity = reply.split()[-1]
        relay.wait_until(lambda: any(e.get("event") == "message" for e in relay.events()), "the message line")
        line = next(e for e in relay.events() if e.get("event") == "message")
        assert line["outcome"] == "queued" and line["id"] == identity, line
        relay.kill()
    with NextHop(port) as hop, story.relay(port) as relay:
        until(lambda: hop.messages, "the scan")
        relay.wait_until(lambda: any(e.get("event") == "delivered" for e in relay.events()), "the delivered line")
        time.sleep(3)
        assert len(hop.messages) == 1, hop.messages
        sender, recipients, text = hop.messages[0]
        assert recipients == ["boss@example.net"] and "Subject: kept" in text and "\r\n..dots" in text, text
        assert f"id {identity}" in text, text


def refused_for_good_is_heard(story):
    with NextHop(at_rcpt={"nobody@example.net": "550 5.1.1 no such user"}) as hop, story.relay(hop.port) as relay:
        replies, reply = send(relay, "mixed", to=("boss@example.net", "nobody@example.net"))
        assert [code for code, _ in replies] == [250, 550], replies
        assert reply.startswith("250") and "Queued" not in reply, reply


def put_off_at_the_end(story):
    with NextHop(at_end=["451 4.3.0 not now"]) as hop, story.relay(hop.port) as relay:
        _, reply = send(relay, "later")
        assert "Queued as" in reply, reply
        until(lambda: hop.messages, "the scan")
        assert "Subject: later" in hop.messages[0][2]


def put_off_for_one(story):
    with NextHop(at_rcpt={"slow@example.net": "450 4.2.0 greylisted"}) as hop, story.relay(hop.port) as relay:
        replies, reply = send(relay, "two", to=("boss@example.net", "slow@example.net"))
        assert [code for code, _ in replies] == [250, 250] and "Queued as" in reply, (replies, reply)
        assert hop.messages[0][1] == ["boss@example.net"], hop.messages
        hop.at_rcpt.clear()
        until(lambda: len(hop.messages) == 2, "the other's copy")
        assert hop.messages[1][1] == ["slow@example.net"], hop.messages


def bounced_to_whom_the_account_said(story):
    story.platform.call("PATCH", "/v1/smtp-users/printer", {"bouncesTo": "it@example.com"})
    time.sleep(1)
    with NextHop(at_end=["451 4.3.0 not now", "550 5.7.1 never"]) as hop, story.relay(hop.port) as relay:
        _, reply = send(relay, "bounced")
        assert "Queued as" in reply, reply
        until(lambda: hop.messages, "the report")
        sender, recipients, text = hop.messages[0]
        assert "<>" in sender and recipients == ["it@example.com"], (sender, recipients)
        assert "Action: failed" in text and "Status: 5.7.1" in text, text
        relay.wait_until(lambda: any(e.get("event") == "bounced" for e in relay.events()), "the bounced line")


def more_reports_than_an_hour_takes(story):
    """Twenty reports, and a digest that outlives kill -9."""
    story.platform.smtp_user("copier", ip="127.0.0.2")
    story.platform.call("PATCH", "/v1/smtp-users/copier", {"bouncesTo": "it@example.com"})
    wrong = [f"wrong{number}@example.net" for number in range(24)]
    with NextHop(at_rcpt=dict.fromkeys(wrong, "450 4.2.0 later")) as hop:
        with story.relay(hop.port) as relay:
            for address in wrong:
                assert "Queued as" in send(relay, "wrong", to=(address,), device="127.0.0.2")[1]
            hop.at_rcpt.update(dict.fromkeys(wrong, "550 5.1.1 no such user"))
            relay.wait_until(lambda: len([e for e in relay.events() if e.get("event") == "bounced"]) == len(wrong),
                             "the last bounce", 120)
            until(lambda: len(hop.messages) == 20, "the reports")
            relay.kill()
        with story.relay(hop.port):
            rows = [line.split("\t") for line in story.command(hop.port, "list").stdout.splitlines()]
            (digest, _, user, sender, left, attempts, _, said), = [row for row in rows if row[0].startswith("DIGEST")]
            assert (user, sender, left, attempts, said) == ("-", "<>", "1", "0", "-"), rows
            assert story.command(hop.port, "retry", digest).returncode == 0
            digests = lambda: [message for message in hop.messages if "reports beyond the" in message[2]]
            until(digests, "the digest")
            until(lambda: digest not in story.command(hop.port, "list").stdout, "its end")
    (_, recipients, text), = digests()
    assert recipients == ["it@example.com"] and "Subject: 4 reports beyond the hourly limit" in text, text
    # A report that was handed on just before the kill may have come once more.
    told = {address for address in wrong for _, _, text in hop.messages if f"<{address}>" in text}
    assert told == set(wrong), told


def commands(story):
    """The next hop is there all the while, and only a retry makes anything due within the hour."""
    put_off = ["451 4.3.0 not now"] * 2
    with NextHop(at_end=put_off) as hop, story.relay(hop.port, QUEUE_SCHEDULE="PT1H") as relay:
        first = send(relay, "one")[1].split()[-1]
        second = send(relay, "two")[1].split()[-1]
        listed = story.command(hop.port, "list")
        assert listed.returncode == 0 and first in listed.stdout and second in listed.stdout, listed
        assert story.command(hop.port, "drop", first).returncode == 0
        assert story.command(hop.port, "drop", "unknown").returncode == 1
        assert story.command(hop.port).returncode == 2
        assert not hop.messages, hop.messages
        retried = story.command(hop.port, "retry", second)
        assert retried.returncode == 0, retried
        assert story.command(hop.port, "retry", "unknown").returncode == 1
        until(lambda: hop.messages, "the scan", 90)
        assert "Subject: two" in hop.messages[0][2]


def drained(story):
    port, = free_ports(1)
    with story.relay(port) as relay:
        send(relay, "drained")
        assert relay.terminate() == 0, relay.lines[-20:]
    with NextHop(port) as hop, story.relay(port):
        until(lambda: hop.messages, "the scan")


STORIES = [kept_over_a_kill, refused_for_good_is_heard, put_off_at_the_end, put_off_for_one,
           bounced_to_whom_the_account_said, more_reports_than_an_hour_takes, commands, drained]


def main():
    chosen = [s for s in STORIES if not sys.argv[1:] or s.__name__ in sys.argv[1:]]
    with Platform() as platform:
        platform.smtp_user("printer", ip="127.0.0.1")
        for tell in chosen:
            began = time.monotonic()
            tell(Story(platform))
            print(f"{tell.__name__.replace('_', ' ')}: {time.monotonic() - began:.1f} s", flush=True)


if __name__ == "__main__":
    main()

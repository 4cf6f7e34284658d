#!/usr/bin/env python3
"""Crowds at the HTTP side of one machine: an account that asks as often as it can, strangers who load the dashboard
without end and who only hold connections, at the API and at the management port. Another account's requests are
answered, and a device sends, all the while.

crowded.py [SECONDS]"""

import json
import socket
import sys
import threading
import time
import urllib.error
import urllib.request

from trial import Platform
from refused import Honest

RATE = 300
SLOWEST = 5.0


def status(url, token=None):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=30) as answer:
            answer.read()
            return answer.status
    except urllib.error.HTTPError as e:
        return e.code


def again(url, token, end, heard):
    while time.monotonic() < end:
        try:
            heard.append(status(url, token))
        except OSError as e:
            heard.append(type(e).__name__)


def hold(port, count, address):
    """As many connections as it gets, none of which says anything."""
    held = []
    for _ in range(count):
        try:
            held.append(socket.create_connection(("127.0.0.1", port), timeout=5, source_address=(address, 0)))
        except OSError:
            pass
    for connection in held:
        connection.setblocking(False)
    return held


def is_open(connection):
    try:
        return connection.recv(1) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 6
    faults = []
    with Platform(REQUESTS_PER_MINUTE=RATE) as platform:
        platform.smtp_user("printer", ip="127.0.0.1")
        greedy, base = platform.token_of("greedy"), f"http://127.0.0.1:{platform.http}"
        honest = Honest(platform.smtp)
        honest.start()
        api, management = hold(platform.http, 600, "127.0.0.66"), hold(platform.management, 600, "127.0.0.67")
        heard = {"greedy": [], "dashboard": [], "other": []}
        end = time.monotonic() + seconds
        crowd = [threading.Thread(target=again, args=(f"{base}{path}", token, end, heard[who]), daemon=True)
                 for who, path, token, at_once in (("greedy", "/v1/smtp-users", greedy, 3), ("dashboard", "/dashboard.json", None, 3))
                 for _ in range(at_once)]
        for thread in crowd:
            thread.start()
        slowest = 0.0
        while time.monotonic() < end:
            began = time.monotonic()
            heard["other"].append(status(f"{base}/v1/smtp-users/printer", platform.token))
            slowest = max(slowest, time.monotonic() - began)
            time.sleep(0.1)
        for thread in crowd:
            thread.join(60)
        at_api, at_management = (sum(map(is_open, held)) for held in (api, management))
        told = {who: {str(one): answers.count(one) for one in set(answers)} for who, answers in heard.items()}
        print(f"held at the API {at_api} of 600, at the management port {at_management} of 600; heard {json.dumps(told)}; "
              f"the other account's slowest took {slowest:.2f} s; the device sent {honest.sent}, the slowest in {honest.slowest:.2f} s")
        honest.done = True
        honest.join(60)
        if set(heard["other"]) != {200} or slowest > SLOWEST:
            faults.append(f"the other account: {told['other']}, {slowest:.1f} s")
        if 429 not in heard["greedy"] or not RATE <= heard["greedy"].count(200) <= 3 * RATE:
            faults.append(f"the greedy account: {told['greedy']} at {RATE} a minute")
        if at_api > 250 or at_management > 500:
            faults.append("connections aren't bounded")
        if honest.refused or honest.slowest > SLOWEST or not honest.sent:
            faults.append(f"the device: {honest.sent} sent, {honest.refused[:3]}, {honest.slowest:.1f} s")
        for connection in api + management:
            connection.close()
    print("\n".join(faults) or "no fault")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()

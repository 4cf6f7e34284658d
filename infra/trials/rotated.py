"""The pepper in three deployments (infra/docs/DEPLOYING.md), on what was deployed: functions and relays of one stage
meet those of the stage before, as they do while a deployment lasts, and no password is refused."""

import base64
import secrets
import smtplib
import time

from aws import REGION, say
from trial import NO_RATES, PEPPER, Process, answers, free_ports

NEW = base64.b64encode(secrets.token_bytes(32)).decode()
STAGES = [PEPPER, f"{PEPPER},{NEW}", f"{NEW},{PEPPER}", NEW]


class Relay:
    """Answers to AUTH only; nothing is handed on."""

    def __init__(self, deployment, pepper):
        self.port, self.management = free_ports(2)
        self.process = Process("relay-container/target/relay.jar", {
            "AWS_ENDPOINT_URL_DYNAMODB": deployment.ministack.url, "AWS_REGION": REGION, "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test", "PASSWORD_PEPPER": pepper, "AUTH_WITHOUT_TLS": "true",
            "SMTP_USERS_TABLE": deployment.outputs["SmtpUsersTable"],
            "IP_AUTHENTICATIONS_TABLE": deployment.outputs["IpAuthenticationsTable"],
            "NEXT_HOP": "smtp://127.0.0.1:1", "SMTP_PORTS": self.port, "SMTPS_PORTS": "none",
            "MANAGEMENT_PORT": self.management, "LISTEN_ADDRESS": "127.0.0.1", **NO_RATES})

    def takes(self, username, password):
        self.process.wait_until(lambda: answers(self.management, "/ready") == 200, "/ready", 180)
        with smtplib.SMTP("127.0.0.1", self.port, timeout=30) as device:
            device.ehlo()
            end = time.monotonic() + 60
            while True:
                try:
                    device.login(username, password)
                    return True
                except smtplib.SMTPAuthenticationError as refused:
                    if refused.smtp_code != 454 or time.monotonic() > end:  # a busy machine's tables are late
                        return False
                time.sleep(0.2)


def rotate(deployment, api, function_with):
    """function_with(pepper) starts the function, by the secret, and puts it behind the API."""
    relays, made = [], []
    try:
        for stage, pepper in enumerate(STAGES):
            relays.append(Relay(deployment, pepper))
            with function_with(pepper):
                made.append(password(api, f"stage-{stage}"))
                if stage == 2:
                    rotated = password(api, "stage-0", "/stage-0/password")
            for there in range(max(stage - 1, 0), stage + 1):
                expect(relays[there], f"stage-{stage}", made[stage], True)
            if 0 < stage < 3:
                expect(relays[stage], f"stage-{stage - 1}", made[stage - 1], True)
        expect(relays[3], "stage-0", rotated, True)
        expect(relays[3], "stage-1", made[1], False)
        # What the three are for: in one step, those that still run refuse what the new ones made.
        expect(relays[0], "stage-2", made[2], False)
    finally:
        for relay in relays:
            relay.process.kill()
    say("the pepper in three deployments: each password was taken everywhere while it changed, "
        "and what wasn't rotated is refused at the end")


def password(api, username, path=""):
    status, answer = api.call("acme", "POST", f"/v1/smtp-users{path}", None if path else {"username": username})
    if status not in (200, 201):
        raise AssertionError(f"{status}: {answer}")
    return answer["password"]


def expect(relay, username, password_, taken):
    if relay.takes(username, password_) != taken:
        raise AssertionError(f"{username}'s password is {'refused' if taken else 'taken'} at a relay: "
                             + "\n".join(relay.process.lines[-5:]))

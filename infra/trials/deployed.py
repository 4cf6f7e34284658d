#!/usr/bin/env python3
"""`sam deploy` of template.yaml and its nested stacks to MiniStack (an AWS of one process, on 127.0.0.1); then
what was deployed is used: the real package in Lambda's own runtime client answers behind the HTTP API, and the
relay's jar sends mail by an address that was nominated there. A second deploy changes a setting, and only
the function has a new version; then all of it is deleted.

deployed.py BUILT   BUILT: the folder that `sam build` left. Run by .ci/deploy, which brings sam, MiniStack
                    and boto3.

Not shown, for MiniStack has none of it: the HTTP API's Body with its authorizer (one route is added here, by
boto3, and a token is judged by the function alone), what aws.LACKS names, the secret that CloudFormation makes
for the pepper (one is put in its place), tasks on Fargate behind a balancer (the relay's jar is started here),
policies that refuse, SnapStart, and that tables outlive the deletion: MiniStack deletes what is in a nested
stack whatever its DeletionPolicy."""

import json
import signal
import smtplib
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from aws import REGION, Deployment, MiniStack, say, until, without_what_ministack_lacks
from lambda_runtime import Failed, Function, Issuer, Quiet, serve
from sink import Sink
from trial import NO_RATES, PEPPER, Process, answers, free_ports, scratch

IP = "127.0.0.41"


class Api:
    """The deployed HTTP API, with the route that MiniStack doesn't read in its Body."""

    def __init__(self, deployment, function, issuer):
        ministack, name = deployment.ministack, deployment.outputs["ApiFunctionName"]
        self.token = {"nobody": "none", **{account: issuer.token(account) for account in ("acme", "globex")}}
        self.door = serve(forwarding_to(function))
        variables = {**deployment.settings(),
                     "MINISTACK_LAMBDA_PROXY_URL": f"http://127.0.0.1:{self.door.server_address[1]}/"}
        lambda_ = ministack.client("lambda")
        arn = lambda_.update_function_configuration(
            FunctionName=name, Environment={"Variables": variables})["FunctionArn"]
        gateway = ministack.client("apigatewayv2")
        api = deployment.resources()["Api"]
        integration = gateway.create_integration(
            ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=arn, PayloadFormatVersion="2.0")["IntegrationId"]
        gateway.create_route(ApiId=api, RouteKey="ANY /v1/{proxy+}", Target=f"integrations/{integration}")
        self.url, self.host = ministack.url, f"{api}.execute-api.localhost:{ministack.port}"

    def call(self, account, method, path, body=None):
        request = urllib.request.Request(
            self.url + path, method=method, data=None if body is None else json.dumps(body).encode(),
            headers={"Host": self.host, "Authorization": f"Bearer {self.token[account]}",
                     "Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as refused:
            return refused.code, json.loads(refused.read() or b"null")


def forwarding_to(function):
    class Forwarding(Quiet):
        def do_POST(self):
            try:
                status, answer = 200, function.invoke(self.body())
            except Failed as failed:
                status, answer = 502, {"errorMessage": str(failed)}
            self.answer(status, json.dumps(answer).encode(), Content_Type="application/json")

    return Forwarding


def use(api):
    """No token, create, nominate, conflict."""
    expect(api.call("nobody", "GET", "/v1/smtp-users"), 401)
    expect(api.call("acme", "POST", "/v1/smtp-users", {"username": "printer"}), 201)
    expect(api.call("globex", "POST", "/v1/smtp-users", {"username": "scanner"}), 201)
    expect(api.call("acme", "PUT", "/v1/smtp-users/printer/ip-authentication", {"ip": IP}), 200)
    problem = expect(api.call("globex", "PUT", "/v1/smtp-users/scanner/ip-authentication", {"ip": IP}), 409)
    if problem["type"] != "/problems/ip-already-assigned":
        raise AssertionError(problem)


def expect(answer, status):
    if answer[0] != status:
        raise AssertionError(f"{answer[0]} and not {status}: {answer[1]}")
    say(f"{status} {json.dumps(answer[1])[:110]}")
    return answer[1]


def send_mail(deployment):
    """By the relay's jar, on the deployed tables, as the address that was nominated."""
    sink, (port, management) = Sink(), free_ports(2)
    ministack = deployment.ministack
    relay = Process("relay-container/target/relay.jar", {
        "AWS_ENDPOINT_URL_DYNAMODB": ministack.url, "AWS_REGION": REGION, "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test", "PASSWORD_PEPPER": PEPPER,
        "SMTP_USERS_TABLE": deployment.outputs["SmtpUsersTable"],
        "IP_AUTHENTICATIONS_TABLE": deployment.outputs["IpAuthenticationsTable"],
        "NEXT_HOP": f"smtp://127.0.0.1:{sink.port}", "SMTP_PORTS": port, "SMTPS_PORTS": "none",
        "MANAGEMENT_PORT": management, "LISTEN_ADDRESS": "127.0.0.1", **NO_RATES})
    try:
        relay.wait_until(lambda: answers(management, "/ready") == 200, "/ready")
        send(port, IP)
        until(lambda: any("Subject: a scan" in text for text in sink.messages), "the message", 10)
        event = next(event for event in relay.events() if event.get("event") == "message")
        say(f"mail went through, as {event['smtpUser']} of {event['accountId']} by {event['authenticatedBy']}")
        try:
            send(port, "127.0.0.42")
            raise AssertionError("an address that nobody nominated sent mail")
        except smtplib.SMTPSenderRefused as refused:
            say(f"from another address: {refused.smtp_code} {refused.smtp_error.decode()[:80]}")
    finally:
        relay.kill()


def send(port, address):
    with smtplib.SMTP("127.0.0.1", port, source_address=(address, 0), timeout=30) as device:
        device.sendmail("scan@example.com", ["boss@example.net"],
                        "From: scan@example.com\r\nSubject: a scan\r\n\r\nhi\r\n")


def main():
    # At the end of the time allowed, too, what was started is ended and what was written is deleted.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("no more time"))
    begin = time.monotonic()
    built = Path(sys.argv[1]).resolve()
    with scratch() as folder, MiniStack(folder) as ministack:
        issuer = Issuer(folder, name="https://id.example.com/")
        deployment = Deployment(ministack, without_what_ministack_lacks(built, folder), issuer)
        deployment.deploy()
        deployment.own_pepper()
        # The provider's keys alone come from this machine: the template takes https only.
        environment = {**ministack.environment, **deployment.settings(),
                       "OPENID_JWKS": issuer.environment()["OPENID_JWKS"]}
        with Function(built / "ApiFunction", environment) as function:
            function.wait_for_snapshot()
            use(Api(deployment, function, issuer))
        send_mail(deployment)
        tables, before = deployment.tables(), deployment.resources()
        deployment.deploy(RequestsPerMinute="600")
        if deployment.tables() != tables:
            raise AssertionError("the tables were replaced, or their rows are gone")
        if deployment.settings()["REQUESTS_PER_MINUTE"] != "600":
            raise AssertionError("the change didn't come to the function")
        others = {path for path, id_ in deployment.resources().items() if before.get(path) != id_}
        if any("Version" not in path for path in others):
            raise AssertionError(f"more than the function's version is new: {sorted(others)}")
        say(f"the tables and their {sum(len(rows) for _, rows in tables.values())} rows are as they were; "
            f"new is {sorted(others)}")
        deployment.delete()
        if not deployment.has_pepper():
            raise AssertionError("the pepper, which is to be retained, went with the deployment")
        say("the pepper stays, as the template has it")
        say(f"{time.monotonic() - begin:.0f} s in all")


main()

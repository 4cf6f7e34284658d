#!/usr/bin/env python3
"""`sam deploy` of template.yaml and its nested stacks to MiniStack (an AWS of one process, on 127.0.0.1), as an
operator has the first hour: with a wrong issuer, which is refused and leaves nothing; again under the same name
with the right one, without a relay; then with it. What was deployed is used: the real package in Lambda's own
runtime client answers behind the HTTP API and its authorizer, and the relay's jar sends mail by an address that was
nominated there; the pepper is changed in three deployments. Changes are stopped, as for a restore; a deployment
changes a setting, and only the function has a new version, with its alarm; another adopts tables, and changes are let
in again. Then all is deleted.

deployed.py BUILT   BUILT: the folder that `sam build` left. Run by .ci/deploy, which brings sam, MiniStack
                    and boto3.

Not shown, for MiniStack has none of it: what aws.LACKS names, the secret that CloudFormation makes for the pepper
(one is put in its place), tasks on Fargate behind a balancer (the relay's jar is started here), policies that
refuse, SnapStart, and that tables outlive the deletion: MiniStack deletes what is in a nested stack whatever its
DeletionPolicy. What is AWS's and imitated here is in imitation.py."""

import json
import signal
import smtplib
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from aws import REGION, STACK, Deployment, MiniStack, say, until, without_what_ministack_lacks
from lambda_runtime import Failed, Function, Issuer, Quiet, serve
from rotated import STAGES, rotate
from sink import Sink
from trial import NO_RATES, PEPPER, REMEMBERS, ROOT, Process, answers, certificate, free_ports, scratch, until_known

sys.path.append(str(ROOT / "infra/preflight"))
from names import TABLES  # noqa: E402

IP = "127.0.0.41"


class Api:
    """The deployed HTTP API."""

    def __init__(self, deployment, issuer):
        ministack = deployment.ministack
        self.token = {"nobody": "none", **{account: issuer.token(account) for account in ("acme", "globex")}}
        self.url = ministack.url
        self.host = f"{deployment.resources()['HttpApi']}.execute-api.localhost:{ministack.port}"

    def call(self, account, method, path, body=None):
        request = urllib.request.Request(
            self.url + path, method=method, data=None if body is None else json.dumps(body).encode(),
            headers={"Host": self.host, "Authorization": f"Bearer {self.token[account]}",
                     "Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, read(answer)
        except urllib.error.HTTPError as refused:
            return refused.code, read(refused)


def read(answer):
    body = answer.read()
    return json.loads(body or b"null") if "json" in answer.headers.get("Content-Type", "") else body.decode()


class Functions:
    """Those in Java, by their names; each is a process of the trial while it runs."""

    def __init__(self):
        self.running, functions = {}, self

        class Invoked(Quiet):
            def do_POST(self):
                body, function = self.body(), functions.running.get(self.path.strip("/"))
                if function is None:
                    self.answer(502, b"{}", Content_Type="application/json")
                    return
                try:
                    answer = function.invoke(body)
                except Failed as failed:
                    answer = {"errorMessage": str(failed)}
                self.answer(200, json.dumps(answer).encode(), Content_Type="application/json")

        self.url = f"http://127.0.0.1:{serve(Invoked).server_address[1]}/"


def use(api):
    """No token, create, nominate, conflict; and what is open to everybody."""
    expect(api.call("nobody", "GET", "/v1/smtp-users"), 401)
    for path in ("/", "/dashboard.json", "/dashboard/main.js", "/v1/openapi.yaml"):
        expect(api.call("nobody", "GET", path), 200)
    expect(api.call("nobody", "GET", "/elsewhere"), 404)
    password = expect(api.call("acme", "POST", "/v1/smtp-users", {"username": "printer"}), 201)["password"]
    expect(api.call("globex", "POST", "/v1/smtp-users", {"username": "scanner"}), 201)
    expect(api.call("acme", "PUT", "/v1/smtp-users/printer/ip-authentication", {"ip": IP}), 200)
    problem = expect(api.call("globex", "PUT", "/v1/smtp-users/scanner/ip-authentication", {"ip": IP}), 409)
    if problem["type"] != "/problems/ip-already-assigned":
        raise AssertionError(problem)
    return password


def expect(answer, status):
    if answer[0] != status:
        raise AssertionError(f"{answer[0]} and not {status}: {answer[1]}")
    say(f"{status} {json.dumps(answer[1])[:110]}")
    return answer[1]


def send_mail(deployment, password):
    """By the relay's jar, on the deployed tables, as the address that was nominated; and by the probe."""
    sink, (port, tls, management, nobodys) = Sink(), free_ports(4)
    ministack = deployment.ministack
    relay = Process("relay-container/target/relay.jar", {
        "AWS_ENDPOINT_URL_DYNAMODB": ministack.url, "AWS_REGION": REGION, "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test", "PASSWORD_PEPPER": PEPPER,
        "SMTP_USERS_TABLE": deployment.outputs["SmtpUsersTable"],
        "IP_AUTHENTICATIONS_TABLE": deployment.outputs["IpAuthenticationsTable"],
        "NEXT_HOP": f"smtp://127.0.0.1:{sink.port}", "SMTP_PORTS": port, "SMTPS_PORTS": tls,
        "MANAGEMENT_PORT": management, "LISTEN_ADDRESS": "127.0.0.1", **NO_RATES, **REMEMBERS})
    try:
        relay.wait_until(lambda: answers(management, "/ready") == 200, "/ready")
        until_known(port, IP)
        send(port, IP)
        until(lambda: any("Subject: a scan" in text for text in sink.messages), "the message", 10)
        until(lambda: messages_of(relay), "the message's event line", 10)
        event = messages_of(relay)[0]
        say(f"mail went through, as {event['smtpUser']} of {event['accountId']} by {event['authenticatedBy']}")
        try:
            until_known(port, "127.0.0.42")
            send(port, "127.0.0.42")
            raise AssertionError("an address that nobody nominated sent mail")
        except smtplib.SMTPSenderRefused as refused:
            say(f"from another address: {refused.smtp_code} {refused.smtp_error.decode()[:80]}")
        probe(deployment, password, f"{port}:starttls,{tls}:tls", 0)
        until(lambda: any("Subject: Probe" in text for text in sink.messages), "the probe's message", 10)
        probe(deployment, "wrong", f"{port}:starttls", 1)
        probe(deployment, password, f"{nobodys}:starttls", 2)
    finally:
        relay.kill()


def messages_of(relay):
    return [event for event in relay.events() if event["event"] == "message"]


def probe(deployment, password, ports, failures):
    """infra/probe as Lambda calls it, from this machine."""
    secret = deployment.ministack.client("secretsmanager").create_secret(
        Name=f"trial/probe/{ports}/{failures}", SecretString=json.dumps(
            {"username": "printer", "password": password, "from": "scan@example.com", "to": "probe@example.net"}))["ARN"]
    done = subprocess.run(
        [sys.executable, "-c", "import probe; probe.handler({}, None)"], cwd=ROOT / "infra/probe", capture_output=True,
        text=True, timeout=120, env={**deployment.ministack.environment, "HOSTNAME": "127.0.0.1", "PORTS": ports,
                                     "SECRET": secret, "PYTHONDONTWRITEBYTECODE": "1"})
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode or sum(line["failed"] for line in lines) != failures:
        raise AssertionError(done.stdout + done.stderr)
    say(f"the probe: {done.stdout.splitlines()[0]}")


def send(port, address):
    with smtplib.SMTP("127.0.0.1", port, source_address=(address, 0), timeout=30) as device:
        device.sendmail("scan@example.com", ["boss@example.net"],
                        "From: scan@example.com\r\nSubject: a scan\r\n\r\nhi\r\n")


def main():
    # At the end of the time allowed, too, what was started is ended and what was written is deleted.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("no more time"))
    begin = time.monotonic()
    built = Path(sys.argv[1]).resolve()
    functions = Functions()
    with scratch() as folder:
        own = certificate(folder)
        issuer = Issuer(folder, certificate=own)
        with MiniStack(folder, functions.url, trusted=own[0]) as ministack:
            deployment = Deployment(ministack, without_what_ministack_lacks(built, folder), OpenIdIssuer=issuer.name)
            tried(deployment, built, issuer, functions)
    say(f"{time.monotonic() - begin:.0f} s in all")


def tried(deployment, built, issuer, functions):
    """The first hour, a wrong answer included."""
    deployment.is_refused("Invalid issuer", OpenIdIssuer=issuer.name + "wrong/")
    if deployment.exists() or deployment.leftovers():
        raise AssertionError(f"the deployment that failed left {deployment.leftovers()}")
    say("with a wrong issuer nothing is deployed, and nothing is left")
    deployment.deploy()
    deployment.deploy(RelayImage="relay.example.com/relay:1.0.0")
    api = Api(deployment, issuer)

    @contextmanager
    def function_with(pepper):
        deployment.own_pepper(pepper)
        # The provider's keys alone come from this machine: the template takes https only.
        environment = {**deployment.ministack.environment, **deployment.settings(),
                       "OPENID_JWKS": issuer.environment()["OPENID_JWKS"]}
        with Function(built / "ApiFunction", environment) as function:
            function.wait_for_snapshot(180)
            functions.running[deployment.outputs["ApiFunctionName"]] = function
            yield

    with function_with(PEPPER):
        password = use(api)
    send_mail(deployment, password)
    rotate(deployment, api, function_with)
    with function_with(STAGES[-1]):
        stop_changes(deployment, api)
    changed(deployment)
    restored(deployment)
    with function_with(STAGES[-1]):
        let_changes_in(deployment, api)
    deployment.delete()
    if not deployment.has_pepper():
        raise AssertionError("the pepper, which is to be retained, went with the deployment")
    say("the pepper stays, as the template has it")


def stop_changes(deployment, api):
    """What follows is as for a restore (infra/docs/DEPLOYING.md)."""
    expect(api.call("acme", "GET", "/v1/smtp-users"), 200)
    deployment.ministack.client("lambda").put_function_concurrency(
        FunctionName=deployment.outputs["ApiFunctionName"], ReservedConcurrentExecutions=0)
    stopped(api)


def stopped(api):
    # 503 on AWS.
    for method, body in (("GET", None), ("POST", {"username": "meanwhile"})):
        expect(api.call("acme", method, "/v1/smtp-users", body), 429)


def restored(deployment):
    """Copies of the tables that are kept, which the deployment adopts."""
    dynamodb = deployment.ministack.client("dynamodb")
    for name in TABLES:
        table = dynamodb.describe_table(TableName=f"{STACK}-{name}")["Table"]
        indexes = [{part: index[part] for part in ("IndexName", "KeySchema", "Projection")}
                   for index in table.get("GlobalSecondaryIndexes", [])]
        dynamodb.create_table(TableName=f"new-{name}", BillingMode="PAY_PER_REQUEST", KeySchema=table["KeySchema"],
                              AttributeDefinitions=table["AttributeDefinitions"],
                              **({"GlobalSecondaryIndexes": indexes} if indexes else {}))
        for row in dynamodb.scan(TableName=f"{STACK}-{name}")["Items"]:
            dynamodb.put_item(TableName=f"new-{name}", Item=row)
    deployment.deploy(AdoptTables="new-", SecretsVersion="2")
    version = deployment.ministack.client("lambda").get_function_configuration(
        FunctionName=deployment.outputs["ApiFunctionName"], Qualifier="live")
    if version["Environment"]["Variables"]["SMTP_USERS_TABLE"] != "new-SmtpUsers":
        raise AssertionError("the API goes on with the tables from before")


def let_changes_in(deployment, api):
    stopped(api)
    deployment.ministack.client("lambda").delete_function_concurrency(FunctionName=deployment.outputs["ApiFunctionName"])
    users = expect(api.call("acme", "GET", "/v1/smtp-users"), 200)["items"]
    if "printer" not in [user["username"] for user in users]:
        raise AssertionError(f"what was restored isn't there: {users}")
    expect(api.call("acme", "POST", "/v1/smtp-users", {"username": "afterwards"}), 201)
    say("changes were stopped, over two deployments, and are let in again, to the tables that were adopted")


def changed(deployment):
    """A setting, and nothing else."""
    tables, before = deployment.tables(), deployment.resources()
    deployment.deploy(RequestsPerMinute="600")
    if deployment.tables() != tables:
        raise AssertionError("the tables were replaced, or their rows are gone")
    if deployment.settings()["REQUESTS_PER_MINUTE"] != "600":
        raise AssertionError("the change didn't come to the function")
    others = {path for path, id_ in deployment.resources().items() if before.get(path) != id_}
    if any("Version" not in path for path in others):
        raise AssertionError(f"more than the function's version, and its alarm, is new: {sorted(others)}")
    say(f"the tables and their {sum(len(rows) for _, rows in tables.values())} rows are as they were; "
        f"new is {sorted(others)}")


main()

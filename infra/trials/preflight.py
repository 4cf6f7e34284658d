#!/usr/bin/env python3
"""infra/preflight against MiniStack: once with good answers, then with each fault planted. Run by .ci/deploy."""

import base64
import json
import os
import re
import secrets
import subprocess
import sys

from aws import REGION, MiniStack, say
from lambda_runtime import Issuer
from trial import ROOT, certificate, scratch

sys.path.append(str(ROOT / "infra/preflight"))
from account import Account, Answers  # noqa: E402
from checks import lines  # noqa: E402

ELSEWHERE = "us-west-2"


class Trial:
    def __init__(self, ministack, issuer, trusted):
        self.ministack = ministack
        os.environ.update(ministack.environment, SSL_CERT_FILE=str(trusted))
        self.account = Account(REGION, None)
        self.good = {"OpenIdIssuer": issuer.name, "OpenIdAudience": "smtp-relay", "RelayHostname": "smtp.example.org",
                     "NextHop": "smtp://next-hop.example.org:587", "NextHopSecretArn": self.secret(
                         {"username": "relay", "password": "p4ssw0rd"})}

    def secret(self, content):
        text = content if isinstance(content, str) else json.dumps(content)
        return self.ministack.client("secretsmanager").create_secret(
            Name="trial/" + secrets.token_hex(4), SecretString=text)["ARN"]

    def certificate(self, name, region=REGION):
        arn = self.ministack.client("acm").request_certificate(DomainName=name)["CertificateArn"]
        return arn.replace(REGION, region)

    def command(self):
        """As an operator gives it: what it says, when nothing is wrong."""
        return subprocess.run(
            [sys.executable, ROOT / "infra/preflight", "--config-file", "/nonexistent", "--stack-name", "trial",
             *(f"{name}={value}" for name, value in self.good.items())],
            capture_output=True, text=True, timeout=240)

    def wrong(self, changed):
        said = list(lines(self.account, Answers("trial", {**self.good, **changed})))
        return said, [line for line in said if line.startswith("NO")]

    def finds_nothing(self, **changed):
        said, wrong = self.wrong(changed)
        if wrong:
            raise AssertionError("\n".join(said))

    def finds(self, pattern, **changed):
        said, wrong = self.wrong(changed)
        if len(wrong) != 1 or not re.search(pattern, wrong[0]) or "p4ssw0rd" in str(said):
            raise AssertionError(f"{pattern} was planted, and what is said is:\n" + "\n".join(said))
        say(wrong[0])


def faults(trial):
    """What is planted, and the sentence that is to say so."""
    pepper = base64.b64encode(secrets.token_bytes(32)).decode()
    issuer = trial.good["OpenIdIssuer"]
    trial.finds("can't be read", OpenIdIssuer=issuer + "wrong/")
    trial.finds("to the letter", OpenIdIssuer=issuer.rstrip("/"))
    trial.finds("must be answered", OpenIdAudience="")
    trial.finds("has to be in", RelayCertificateArn=trial.certificate("smtp.example.org", ELSEWHERE))
    trial.finds("not for smtp.example.org", RelayCertificateArn=trial.certificate("mail.example.org"))
    trial.finds("needs ApiCertificateArn", ApiDomainName="relay.example.org")
    trial.finds("no such secret", NextHopSecretArn=trial.good["NextHopSecretArn"][:-1] + "~")
    trial.finds("doesn't hold", NextHopSecretArn=trial.secret({"user": "relay", "password": "p4ssw0rd"}))
    trial.finds("doesn't hold", NextHopSecretArn=trial.secret("relay:p4ssw0rd"))
    trial.finds("isn't base64", PepperSecretArn=trial.secret("too short"))
    trial.finds("isn't base64", PepperSecretArn=trial.secret(pepper + ",AAAA"))
    trial.finds("isn't PEM", RelayCertificateSecretArn=trial.secret({"certificate": "DER", "privateKey": "DER"}))
    trial.finds("AlarmTopicArn", AlarmTopicArn=f"arn:aws:sns:{REGION}:000000000000:nobody")
    trial.finds("Zones: no", Zones="mars-1a,mars-1b")
    trial.finds("BalancerAddressIds: 1 for 2 zones", BalancerAddressIds="eipalloc-0123456789abcdef0")
    trial.finds("AdoptTables: no table", AdoptTables="gone-")
    trial.finds("HostedZoneId", HostedZoneId="Z0NOWHERE")


def keep(dynamodb, *names):
    for name in names:
        dynamodb.create_table(
            TableName=f"kept-{name}", BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "a", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "a", "AttributeType": "S"}])


def without_a_new_version(trial):
    """A deployment that is there goes over to the tables that were kept, or has another setting."""
    cloudformation = trial.ministack.client("cloudformation")
    deployed = {**trial.good, "AdoptTables": "", "ApiOrigins": "", "RequestsPerMinute": "6000", "SecretsVersion": "3"}
    cloudformation.create_stack(
        StackName="trial", TemplateBody=json.dumps({
            "Parameters": {name: {"Type": "String"} for name in deployed},
            "Resources": {"Nothing": {"Type": "AWS::CloudFormation::WaitConditionHandle"}}}),
        Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in deployed.items()])
    trial.finds_nothing()
    trial.finds("AdoptTables alone .* raise SecretsVersion, 3", AdoptTables="kept-")
    trial.finds("AdoptTables, ApiOrigins alone", AdoptTables="kept-", ApiOrigins="https://a.example.org", SecretsVersion="3")
    trial.finds_nothing(AdoptTables="kept-", SecretsVersion="4")
    trial.finds_nothing(ApiOrigins="https://a.example.org", RequestsPerMinute="600")
    cloudformation.delete_stack(StackName="trial")


def leftovers(trial):
    """What is found in the account, and isn't an answer's fault."""
    dynamodb, ec2 = trial.ministack.client("dynamodb"), trial.ministack.client("ec2")
    dynamodb.create_table(
        TableName="trial-Audit", BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "a", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "a", "AttributeType": "S"}])
    trial.finds("left by an earlier deployment")
    dynamodb.delete_table(TableName="trial-Audit")
    # As an earlier version's, which had no others.
    keep(dynamodb, "SmtpUsers", "IpAuthentications", "Audit", "IdempotencyKeys")
    trial.finds("no table kept-CountedLines, kept-Queue, kept-Usage$", AdoptTables="kept-")
    keep(dynamodb, "CountedLines", "Queue", "Usage")
    without_a_new_version(trial)
    taken = [ec2.allocate_address(Domain="vpc")["AllocationId"] for _ in range(4)]
    trial.finds("Elastic IPs: 4 of")
    for address in taken:
        ec2.release_address(AllocationId=address)
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    zones = [zone["ZoneName"] for zone in ec2.describe_availability_zones()["AvailabilityZones"]]
    one, other, third = (ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{n}.0/24", AvailabilityZone=zones[zone])[
        "Subnet"]["SubnetId"] for n, zone in enumerate((0, 1, 0)))
    trial.finds("two are in one zone", VpcId=vpc, PublicSubnetIds=f"{one},{third}", TaskSubnetIds=f"{one},{other}",
                Egress="Nat")
    trial.finds("no route to an internet gateway", VpcId=vpc, PublicSubnetIds=f"{one},{other}", TaskSubnetIds=one)


def main():
    with scratch() as folder:
        own = certificate(folder)
        issuer = Issuer(folder, certificate=own)
        with MiniStack(folder, trusted=own[0]) as ministack:
            trial = Trial(ministack, issuer, own[0])
            trial.finds("create-service-linked-role")
            if trial.command().returncode != 1:
                raise AssertionError("a fault, and no exit status 1")
            # As AWS names it when the command above is given.
            ministack.client("iam").create_role(RoleName="AWSServiceRoleForECS", AssumeRolePolicyDocument="{}")
            done = trial.command()
            if done.returncode or done.stderr:
                raise AssertionError(done.stdout + done.stderr)
            say(done.stdout)
            faults(trial)
            leftovers(trial)


main()

#!/usr/bin/env python3
"""Answers that don't go together are refused at once, by template.yaml's Rules, in a sentence. Run by .ci/deploy."""

import json

from aws import PARAMETERS, MiniStack, say
from botocore.exceptions import ClientError
from samtranslator.yaml_helper import yaml_parse
from trial import ROOT, scratch

SUBNETS = {"VpcId": "vpc-0", "PublicSubnetIds": "subnet-a,subnet-b", "TaskSubnetIds": "subnet-c"}
REFUSED = [
    ({"MinTasks": "8", "MaxTasks": "6"}, "MaxTasks is less than MinTasks"),
    ({"MinTasks": "50", "MaxTasks": "20"}, "MaxTasks is less than MinTasks"),
    ({"PlainPort": "587"}, "PlainPort is one of the ports"),
    ({"LegacyTlsPort": "4650"}, "LegacyTlsPort is one of the ports"),
    ({"PlainPort": "2600", "LegacyTlsPort": "2600"}, "are the same"),
    ({"VpcId": "vpc-0", "TaskSubnetIds": "subnet-a", "Egress": "Nat"}, "needs PublicSubnetIds"),
    ({"VpcId": "vpc-0", "PublicSubnetIds": "subnet-a", "Egress": "Nat"}, "needs TaskSubnetIds"),
    (SUBNETS, "must be among PublicSubnetIds"),
    ({"ApiDomainName": "relay.example.org"}, "needs ApiCertificateArn"),
    ({"AlarmEmail": "a@example.org", "AlarmTopicArn": "arn:aws:sns:eu-central-1:123456789012:alarms"}, "subscribe it"),
    ({"RelayCpu": "256", "RelayMemory": "4096"}, "512, 1024 or 2048 with RelayCpu=256"),
    ({"RelayCpu": "4096", "RelayMemory": "7168"}, "8192 or 16384 with RelayCpu=4096"),
    ({"MinTasks": "5"}, "MinTasks"),
    ({"CacheTtl": "PT0S"}, "CacheTtl"),
    ({"QueueLifetime": "P30D"}, "QueueLifetime"),
    ({"NextHop": "smtp://relay.example.net:65536"}, "NextHop"),
    ({"AuditSchedule": "rate(7 days)"}, "AuditSchedule"),
]
TAKEN = [
    {}, {"MinTasks": "6", "MaxTasks": "6"}, {"MinTasks": "50", "MaxTasks": "100"}, {"PlainPort": "2600"},
    {"PlainPort": "2600", "LegacyTlsPort": "2601"}, {**SUBNETS, "Egress": "Nat"},
    {"RelayCpu": "1024", "RelayMemory": "8192"}, {"QueueLifetime": "P29D", "CacheTtl": "PT1M30S"},
    {**SUBNETS, "TaskSubnetIds": "subnet-b"}, {**SUBNETS, "BalancerScheme": "internal"},
]


def answer(cloudformation, body, changed):
    """What is said to them; empty where they are taken."""
    parameters = {**PARAMETERS, "OpenIdIssuer": "https://id.example.org/", **changed}
    try:
        cloudformation.create_change_set(
            StackName="rules", ChangeSetName="answers", ChangeSetType="CREATE", TemplateBody=body,
            Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()])
    except ClientError as refused:
        return refused.response["Error"]["Message"]
    cloudformation.delete_stack(StackName="rules")
    return ""


def main():
    template = yaml_parse((ROOT / "template.yaml").read_text())
    # The parameters and what they must be like, without all that would be made of them.
    body = json.dumps({**{part: template[part] for part in ("Parameters", "Rules")},
                       "Resources": {"Nothing": {"Type": "AWS::CloudFormation::WaitConditionHandle"}}})
    with scratch() as folder, MiniStack(folder) as ministack:
        cloudformation = ministack.client("cloudformation")
        for changed, because in REFUSED:
            said = answer(cloudformation, body, changed)
            if because not in said:
                raise AssertionError(f"{changed}: {said or 'taken'}")
        for changed in TAKEN:
            said = answer(cloudformation, body, changed)
            if said:
                raise AssertionError(f"{changed}: {said}")
    say(f"{len(REFUSED)} pairs of answers are refused, {len(TAKEN)} are taken")


main()

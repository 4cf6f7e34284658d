"""What is in the secrets, without a word of it in what is printed; and the key that they lie under."""

import base64
import binascii
import json

from account import region_of


def next_hop(account, answers):
    yield from texts(account, answers, "NextHopSecretArn", "username", "password")


def certificate(account, answers):
    parameter = "RelayCertificateSecretArn"
    if not answers[parameter]:
        return
    for holds, sentence in texts(account, answers, parameter, "certificate", "privateKey"):
        if holds:
            found = json.loads(value(account, answers, parameter))
            holds = "BEGIN CERTIFICATE" in found["certificate"] and "PRIVATE KEY" in found["privateKey"]
            sentence = sentence if holds else f"{parameter}: what it holds isn't PEM"
        yield holds, sentence


def pepper(account, answers):
    parameter = "PepperSecretArn"
    text = value(account, answers, parameter)
    if not answers[parameter] or text is None:
        yield from missing(answers, parameter)
        return
    try:
        sizes = [len(base64.b64decode(each.strip(), validate=True)) for each in text.split(",")]
    except binascii.Error:
        sizes = [0]
    yield min(sizes) >= 32, (f"{parameter} holds {len(sizes)} of {min(sizes)} bytes or more" if min(sizes) >= 32 else
                             f"{parameter} isn't base64 of 32 bytes or more: openssl rand -base64 32")


def texts(account, answers, parameter, *names):
    text = value(account, answers, parameter)
    if not answers[parameter] or text is None:
        yield from missing(answers, parameter)
        return
    try:
        found = json.loads(text)
        good = isinstance(found, dict) and all(isinstance(found.get(name), str) and found[name] for name in names)
    except ValueError:
        good = False
    form = "{" + ", ".join(f'"{name}": "…"' for name in names) + "}"
    yield good, f"{parameter} holds {' and '.join(names)}" if good else f"{parameter} doesn't hold {form}"


def missing(answers, parameter):
    if answers[parameter]:
        yield False, f"{parameter}: there is no such secret in this account and region"


def value(account, answers, parameter):
    """None where there is none."""
    arn = answers[parameter]
    if not arn or region_of(arn) != account.region:
        return None
    try:
        return account.secretsmanager.get_secret_value(SecretId=arn).get("SecretString", "")
    except account.secretsmanager.exceptions.ResourceNotFoundException:
        return None


def key(account, answers):
    arn = answers["KmsKeyArn"]
    if not arn:
        return
    if region_of(arn) != account.region:
        yield False, f"KmsKeyArn is in {region_of(arn)}; it has to be in {account.region}"
        return
    try:
        policy = account.kms.get_key_policy(KeyId=arn, PolicyName="default")["Policy"]
    except account.kms.exceptions.NotFoundException:
        yield False, "KmsKeyArn: there is no such key in this account"
        return
    for service in (f"logs.{account.region}.amazonaws.com", "cloudwatch.amazonaws.com"):
        yield service in policy, (f"KmsKeyArn: its policy names {service}" if service in policy else
                                  f"KmsKeyArn: its policy doesn't let {service} use it (DEPLOYING, A key of your own)")

"""The account that is deployed to, and the answers that it is to be deployed with."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

import boto3
from botocore.config import Config

# Whoever waits for a line shouldn't wait for minutes.
SOON = Config(connect_timeout=5, read_timeout=20, retries={"total_max_attempts": 2, "mode": "standard"})


class Account:
    def __init__(self, region, profile):
        self.session = boto3.Session(region_name=region, profile_name=profile)
        self.region = self.session.region_name
        self.clients = {}

    def __getattr__(self, service):
        """Its clients, by their names: account.ec2, account.service_quotas."""
        return self.clients.setdefault(service, self.session.client(service.replace("_", "-"), config=SOON))


@dataclass
class Answers:
    stack: str
    parameters: dict

    def __getitem__(self, name):
        """What was answered; empty where the template's default holds."""
        return self.parameters.get(name, "")

    def list(self, name):
        return [item for item in self[name].split(",") if item]

    @staticmethod
    def read(file, given, stack):
        deploy = {}
        if Path(file).exists():
            deploy = tomllib.loads(Path(file).read_text())["default"]["deploy"]["parameters"]
        overrides = deploy.get("parameter_overrides", [])
        parts = overrides.split() if isinstance(overrides, str) else overrides
        parameters = dict(part.split("=", 1) for part in [*parts, *given])
        parameters = {name: value.strip("\"'") for name, value in parameters.items()}
        return Answers(stack or deploy.get("stack_name", "relay"), parameters)


def region_of(arn):
    return arn.split(":")[3]

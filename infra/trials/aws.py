"""An AWS of one process, MiniStack (imitation.py), on 127.0.0.1, and template.yaml deployed to it by `sam deploy`."""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import boto3
from samtranslator.yaml_helper import yaml_parse
from trial import ROOT, free_ports

STACK, REGION = "trial", "eu-central-1"
PARAMETERS = {
    "OpenIdAudience": "smtp-relay", "RelayHostname": "smtp.example.com", "NominableIps": "any",
    "NextHop": "smtp://next-hop.example.com:587", "MinTasks": "1", "MaxTasks": "1"}

# What MiniStack doesn't know, and the trial can do without.
LACKS = {"AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress", "AWS::IAM::RolePolicy",
         "AWS::ApplicationAutoScaling::ScalableTarget", "AWS::ApplicationAutoScaling::ScalingPolicy"}


def without_what_ministack_lacks(built, folder):
    """A copy of the built templates, beside their packages."""
    copy, left_out = Path(folder, "built"), {}
    for template in built.rglob("template.yaml"):
        content = yaml_parse(template.read_text())
        resources = content["Resources"]
        lacking = {name for name, resource in resources.items() if lacks(resource)}
        for name in lacking:
            left_out[resources[name]["Type"]] = left_out.get(resources[name]["Type"], 0) + 1
            del resources[name]
        for name, resource in resources.items():
            depends = resource.get("DependsOn", [])
            kept = [on for on in ([depends] if isinstance(depends, str) else depends) if on not in lacking]
            resource.pop("DependsOn", None)
            if kept:
                resource["DependsOn"] = kept
            properties = resource.get("Properties", {})
            if resource["Type"] == "AWS::ECS::Service":
                properties["DesiredCount"] = 1  # MiniStack doesn't make a number of a parameter.
            properties.pop("DeploymentPreference", None)  # Nor has it CodeDeploy.
            if isinstance(properties.get("CodeUri"), str):
                properties["CodeUri"] = str(built / properties["CodeUri"])
        target = copy / template.relative_to(built)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(content))
    say("left out for MiniStack: " + ", ".join(f"{count} {type_}" for type_, count in sorted(left_out.items())))
    return copy


def lacks(resource):
    alarm_by_arithmetic = resource["Type"] == "AWS::CloudWatch::Alarm" and "Metrics" in resource["Properties"]
    return resource["Type"] in LACKS or alarm_by_arithmetic


class MiniStack:
    """Its process, and the way to it."""

    def __init__(self, folder, functions="", trusted=""):
        """functions is the URL of those in Java, trusted a file of certificates."""
        self.port, = free_ports(1)
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **os.environ, "AWS_ENDPOINT_URL": self.url, "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "SAM_CLI_TELEMETRY": "0"}
        self.log = Path(folder, "ministack.log")
        self.process = subprocess.Popen(
            [sys.executable, ROOT / "infra/trials/imitation.py"], cwd=folder, stdin=subprocess.DEVNULL,
            stdout=self.log.open("wb"), stderr=subprocess.STDOUT,
            env={**self.environment, "GATEWAY_PORT": str(self.port), "BIND_HOST": "127.0.0.1", "PERSIST_STATE": "0",
                 "FUNCTIONS": functions, "SSL_CERT_FILE": str(trusted)})

    def _answers(self):
        if self.process.poll() is not None:
            raise AssertionError("MiniStack ended:\n" + self.log.read_text()[-3000:])
        with socket.socket() as attempt:
            return attempt.connect_ex(("127.0.0.1", self.port)) == 0

    def client(self, service):
        return boto3.client(service, endpoint_url=self.url, region_name=REGION, aws_access_key_id="test",
                            aws_secret_access_key="test")

    def __enter__(self):
        try:
            until(self._answers, "MiniStack", 60)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Deployment:
    """As an operator has it: with samconfig.toml, and on the command line only what is to be changed."""

    def __init__(self, ministack, built, **parameters):
        self.ministack, self.built, self.first = ministack, built, {**PARAMETERS, **parameters}
        self.cloudformation = ministack.client("cloudformation")

    def deploy(self, **changed):
        begin = time.monotonic()
        try:
            self._sam_deploy(changed)
        except Refused as e:
            raise AssertionError(f"{e}\n" + "\n".join(self.faults())) from None
        stack = self.cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]
        self.outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
        say(f"deployed in {time.monotonic() - begin:.0f} s: {stack['StackStatus']}, {len(self.resources())} resources")

    def is_refused(self, because, **changed):
        """Fails for that reason."""
        try:
            self._sam_deploy(changed)
        except Refused as e:
            said = "\n".join([str(e), *self.faults()])
            if because not in said:
                raise AssertionError(f"refused, but not because of {because}:\n{said}") from None
            return
        raise AssertionError(f"deployed, in spite of {because}")

    def _sam_deploy(self, changed):
        parameters = changed if self.exists() else {**self.first, **changed}
        run([os.environ["SAM"], "deploy", "--config-file", ROOT / "samconfig.toml",
             "--template-file", self.built / "template.yaml", "--stack-name", STACK, "--no-confirm-changeset",
             "--parameter-overrides", *(f"{name}={value}" for name, value in parameters.items())],
            self.ministack.environment)

    def faults(self):
        """What went wrong in the stacks, those that are deleted too, by their events."""
        return [f"{event['StackName']}/{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}"
                for stack in self.cloudformation.list_stacks()["StackSummaries"]
                for event in self.cloudformation.describe_stack_events(StackName=stack["StackId"])["StackEvents"]
                if "FAILED" in event["ResourceStatus"]]

    def resources(self, stack=STACK):
        """Every one, by the path of logical names to it; those of nested stacks too."""
        found = {}
        for resource in self.cloudformation.describe_stack_resources(StackName=stack)["StackResources"]:
            path, there = resource["LogicalResourceId"], resource["PhysicalResourceId"]
            found[path] = there
            if resource["ResourceType"] == "AWS::CloudFormation::Stack":
                found |= {f"{path}/{inner}": id_ for inner, id_ in self.resources(there).items()}
        return found

    def settings(self):
        """The function's environment as it was deployed."""
        settings = self.ministack.client("lambda").get_function_configuration(
            FunctionName=self.outputs["ApiFunctionName"])
        return settings["Environment"]["Variables"]

    def own_pepper(self, pepper):
        """In place of the one that MiniStack made, with characters that the template excludes."""
        self.ministack.client("secretsmanager").put_secret_value(
            SecretId=self.outputs["PepperSecretArn"], SecretString=pepper)

    def has_pepper(self):
        secrets = self.ministack.client("secretsmanager")
        try:
            return bool(secrets.get_secret_value(SecretId=self.outputs["PepperSecretArn"])["SecretString"])
        except secrets.exceptions.ClientError:
            return False

    def leftovers(self):
        """What a deployment that failed would be in the way of the next one with."""
        made = self.ministack.client("dynamodb").list_tables()["TableNames"]
        made += [secret["Name"] for secret in self.ministack.client("secretsmanager").list_secrets()["SecretList"]]
        made += [group["logGroupName"] for group in self.ministack.client("logs").describe_log_groups()["logGroups"]
                 if not group["logGroupName"].startswith("/aws/lambda/")]
        return sorted(name for name in made if STACK in name)

    def tables(self):
        """When each of the two tables was made, and its rows."""
        dynamodb = self.ministack.client("dynamodb")
        names = [self.outputs["SmtpUsersTable"], self.outputs["IpAuthenticationsTable"]]
        return {name: (dynamodb.describe_table(TableName=name)["Table"]["CreationDateTime"],
                       dynamodb.scan(TableName=name)["Items"]) for name in names}

    def delete(self):
        self.cloudformation.delete_stack(StackName=STACK)
        until(lambda: not self.exists(), "the stack's deletion", 60)
        say("the deployment is deleted")

    def exists(self):
        try:
            status = self.cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]["StackStatus"]
        except self.cloudformation.exceptions.ClientError:
            return False
        if status == "DELETE_FAILED":
            raise AssertionError("the stack can't be deleted")
        return status != "DELETE_COMPLETE"


class Refused(Exception):
    """A command that ended with a status other than 0, with what it said."""


def run(command, environment):
    done = subprocess.run(list(map(str, command)), env=environment, capture_output=True, text=True, timeout=300,
                          stdin=subprocess.DEVNULL)
    if done.returncode:
        raise Refused(f"{' '.join(map(str, command))} failed:\n"
                             + "\n".join(line for line in (done.stdout + done.stderr).splitlines()[-80:]
                                         if "Uploading to" not in line))


def until(holds, what, seconds):
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(f"{what} didn't come within {seconds} s")
        time.sleep(0.1)


def say(line):
    print(line, flush=True)

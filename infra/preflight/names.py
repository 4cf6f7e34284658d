"""Names: whose account this is, what was left from an earlier try, and what the answers point to."""

import re
from collections import defaultdict
from pathlib import Path

from botocore.exceptions import ClientError

PLACEHOLDERS = {"OpenIdIssuer": "https://id.example.com/", "RelayHostname": "smtp.example.com"}
# What a deployment makes only where it adopts nothing.
TABLES = re.findall(
    r"(?m)^  (\w+):\n    Type: AWS::DynamoDB::Table\n    Condition: MakesTables$",
    Path(__file__).parents[1].joinpath("tables/tables.yaml").read_text())


def placeholders(_, answers):
    for name in ("OpenIdIssuer", "OpenIdAudience", "RelayHostname", "NextHop"):
        if not answers[name] or answers[name] == PLACEHOLDERS.get(name):
            yield False, f"{name} must be answered (samconfig.toml)"


def account(account, _):
    if not account.region:
        yield False, "no region: --region, AWS_REGION or aws configure"
        return
    yield True, f"account {account.sts.get_caller_identity()['Account']}, region {account.region}"


def topic(account, answers):
    arn = answers["AlarmTopicArn"]
    if arn and answers["AlarmEmail"]:
        yield False, "AlarmEmail is for the topic that is made without AlarmTopicArn; subscribe it to yours"
    if arn:
        yield from there(lambda: account.sns.get_topic_attributes(TopicArn=arn), f"AlarmTopicArn {arn}")


def stack(account, answers):
    try:
        found, = account.cloudformation.describe_stacks(StackName=answers.stack)["Stacks"]
    except ClientError:
        yield True, f"the stack's name, {answers.stack}, is free"
        return
    status = found["StackStatus"]
    if status in ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED"):
        yield False, f"the stack {answers.stack} is {status}: sam delete --stack-name {answers.stack}"
    else:
        yield not status.endswith("_FAILED"), f"the stack {answers.stack} is there: {status}"


def tables(account, answers):
    """Those that are adopted, also by a version that has more of them; else those that a deployment which is gone
    has left."""
    prefix = answers["AdoptTables"] or answers.stack + "-"
    if not answers["AdoptTables"] and stack_is_there(account, answers.stack):
        return
    found = [prefix + name for name in TABLES if is_there(account, prefix + name)]
    if answers["AdoptTables"]:
        missing = sorted({prefix + name for name in TABLES} - set(found))
        yield not missing, f"AdoptTables: no table {', '.join(missing)}" if missing else f"AdoptTables: all {len(TABLES)} are there"
    elif found:
        yield False, (f"{', '.join(found)}: left by an earlier deployment. Keep them with AdoptTables={prefix} and "
                      "PepperSecretArn, or delete them (DEPLOYING, When the first deployment failed)")


def version(account, answers):
    """Whether the API's function takes up what changes: only a new version does, which these parameters make."""
    before = parameters(account, answers.stack)
    if before is None:
        return
    published, silent = version_parameters()
    changed = sorted(name for name in silent if answers[name] not in ("", before[name]))
    if changed and not any(answers[name] not in ("", before[name]) for name in published):
        yield False, (f"{', '.join(changed)} alone makes no new version of the API's function, which goes on with what "
                      f"it knows, unless its code changes: raise SecretsVersion, {before['SecretsVersion']}, too")


def version_parameters():
    """Of those that its settings are made of, the ones in its version's description, and all others."""
    text = Path(__file__).parents[2].joinpath("template.yaml").read_text()
    known = set(re.findall(r"(?m)^  (\w+):\n    Type: ", text[:text.index("\nMetadata:")]))
    function = text[text.index("\n  ApiFunction:\n"):text.index("\n  ApiFunctionFailing:\n")]

    def named(begin, end):
        part = function[function.index(begin):function.index(end)]
        return known & set(re.findall(r"(?<=!Ref )\w+|(?<=\$\{)\w+", part))

    published = named("VersionDescription:", "CodeUri:")
    # The tables' names are another stack's, which makes them of this.
    return published, (named("Environment:", "Policies:") | {"AdoptTables"}) - published


def stack_is_there(account, name):
    return parameters(account, name) is not None


def parameters(account, name):
    """What a stack was deployed with; None where there is none."""
    try:
        found, = account.cloudformation.describe_stacks(StackName=name)["Stacks"]
    except ClientError:
        return None
    return defaultdict(str, {one["ParameterKey"]: one["ParameterValue"] for one in found.get("Parameters", [])})


def deployed(account, stack):
    """The parameters of a deployment that has a relay, with its network and addresses; nothing where there is none."""
    try:
        balancer = account.cloudformation.describe_stack_resource(StackName=stack, LogicalResourceId="Balancer")
    except ClientError:
        return {}
    if balancer["StackResourceDetail"]["ResourceStatus"].startswith(("DELETE_", "CREATE_FAILED")):
        return {}
    return parameters(account, stack) or {}


def is_there(account, table):
    try:
        account.dynamodb.describe_table(TableName=table)
        return True
    except account.dynamodb.exceptions.ResourceNotFoundException:
        return False


def zone(account, answers):
    if not answers["HostedZoneId"]:
        return
    try:
        zone_name = account.route53.get_hosted_zone(Id=answers["HostedZoneId"])["HostedZone"]["Name"].rstrip(".")
    except ClientError as e:
        yield False, f"HostedZoneId: {e.response['Error']['Message']}"
        return
    for name in filter(None, (answers["RelayHostname"], answers["ApiDomainName"])):
        inside = name == zone_name or name.endswith("." + zone_name)
        yield inside, f"HostedZoneId: {name} is {'' if inside else 'not '}in {zone_name}"


def image(account, answers):
    registry, _, rest = answers["RelayImage"].partition("/")
    if f".dkr.ecr.{account.region}." not in registry:
        return
    by_digest = "@" in rest
    repository, _, name = rest.partition("@") if by_digest else rest.rpartition(":")
    yield from there(lambda: account.ecr.describe_images(
        registryId=registry.split(".")[0], repositoryName=repository.partition(":")[0],
        imageIds=[{"imageDigest" if by_digest else "imageTag": name}]),
        f"RelayImage {answers['RelayImage']}")


def ses_identities(_, answers):
    if answers["NextHop"].startswith("ses://") and not answers["SesIdentityArns"]:
        yield False, "NextHop is Amazon SES: SesIdentityArns must name whom the relay may send as, or all mail is refused"
    elif answers["SesConfigurationSet"] and answers["NextHop"].startswith("ses://"):
        named = f":configuration-set/{answers['SesConfigurationSet']}" in answers["SesIdentityArns"]
        yield named, f"SesIdentityArns has {'' if named else 'not '}the ARN of SesConfigurationSet"


def service_linked_role(account, _):
    try:
        account.iam.get_role(RoleName="AWSServiceRoleForECS")
        yield True, "ECS has its service-linked role"
    except account.iam.exceptions.NoSuchEntityException:
        yield False, "the account's first ECS service: aws iam create-service-linked-role --aws-service-name ecs.amazonaws.com"


def there(look, what):
    try:
        look()
        yield True, f"{what} is there"
    except ClientError as e:
        yield False, f"{what}: {e.response['Error']['Message']}"

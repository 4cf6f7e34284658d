"""Quotas that a new account meets first."""

import names
from botocore.exceptions import BotoCoreError, ClientError


def addresses(account, answers):
    """The balancer's two, and two for NAT gateways, but for those that the deployment has already."""
    deployed = names.deployed(account, answers.stack)
    if deployed or answers["BalancerScheme"] == "internal" or answers["BalancerAddressIds"]:
        needed = 0
    else:
        needed = len(answers.list("PublicSubnetIds")) or 2
    needed += 2 if has_gateways(answers) and not (deployed and has_gateways(deployed)) else 0
    if deployed and not needed:
        return
    used, allowed = len(account.ec2.describe_addresses()["Addresses"]), quota(account, "ec2", "L-0263D0A3", 5)
    enough = used + needed <= allowed
    yield enough, (f"Elastic IPs: {used} of {allowed} used, {needed} needed" if enough else
                   f"Elastic IPs: {used} of {allowed} used, {needed} needed. Ask for more (Service Quotas, EC2-VPC "
                   "Elastic IPs), or release some")


def has_gateways(answers):
    return answers["Egress"] == "Nat" and not answers["VpcId"]


def vpcs(account, answers):
    deployed = names.deployed(account, answers.stack)
    if answers["VpcId"] or (deployed and not deployed["VpcId"]):
        return
    used, allowed = len(account.ec2.describe_vpcs()["Vpcs"]), quota(account, "vpc", "L-F678F1CE", 5)
    yield used < allowed, f"VPCs: {used} of {allowed} used, 1 needed" + ("" if used < allowed else "; or name a VpcId")


def concurrency(account, _):
    """Lambda keeps 100 for everybody; new accounts have 10 in all."""
    limit = getattr(account, "lambda").get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"]
    yield limit >= 50, (f"Lambda: {limit} at once" if limit >= 50 else
                        f"Lambda: {limit} at once. Enough to try it; ask for 1,000 before customers come (Service Quotas)")


def quota(account, service, code, usual):
    try:
        return int(account.service_quotas.get_service_quota(ServiceCode=service, QuotaCode=code)["Quota"]["Value"])
    except (ClientError, BotoCoreError):
        return usual

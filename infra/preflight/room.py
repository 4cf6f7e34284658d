"""Quotas that a new account meets first."""

import names
from botocore.exceptions import BotoCoreError, ClientError


def addresses(account, answers):
    """The balancer's two, and two for NAT gateways; a deployment that has a relay has them already."""
    if names.has_network(account, answers.stack):
        return
    if answers["BalancerScheme"] == "internal" or answers["BalancerAddressIds"]:
        needed = 0
    else:
        needed = len(answers.list("PublicSubnetIds")) or 2
    needed += 2 if answers["Egress"] == "Nat" and not answers["VpcId"] else 0
    used, allowed = len(account.ec2.describe_addresses()["Addresses"]), quota(account, "ec2", "L-0263D0A3", 5)
    enough = used + needed <= allowed
    yield enough, (f"Elastic IPs: {used} of {allowed} used, {needed} needed" if enough else
                   f"Elastic IPs: {used} of {allowed} used, {needed} needed. Ask for more (Service Quotas, EC2-VPC "
                   "Elastic IPs), or release some")


def vpcs(account, answers):
    if answers["VpcId"] or names.has_network(account, answers.stack):
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

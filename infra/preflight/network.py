"""Zones, and the subnets of a VPC that exists already."""

from botocore.exceptions import ClientError


def zones(account, answers):
    if answers["VpcId"]:
        return
    known = {zone["ZoneName"] for zone in account.ec2.describe_availability_zones()["AvailabilityZones"]
             if zone.get("State", "available") == "available"}
    unknown = set(answers.list("Zones")) - known
    if unknown:
        yield False, f"Zones: no {', '.join(sorted(unknown))} here, but {', '.join(sorted(known))}"
    else:
        yield len(known) >= 2, f"{len(known)} availability zones"


def allocations(_, answers):
    """The balancer takes one for each of its zones; with one too few it can't be made."""
    named = answers.list("BalancerAddressIds")
    if not named or answers["BalancerScheme"] == "internal":
        return
    needed = len(answers.list("PublicSubnetIds")) if answers["VpcId"] else 2
    enough = len(named) >= needed
    yield enough, (f"BalancerAddressIds: {len(named)} for {needed} zones" if enough else
                   f"BalancerAddressIds: {len(named)} for {needed} zones. Name one for each")


def subnets(account, answers):
    vpc = answers["VpcId"]
    if not vpc:
        return
    for parameter in ("PublicSubnetIds", "TaskSubnetIds"):
        named = answers.list(parameter)
        try:
            found = account.ec2.describe_subnets(SubnetIds=named)["Subnets"] if named else []
        except ClientError as e:
            yield False, f"{parameter}: {e.response['Error']['Message']}"
            continue
        elsewhere = [subnet["SubnetId"] for subnet in found if subnet["VpcId"] != vpc]
        used = [subnet["AvailabilityZone"] for subnet in found]
        if not found or elsewhere:
            yield False, f"{parameter}: not of {vpc}: {', '.join(elsewhere) or 'none is named'}"
        elif len(used) != len(set(used)):
            yield False, f"{parameter}: two are in one zone: {', '.join(sorted(used))}"
        else:
            yield True, f"{parameter}: {len(found)}, each in a zone of its own"
    yield from ways_out(account, answers)


def ways_out(account, answers):
    """With a public address of its own, a task needs a subnet that leads to an internet gateway."""
    if answers["Egress"] == "Nat":
        return
    for subnet in answers.list("TaskSubnetIds"):
        public = leads_out(account, answers["VpcId"], subnet)
        yield public, (f"{subnet} leads to the internet" if public else
                       f"{subnet} has no route to an internet gateway: for a private subnet say Egress=Nat")


def leads_out(account, vpc, subnet):
    tables = account.ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["RouteTables"]
    own = [table for table in tables
           if any(association.get("SubnetId") == subnet for association in table["Associations"])]
    main = [table for table in tables if any(association.get("Main") for association in table["Associations"])]
    return any(route.get("GatewayId", "").startswith("igw-") for table in own or main for route in table["Routes"])

"""Certificates in ACM: there, in the right region, issued, and for the right name."""

from account import region_of


def of_port_465(account, answers):
    yield from certificate(account, answers, "RelayCertificateArn", "RelayHostname")


def of_the_api(account, answers):
    if answers["ApiDomainName"] and not answers["ApiCertificateArn"]:
        yield False, "ApiDomainName needs ApiCertificateArn, its certificate"
    yield from certificate(account, answers, "ApiCertificateArn", "ApiDomainName")


def certificate(account, answers, parameter, of):
    arn, name = answers[parameter], answers[of]
    if not arn:
        return
    if region_of(arn) != account.region:
        yield False, f"{parameter} is in {region_of(arn)}; it has to be in {account.region}"
        return
    try:
        found = account.acm.describe_certificate(CertificateArn=arn)["Certificate"]
    except account.acm.exceptions.ResourceNotFoundException:
        yield False, f"{parameter}: there is no such certificate in this account"
        return
    names = {found["DomainName"], *found.get("SubjectAlternativeNames", [])}
    if found["Status"] != "ISSUED":
        yield False, f"{parameter} is {found['Status']}; wait until it is ISSUED (its DNS records)"
    elif not any(covers(each, name) for each in names):
        yield False, f"{parameter} is for {', '.join(sorted(names))}, and not for {name}"
    else:
        yield True, f"{parameter} is for {name}"


def covers(pattern, name):
    if pattern.startswith("*."):
        return name.partition(".")[2].lower() == pattern[2:].lower()
    return pattern.lower() == name.lower()

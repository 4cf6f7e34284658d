#!/usr/bin/env python3
"""What the SAM transform makes of template.yaml, looked at as AWS will: API Gateway at the HTTP API, CloudFormation
at the nested stacks. What it finds would otherwise be found after minutes, in an account.

translated.py ROOT   ROOT: the repository, or the folder that `sam build` left. Run with SAM's own Python."""

import re
import sys
from pathlib import Path

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

ROUTE = re.compile(r"(?:ANY|GET|HEAD|OPTIONS|POST|PUT|PATCH|DELETE) (?:/(?:[\w.~-]+|\{\w+}))*(?:/\{\w+\+}|/)?")
PLACES = re.compile(r"\{(\w+)\+?}")


class NoPolicies:
    """AWS's managed policies by name; the template names none."""

    def load(self):
        return {}


def translated(root):
    text = Path(root, "template.yaml").read_text()
    # CloudFormation takes no anchors, and SAM writes them for what stands twice.
    faults = [f"an alias, {alias}" for alias in re.findall(r"(?m)^[^#\n]*:\s[&*]\w+$", text)]
    template = yaml_parse(text)
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://bucket/key"
    return transform(template, {}, NoPolicies()), faults


class Api:
    """The one HTTP API of a template, and what is wrong with it."""

    def __init__(self, resources):
        self.resources, self.faults = resources, []
        (self.name, self.api), = self.of("Api").items()
        self.routes, self.authorizers = self.of("Route"), self.of("Authorizer")
        self.integrations, self.stages = self.of("Integration"), self.of("Stage")

    def of(self, kind):
        return {name: resource["Properties"] for name, resource in self.resources.items()
                if resource["Type"] == f"AWS::ApiGatewayV2::{kind}"}

    def check(self):
        if "Body" in self.api or "BodyS3Location" in self.api:
            self.faults.append(f"{self.name} is imported, and an import's warnings are lost or fatal")
        for name, properties in {**self.routes, **self.authorizers, **self.integrations, **self.stages}.items():
            self.expect(properties["ApiId"] == {"Ref": self.name}, f"{name} is of another API")
        for name, route in self.routes.items():
            self.check_route(name, route)
        keys = [route["RouteKey"] for route in self.routes.values()]
        self.expect(len(keys) == len(set(keys)), f"a route twice: {sorted(keys)}")
        for name, authorizer in self.authorizers.items():
            token = authorizer["JwtConfiguration"]
            self.expect(authorizer["AuthorizerType"] == "JWT" and token["Issuer"] and len(token["Audience"]) > 0
                        and authorizer["IdentitySource"] == ["$request.header.Authorization"],
                        f"{name} reads no token")
        for name, integration in self.integrations.items():
            self.check_integration(name, integration)
        for name, stage in self.stages.items():
            self.check_stage(name, stage, set(keys))
        return self.faults

    def expect(self, holds, fault):
        if not holds:
            self.faults.append(fault)

    def check_route(self, name, route):
        key, kind = route["RouteKey"], route["AuthorizationType"]
        self.expect(ROUTE.fullmatch(key), f"{name}: no route key: {key}")
        places = PLACES.findall(key)
        self.expect(len(places) == len(set(places)), f"{name}: a place twice in {key}")
        self.expect(any(route["Target"] == {"Fn::Sub": f"integrations/${{{to}}}"} for to in self.integrations),
                    f"{name} leads to no integration: {route['Target']}")
        authorized = route.get("AuthorizerId", {}).get("Ref") in self.authorizers
        self.expect((kind == "JWT") == authorized and kind in ("JWT", "NONE"), f"{name}: {kind} and its authorizer")

    def check_integration(self, name, integration):
        function = integration["IntegrationUri"]
        self.expect(integration["PayloadFormatVersion"] == "2.0", f"{name}: another payload than the function's")
        self.expect(50 <= integration["TimeoutInMillis"] <= 30_000, f"{name} waits too long for an HTTP API")
        self.expect(self.resources.get(function.get("Ref"), {}).get("Type") == "AWS::Lambda::Alias",
                    f"{name} goes around the alias: {function}")
        allowed = [permission["Properties"] for permission in self.resources.values()
                   if permission["Type"] == "AWS::Lambda::Permission"]
        self.expect(any(permission["FunctionName"] == function and f"${{{self.name}}}/*" in str(permission["SourceArn"])
                        and permission["Principal"] == "apigateway.amazonaws.com" for permission in allowed
                        if "SourceArn" in permission), f"{name}: the API may not call {function}")

    def check_stage(self, name, stage, keys):
        self.expect(stage["StageName"] == "$default" and stage["AutoDeploy"] is True, f"{name} isn't deployed by itself")
        rates = stage.get("RouteSettings", {})
        self.expect(set(rates) <= keys, f"{name}: rates of no route: {sorted(set(rates) - keys)}")
        behind = set(self.resources[name].get("DependsOn", []))
        self.expect(set(self.routes) <= behind, f"{name} may come before {sorted(set(self.routes) - behind)}")
        self.expect(all(isinstance(number, (int, float)) for rate in rates.values() for number in rate.values()),
                    f"{name}: a rate that isn't a number")


def nested(root, template):
    """What the stacks inside are given and asked for, against what they take and have."""
    asked = re.findall(r"'Fn::GetAtt': \['(\w+)', 'Outputs\.(\w+)'\]|\$\{(\w+)\.Outputs\.(\w+)}", str(template))
    for name, stack in template["Resources"].items():
        if stack["Type"] != "AWS::CloudFormation::Stack":
            continue
        inner = yaml_parse(Path(root, stack["Properties"]["TemplateURL"]).read_text())
        given, taken = set(stack["Properties"].get("Parameters", {})), inner.get("Parameters", {})
        for parameter in given - set(taken):
            yield f"{name} knows no parameter {parameter}"
        for parameter in {parameter for parameter, known in taken.items() if "Default" not in known} - given:
            yield f"{name} isn't told {parameter}"
        for output in {get[1] or get[3] for get in asked if name in get} - set(inner.get("Outputs", {})):
            yield f"{name} has no output {output}"


def references(part):
    """Names of resources and parameters that a part of a template refers to, which CloudFormation takes as an order."""
    if isinstance(part, list):
        return set().union(*map(references, part))
    if not isinstance(part, dict):
        return set()
    found = set().union(*map(references, part.values()))
    if "Ref" in part:
        found.add(part["Ref"])
    if "Fn::GetAtt" in part:
        attribute = part["Fn::GetAtt"]
        found.add((attribute.split(".") if isinstance(attribute, str) else attribute)[0])
    if "Fn::Sub" in part:
        text = part["Fn::Sub"] if isinstance(part["Fn::Sub"], str) else part["Fn::Sub"][0]
        found |= set(re.findall(r"\$\{(\w+)", text))
    return found


def before(resources, name):
    """All that is there before a resource is made."""
    depends, made, waits = {}, set(), [name]
    for each, resource in resources.items():
        named = resource.get("DependsOn", [])
        depends[each] = (references(resource) | {*([named] if isinstance(named, str) else named)}) & set(resources)
    while waits:
        for each in depends[waits.pop()] - made:
            made.add(each)
            waits.append(each)
    return made


def order(resources):
    """Answers are found to be wrong before a table is made, and nothing can fail once tables are protected."""
    for late in sorted(set(resources) - before(resources, "Protection") - {"Protection"}):
        yield f"Protection doesn't wait for {late}"
    for early in sorted({"OpenId", "AccessLogs", "ApiDomain", "ApiName", "Network", "Balancer"} - before(resources, "Tables")):
        yield f"Tables don't wait for {early}"


def canary(resources):
    """What undoes a deployment of a function sees the new version alone, and isn't the earlier version's alarm."""
    for group in (each["Properties"] for each in resources.values() if each["Type"] == "AWS::CodeDeploy::DeploymentGroup"):
        for alarm in (each["Name"]["Ref"] for each in group["AlarmConfiguration"]["Alarms"]):
            properties = resources[alarm]["Properties"]
            seen = [each["Value"] for each in properties["Dimensions"] if each["Name"] == "ExecutedVersion"]
            versions = {name for name in references([seen, {"named": properties["AlarmName"]}])
                        if resources.get(name, {}).get("Type") == "AWS::Lambda::Version"}
            if len(seen) != 1 or len(versions) != 1 or not versions & references(properties["AlarmName"]):
                yield f"{alarm} isn't the new version's own"


def main():
    root = sys.argv[1]
    template, faults = translated(root)
    resources = template["Resources"]
    faults += [*Api(resources).check(), *nested(root, template), *order(resources), *canary(resources)]
    if len(template["Parameters"]) > 200 or len(template["Resources"]) > 500:
        faults.append("more than CloudFormation takes")
    for fault in faults:
        print(fault)
    if faults:
        sys.exit(1)
    print(f"{len(template['Resources'])} resources, {len(Api(template['Resources']).routes)} routes: as AWS takes them")


main()

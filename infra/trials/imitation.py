#!/usr/bin/env python3
"""MiniStack, and what it does otherwise than AWS where a deployment shows it:

- API Gateway asks an issuer for its discovery document before it makes an authorizer;
- a condition may be about a part of a parameter (Fn::Select of Fn::Split);
- what is updated in a nested stack keeps its attributes;
- an Elastic IP may be a part of a stack;
- reserved concurrency is that of all versions of a function;
- a function in Java is one that the trial runs (FUNCTIONS, a URL, to which the function's name is added).

Run by MiniStack's own Python; everything else is MiniStack's."""

import json
import os
import re
import sys
import urllib.request

from ministack import app
from ministack.services import ec2, lambda_svc
from ministack.services.cloudformation import provisioners


def when_the_issuer_answers(provision):
    def provisioned(*arguments):
        properties = next(argument for argument in reversed(arguments)
                          if isinstance(argument, dict) and "AuthorizerType" in argument)
        if properties["AuthorizerType"] == "JWT":
            look_for(properties["JwtConfiguration"]["Issuer"])
        return provision(*arguments)

    return provisioned


def look_for(issuer):
    document = issuer.rstrip("/") + "/.well-known/openid-configuration"
    try:
        with urllib.request.urlopen(document, timeout=5) as answer:
            found = json.load(answer)
        if found["issuer"] != issuer or not found["jwks_uri"]:
            raise ValueError(f"it is the document of {found['issuer']}")
    except (OSError, ValueError, KeyError) as e:
        raise ValueError(f"Caught exception when connecting to {document} for issuer {issuer}. Please try again "
                         f"later. Error: Invalid issuer: {issuer}. {e}") from e


def function_of_the_trial(config):
    if config.get("Runtime", "").startswith("java"):
        return os.environ["FUNCTIONS"] + config["FunctionName"]
    return None


ATTRIBUTES = {}  # of what was made, by its physical id


def remembering(provision):
    def provisioned(*arguments):
        made, attributes = provision(*arguments)
        ATTRIBUTES[made] = attributes
        return made, attributes

    return provisioned


def with_what_it_had(update):
    def updated(*arguments):
        made, attributes = update(*arguments)
        return made, {**ATTRIBUTES.get(made, {}), **attributes}

    return updated


def address(*_):
    known = set(ec2._addresses)
    ec2._allocate_address({"Domain": ["vpc"]})
    allocation, = set(ec2._addresses) - known
    return ec2._addresses[allocation]["PublicIp"], {"AllocationId": allocation}


def no_address(_, properties):
    """The one that was given back is not known by its allocation here; nobody looks for it."""


def of_all_versions(reserved):
    def found(function, config):
        return reserved(lambda_svc._functions.get(config["FunctionName"], function), config)

    return found


def of_parts(evaluate):
    def evaluated(template, parameters):
        return evaluate({**template, "Conditions": worked_out(template.get("Conditions", {}), parameters)}, parameters)

    return evaluated


def worked_out(value, parameters):
    """Text functions carried out; what is left is MiniStack's."""
    if isinstance(value, list):
        return [worked_out(item, parameters) for item in value]
    if not isinstance(value, dict):
        return value
    inner = {name: worked_out(item, parameters) for name, item in value.items()}
    if "Fn::Sub" in inner:
        return re.sub(r"\$\{(\w+)}", lambda found: str(parameters[found[1]]["Value"]), inner["Fn::Sub"])
    if "Fn::Split" in inner:
        by, text = inner["Fn::Split"]
        return (parameters[text["Ref"]]["Value"] if isinstance(text, dict) else text).split(by)
    if "Fn::Select" in inner:
        index, items = inner["Fn::Select"]
        return items[int(index)] if isinstance(items, list) else inner
    return inner


for module in [module for name, module in sys.modules.items() if name.startswith("ministack.services.cloudformation")]:
    if hasattr(module, "_evaluate_conditions"):
        module._evaluate_conditions = of_parts(module._evaluate_conditions)
authorizer = provisioners._RESOURCE_HANDLERS["AWS::ApiGatewayV2::Authorizer"]
authorizer["create"] = when_the_issuer_answers(authorizer["create"])
authorizer["update"] = when_the_issuer_answers(authorizer["update"])
provisioners._provision_resource = remembering(provisioners._provision_resource)
provisioners._update_resource = with_what_it_had(provisioners._update_resource)
provisioners._RESOURCE_HANDLERS["AWS::EC2::EIP"] = {"create": address, "delete": no_address}
lambda_svc._proxy_url_for = function_of_the_trial
lambda_svc._reserved_concurrency = of_all_versions(lambda_svc._reserved_concurrency)
app.main()

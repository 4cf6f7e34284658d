"""The OpenID provider, as API Gateway asks it."""

import json
import urllib.request


def issuer(_, answers):
    name = answers["OpenIdIssuer"]
    document = name.rstrip("/") + "/.well-known/openid-configuration"
    try:
        found = get(document)
        keys = get(found["jwks_uri"])["keys"]
    except (OSError, ValueError, KeyError) as e:
        yield False, f"OpenIdIssuer: {document} or its keys can't be read: {e}"
        return
    if found.get("issuer") != name:
        yield False, (f"OpenIdIssuer is {name}, but {document} says {found.get('issuer')}. Write it as the provider "
                      "does, to the letter, the slash at the end included")
    usable = [key for key in keys if key.get("kty") == "RSA" and key.get("kid") and key.get("use", "sig") == "sig"]
    yield bool(usable), (f"OpenIdIssuer: {len(usable)} RSA keys with a kid" if usable else
                         "OpenIdIssuer has no RSA key with a kid. API Gateway takes tokens signed by RS256, RS384 or "
                         "RS512 only, whatever the application takes")


def get(url):
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Accept": "application/json"}), timeout=10) as answer:
        return json.load(answer)

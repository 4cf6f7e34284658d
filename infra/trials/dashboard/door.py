"""What stands before the platform in the dashboard's trial: a door that can be slow or refuse, and an
OpenID provider to sign in with. Each on a port of its own, in this process."""

import base64
import contextlib
import hashlib
import http.client
import json
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit


def serve(handler, owner):
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (handler,), {"owner": owner}))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


class Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body, headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        with contextlib.suppress(ConnectionError):  # A browser that has gone on doesn't wait for it.
            self.end_headers()
            self.wfile.write(body)

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))


class Door:
    """The platform's HTTP, by another port. `slow` seconds (who waits already is let through when it is 0 again), `refuse` with a status (both at once, too), `lose` the
    answers to changes (the browser itself sends a request again when a connection ends under it). `pretend` answers:
    (pattern of the path, status, what), where a function makes it of what the platform answers. With `keys`, one signs
    in by key: each stands for a token of the platform's. `asked` is what was asked of the API."""

    def __init__(self, to, provider=None):
        self.to, self.provider = to, provider
        self.reset()
        self.port = serve(Passage, self)
        self.url = f"http://localhost:{self.port}"

    def reset(self):
        self.slow, self.refuse, self.lose, self.pretend, self.keys, self.asked = 0, None, False, [], {}, []

    def pretends(self, path):
        return next(((status, answer) for pattern, status, answer in self.pretend if re.search(pattern, path)), None)


class Passage(Answering):
    def pass_on(self):
        door, body = self.owner, self.body()
        api = self.path.startswith("/v1/")
        refused = api and door.refuse
        if api:
            door.asked.append(f"{self.command} {self.path}")
        end = time.monotonic() + door.slow
        while api and door.slow and time.monotonic() < end:
            time.sleep(0.02)
        if refused:
            # As API Gateway says it by itself, when the application wasn't even asked.
            self.answer(refused, b'{"message":"Not now"}', [("Content-Type", "application/json"), ("Retry-After", "7")])
            return
        pretended = door.pretends(self.path)
        if pretended and not callable(pretended[1]):
            status, what = pretended
            text = what if isinstance(what, bytes) else json.dumps(what).encode()
            self.answer(status, text, [("Content-Type", "text/html" if isinstance(what, bytes) else "application/json")])
            return
        there = http.client.HTTPConnection("127.0.0.1", door.to)
        # What is looked into here is asked for plain; the page's files go as the browser asks for them.
        mine = ("host", "connection", *(("accept-encoding",) if api or pretended or self.path == "/dashboard.json" else ()))
        headers = {name: value for name, value in self.headers.items() if name.lower() not in mine}
        if "Authorization" in headers:
            bearer = headers["Authorization"].removeprefix("Bearer ")
            headers["Authorization"] = "Bearer " + door.keys.get(bearer, bearer)
        there.request(self.command, self.path, body or None, headers)
        answer = there.getresponse()
        text = answer.read()
        if api and door.lose and self.command != "GET":
            self.close_connection = True
            self.connection.close()
            return
        if pretended and answer.status < 300:
            text = json.dumps(pretended[1](json.loads(text))).encode()
        kept = [(n, v) for n, v in answer.getheaders() if n.lower() not in ("content-length", "connection", "date")]
        if door.keys and self.path == "/dashboard.json":
            text = json.dumps({**json.loads(text), "signIn": "key"}).encode()
        if door.provider and self.path == "/dashboard.json":
            text = json.dumps({**json.loads(text), "signIn": "openid", "issuer": door.provider.url,
                               "clientId": "dashboard"}).encode()
        if door.provider:
            # As the functions say it when OPENID_ISSUER is that provider (DashboardTest).
            kept = [(n, v.replace("connect-src 'self'", f"connect-src 'self' {door.provider.url}")
                     if n.lower() == "content-security-policy" else v) for n, v in kept]
        self.answer(answer.status, text, kept)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = pass_on


class Provider:
    """An OpenID provider that knows one person, and holds PKCE and redirect to the letter. It can deny, and
    answer with another `nonce` than it was asked with."""

    def __init__(self, token):
        self.token, self.asked, self.denies, self.nonce, self.signed_out = token, {}, False, None, None
        self.port = serve(Signing, self)
        self.url = f"http://localhost:{self.port}"


class Signing(Answering):
    CORS = [("Access-Control-Allow-Origin", "*"), ("Content-Type", "application/json")]

    def do_GET(self):
        us, (_, _, path, query, _) = self.owner, urlsplit(self.path)
        if path == "/.well-known/openid-configuration":
            self.answer(200, json.dumps({"issuer": us.url, "authorization_endpoint": us.url + "/authorize",
                                         "token_endpoint": us.url + "/token",
                                         "end_session_endpoint": us.url + "/end"}).encode(), self.CORS)
        elif path == "/authorize":
            asked = {name: values[0] for name, values in parse_qs(query).items()}
            assert asked["response_type"] == "code" and asked["code_challenge_method"] == "S256", asked
            us.asked = asked
            said = {"error": "access_denied"} if us.denies else {"code": "c0de"}
            self.answer(302, b"", [("Location", asked["redirect_uri"] + "?" + urlencode({**said, "state": asked["state"]}))])
        elif path == "/end":
            us.signed_out = {name: values[0] for name, values in parse_qs(query).items()}
            self.answer(302, b"", [("Location", us.signed_out["post_logout_redirect_uri"])])
        else:
            self.answer(404, b"")

    def do_POST(self):
        us, form = self.owner, {n: v[0] for n, v in parse_qs(self.body().decode()).items()}
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        good = (form["code"] == "c0de" and challenge == us.asked["code_challenge"]
                and form["redirect_uri"] == us.asked["redirect_uri"])
        claims = base64.urlsafe_b64encode(json.dumps({"nonce": us.nonce or us.asked["nonce"]}).encode()).decode().rstrip("=")
        self.answer(200 if good else 400, json.dumps(
            {"access_token": us.token, "id_token": f"x.{claims}.x"} if good else {"error": "invalid_grant"}).encode(), self.CORS)

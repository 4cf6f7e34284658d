"""The functions as Lambda runs them: AWS's own runtime interface client, in front of a Runtime API of
ours (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html) with the part of SnapStart's that
the client asks for. Nothing but Python's own library."""

import base64
import http.server
import json
import os
import queue
import ssl
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path

from trial import JAVA, ROOT

CLIENT = ROOT / "functions/target/lambda-runtime"
HANDLER = "dev.ipauth.functions.LambdaHandler"
# What the managed runtime tells org.crac, and starts a function's JVM with.
SNAP_START = ["-Dorg.crac.Core.Compat=com.amazonaws.services.lambda.crac"]
USUAL = ["-XX:+UseSerialGC", "-Xmx400m", "--enable-native-access=ALL-UNNAMED"]


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """A process that was ended leaves its connection; nobody has to be told."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class Quiet(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def answer(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in {"Content-Length": len(body), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)


def serve(handler, port=0):
    server = Server(("127.0.0.1", port), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


class Failed(Exception):
    pass


class Function:
    """One process of a function. With snap_start it stands at the snapshot until restore()."""

    def __init__(self, package, environment, snap_start=False, java=()):
        self.waiting, self.answers = queue.Queue(), {}
        self.at_snapshot, self.restored = threading.Event(), threading.Event()
        self.server = serve(self._runtime_api())
        api = f"127.0.0.1:{self.server.server_address[1]}"
        jars = sorted(CLIENT.glob("*.jar"))
        if not jars:
            raise Failed(f"{CLIENT} holds no jar; run: mvn -Plambda-runtime -pl functions -am package")
        self.log = open(os.devnull, "wb") if "QUIET" in os.environ else None
        self.process = subprocess.Popen(
            [JAVA, *USUAL, *java, "-cp", os.pathsep.join(map(str, jars)),
             "com.amazonaws.services.lambda.runtime.api.client.AWSLambda", HANDLER],
            cwd=package, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log,
            env={**os.environ, **environment, "AWS_LAMBDA_RUNTIME_API": api, "_HANDLER": HANDLER,
                 "LAMBDA_TASK_ROOT": str(package), "AWS_LAMBDA_FUNCTION_NAME": "api",
                 "AWS_LAMBDA_FUNCTION_VERSION": "1", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
                 "AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start" if snap_start else "on-demand"})

    def _runtime_api(function):
        class RuntimeApi(Quiet):
            def do_GET(self):
                if self.path.endswith("/restore/next"):
                    function.at_snapshot.set()
                    function.restored.wait()
                    self.answer(200)
                    return
                function.at_snapshot.set()
                request, event = function.waiting.get()
                self.answer(200, event, Lambda_Runtime_Aws_Request_Id=request,
                            Lambda_Runtime_Deadline_Ms=int(time.time() * 1000) + 29_000,
                            Lambda_Runtime_Invoked_Function_Arn="arn:aws:lambda:eu-central-1:123456789012:function:api",
                            Content_Type="application/json")

            def do_POST(self):
                kind = self.path.rsplit("/", 1)[-1]
                body = self.body()
                if "/invocation/" in self.path:
                    function.answers[self.path.split("/")[-2]].put((kind, body))
                else:
                    # An error of the start or of the restore: nobody will be answered.
                    print(f"{self.path}: {body[:2000].decode()}", flush=True)
                self.answer(202)

        return RuntimeApi

    def wait_for_snapshot(self, seconds=60):
        end = time.monotonic() + seconds
        while not self.at_snapshot.wait(0.01):
            if self.process.poll() is not None or time.monotonic() > end:
                raise Failed("the function never came to its first request")

    def restore(self):
        self.restored.set()

    def invoke(self, event, seconds=60):
        """Its answer, as Lambda would give it to API Gateway."""
        request = str(uuid.uuid4())
        self.answers[request] = queue.Queue()
        self.waiting.put((request, event if isinstance(event, bytes) else json.dumps(event).encode()))
        end = time.monotonic() + seconds
        while True:
            try:
                kind, body = self.answers[request].get(timeout=0.2)
                break
            except queue.Empty:
                if self.process.poll() is not None or time.monotonic() > end:
                    raise Failed("the function gave no answer") from None
        del self.answers[request]
        if kind != "response":
            raise Failed(body.decode())
        return json.loads(body)

    def close(self):
        self.process.kill()
        self.process.wait()
        self.server.shutdown()
        self.server.server_close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Issuer:
    """An OpenID provider: its keys, published, and tokens signed with them, by openssl. With a certificate it
    has a name of its own, https on localhost, where its discovery document is."""

    def __init__(self, folder, audience="smtp-relay", certificate=None):
        self.key, self.audience = Path(folder, "issuer.pem"), audience
        self._openssl("genrsa", "-out", self.key, "2048")
        modulus = self._openssl("rsa", "-in", self.key, "-noout", "-modulus").split(b"=")[1].strip()
        self.keys = json.dumps({"keys": [{
            "kty": "RSA", "alg": "RS256", "use": "sig", "kid": "trial", "e": "AQAB",
            "n": unpadded(bytes.fromhex(modulus.decode()))}]}).encode()
        keys = self.keys

        class Keys(Quiet):
            def do_GET(self):
                self.answer(200, keys, Content_Type="application/json")

        self.server = serve(Keys)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.name = self._discovery(*certificate) if certificate else self.url

    def _discovery(self, certificate, key):
        issuer = self

        class Discovery(Quiet):
            def do_GET(self):
                found = self.path == "/.well-known/openid-configuration"
                self.answer(200 if found else 404, json.dumps(
                    {"issuer": issuer.name, "jwks_uri": issuer.url + "/keys"}).encode() if found else b"")

        server = Server(("127.0.0.1", 0), Discovery)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate, key)
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"https://localhost:{server.server_address[1]}/"

    @staticmethod
    def _openssl(*arguments, given=None):
        return subprocess.run(["openssl", *map(str, arguments)], input=given, check=True, capture_output=True).stdout

    def environment(self):
        return {"OPENID_ISSUER": self.name, "OPENID_JWKS": self.url + "/keys", "OPENID_AUDIENCE": self.audience}

    def token(self, account):
        parts = [{"alg": "RS256", "kid": "trial"},
                 {"iss": self.name, "aud": self.audience, "sub": "admin@" + account, "account_id": account,
                  "exp": int(time.time()) + 3600}]
        text = ".".join(unpadded(json.dumps(part).encode()) for part in parts)
        signature = self._openssl("dgst", "-sha256", "-sign", self.key, given=text.encode())
        return text + "." + unpadded(signature)


def unpadded(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def event(method, path, token, body=None):
    """As an HTTP API sends it, payload version 2.0."""
    path, _, query = path.partition("?")
    return {
        "version": "2.0", "routeKey": "ANY /v1/{proxy+}", "rawPath": path, "rawQueryString": query,
        "headers": {"authorization": f"Bearer {token}", "content-type": "application/json", "accept": "*/*",
                    "host": "api.example.com", "x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "https"},
        "requestContext": {
            "accountId": "123456789012", "apiId": "a1b2c3", "domainName": "api.example.com", "stage": "$default",
            "requestId": str(uuid.uuid4()), "time": "24/Nov/2026:10:00:00 +0000", "timeEpoch": 1795514400000,
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "203.0.113.9",
                     "userAgent": "curl/8.5.0"}},
        **({} if body is None else {"body": json.dumps(body)}), "isBase64Encoded": False}

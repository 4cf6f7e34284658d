#!/usr/bin/env python3
"""The Debian package in a clean Debian: installed, used over port 25, upgraded, removed, purged. Then the image,
unpacked and started as its configuration says. There is no systemd here: the service is its unit's ExecStart, in
the unit's folder, by its user and with its capabilities. The unit's sandbox isn't tried.

packaged.py PACKAGE IMAGE TREE     by root, with a tree made by debootstrap; in a network and mounts of its own"""

import json
import os
import re
import shutil
import signal
import smtplib
import subprocess
import sys
import tarfile
import threading
import time
import urllib.request
from pathlib import Path

from sink import Sink
from trial import ROOT, scratch

UNIT = "usr/lib/systemd/system/ipauth-relay.service"
SETTINGS = "etc/ipauth-relay/ipauth-relay.env"
DATA = "var/lib/ipauth-relay"
DEVICE = "127.0.0.23"
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"


class Tree:
    """A root of its own, in which programs are run."""

    def __init__(self, root):
        self.root = root
        subprocess.run(["mount", "--bind", root, root], check=True)
        for kind, folder in (("proc", "proc"), ("tmpfs", "tmp")):
            Path(root, folder).mkdir(exist_ok=True)
            subprocess.run(["mount", "-t", kind, "-o", "noexec", kind, root / folder], check=True)

    def path(self, name):
        return self.root / name

    def run(self, *command, status=0):
        """What it says; an error when it ends with another status."""
        done = subprocess.run(
            ["chroot", self.root, *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300,
            stdin=subprocess.DEVNULL, env={"PATH": PATH, "DEBIAN_FRONTEND": "noninteractive"})
        if done.returncode != status:
            raise AssertionError(f"{command} ended with {done.returncode}:\n{done.stdout[-3000:]}")
        return done.stdout


class Service:
    """A command that runs until it is told to stop, and says `ready`."""

    def __init__(self, command, environment):
        self.lines = []
        self.begin = time.monotonic()
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True, env={**environment, "PATH": PATH})
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    def __enter__(self):
        while "ready" not in self.lines:
            if self.process.poll() is not None or time.monotonic() - self.begin > 120:
                self.process.kill()
                raise AssertionError("it didn't become ready:\n" + "\n".join(self.lines[-30:]))
            time.sleep(0.01)
        self.millis = (time.monotonic() - self.begin) * 1000
        # A cache that doesn't fit is left aside without a word, and then isn't among what is mapped.
        assert "local.aot" in Path(f"/proc/{self.process.pid}/maps").read_text(), "started without its AOT cache"
        return self

    def reload(self, command):
        """By the unit's command. Without a new certificate nothing is said; it has to go on."""
        subprocess.run(command.replace("$MAINPID", str(self.process.pid)).split(), check=True)

    def __exit__(self, kind, *_):
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(90)
        assert kind or status == 0, f"exit status {status} after SIGTERM:\n" + "\n".join(self.lines[-30:])


def unit(tree):
    """Each setting's values."""
    settings = {}
    for name, value in re.findall(r"^(\w+)=(.*)$", tree.path(UNIT).read_text(), re.M):
        settings.setdefault(name, []).append(value)
    return settings


def environment(tree, settings):
    """As the command reads the files that the unit names."""
    files = [file.lstrip("-") for file in settings["EnvironmentFile"]]
    script = 'for file do eval "$(awk -f /usr/lib/ipauth-relay/environment.awk "$file")"; done; env -0'
    words = tree.run("env", "-i", "PATH=/usr/bin:/bin", "sh", "-c", script, "sh", *files).split("\0")
    return dict(word.split("=", 1) for word in words if word)


def may_start(tree):
    """What the unit's ExecCondition says."""
    condition = unit(tree)["ExecCondition"][0]
    script = re.fullmatch(r"/bin/sh -c '(.*)'", condition)[1].replace("$$", "$")
    variables = [f"{name}={value}" for name, value in environment(tree, unit(tree)).items()]
    return subprocess.run(["chroot", tree.root, "env", "-i", *variables, "sh", "-c", script],
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode == 0


def service(tree):
    """The unit's, as systemd would start it."""
    settings = unit(tree)
    user, capability = settings["User"][0], settings["AmbientCapabilities"][0].removeprefix("CAP_").lower()
    only = f"-all,+{capability}"
    return Service(
        ["chroot", tree.root, "setpriv", "--reuid", user, "--regid", settings["Group"][0], "--init-groups",
         "--no-new-privs", "--bounding-set", only, "--inh-caps", only, "--ambient-caps", only,
         "sh", "-c", f"umask {settings['UMask'][0]}; cd {settings['WorkingDirectory'][0]}; exec {settings['ExecStart'][0]}"],
        environment(tree, settings))


def api(key, method, path, body=None):
    request = urllib.request.Request(
        f"http://localhost:8080{path}", method=method, data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json", "Authorization": f"Bearer {key}"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def scan(sink, subject, port=25):
    """From the device's address, without a password; it has to be at the next hop then."""
    with smtplib.SMTP("127.0.0.1", port, timeout=60, source_address=(DEVICE, 0)) as device:
        device.sendmail("scan@example.com", ["boss@example.net"], f"From: scan@example.com\r\nSubject: {subject}\r\n\r\nhi\r\n")
    assert any(f"Subject: {subject}" in message for message in sink.messages), f"{subject} isn't at the next hop"


def nominate(key):
    api(key, "POST", "/v1/smtp-users", {"username": "scanner", "ipAuthentication": {"ip": DEVICE}})


def shown(key):
    return re.search(r"ipk_\S+", key)[0]


def earlier(package, folder):
    """The same package, as one that is older than any."""
    content = Path(folder, "earlier")
    subprocess.run(["dpkg-deb", "--raw-extract", package, content], check=True)
    control = content / "DEBIAN/control"
    control.write_text(re.sub(r"(?m)^Version: .*$", "Version: 0.0.1", control.read_text()))
    older = Path(folder, "earlier.deb")
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Znone", "--build", content, older],
                   check=True, stdout=subprocess.DEVNULL)
    return older


def install(tree, package):
    shutil.copy(package, tree.path("package.deb"))
    said = tree.run("dpkg", "--install", "/package.deb")
    tree.path("package.deb").unlink()
    return said


def debian(package, root, sink):
    tree = Tree(root)
    with scratch() as folder:
        said = install(tree, earlier(package, folder))
    assert "write NEXT_HOP" in said, said
    settings = tree.path(SETTINGS)
    assert settings.stat().st_mode & 0o777 == 0o640 and settings.group() != "root", settings.stat()
    assert not may_start(tree), "it would start without a next hop"
    text = settings.read_text()
    settings.write_text(text.replace("#NEXT_HOP=", f"NEXT_HOP=smtp://127.0.0.1:{sink.port}", 1))
    assert may_start(tree), "it wouldn't start with a next hop"
    found = tree.run("ipauth-relay", "next-hop", "check")
    assert re.search(r"(?m)^connect ", found) and not sink.messages, found
    tree.run("ipauth-relay", "key", "list")
    key = shown(tree.run("ipauth-relay", "key", "add", "acme"))
    # As on a volume of its own, or where an administrator has left something.
    for name in ("lost+found", "of-root"):
        tree.path(DATA).joinpath(name).mkdir(0o700)
    with service(tree) as running:
        print(f"installed: ready after {running.millis:.0f} ms, as {unit(tree)['User'][0]}, with no capability but one")
        nominate(key)
        scan(sink, "the first scan")
        running.reload(unit(tree)["ExecReload"][0])
        scan(sink, "a scan after a reload")
        print("a scan by a nominated address arrives over port 25")
        tree.run("ipauth-relay", "backup", "/root/relay.backup")
        backup = tree.path("root/relay.backup").stat()
        assert backup.st_mode & 0o777 == 0o600 and backup.st_size, backup
        added = shown(tree.run("ipauth-relay", "key", "add", "acme", "later"))
        assert api(added, "GET", "/v1/smtp-users/scanner")
    # As one that was fetched from elsewhere: root's alone.
    os.chown(tree.path("root/relay.backup"), 0, 0)
    tree.run("ipauth-relay", "restore", "/root/relay.backup", status=1)
    assert DEVICE in tree.run("ipauth-relay", "restore", "/root/relay.backup", "--replace")
    assert "later" not in tree.run("ipauth-relay", "key", "list")
    print("backed up while it runs, and restored: addresses and keys are those of the copy")

    install(tree, package)
    assert f"127.0.0.1:{sink.port}" in settings.read_text(), "the settings were lost in an upgrade"
    with service(tree):
        assert api(key, "GET", "/v1/smtp-users/scanner")["username"] == "scanner"
        scan(sink, "a scan after the upgrade")
    print("upgraded: key, SMTP user and settings are there, and scans arrive")

    tree.run("dpkg", "--remove", "ipauth-relay")
    assert not tree.path("usr/lib/ipauth-relay").exists() and not tree.path("usr/bin/ipauth-relay").exists()
    assert tree.path(DATA).joinpath("tables.db").exists() and settings.exists(), "removing it took the data"
    install(tree, package)
    with service(tree):
        scan(sink, "a scan after all")
    print("removed: the data stay, and are used when it is installed again")

    tree.run("dpkg", "--purge", "ipauth-relay")
    left = [name for name in (DATA, "etc/ipauth-relay", "usr/lib/ipauth-relay") if tree.path(name).exists()]
    assert not left and "ipauth-relay" not in tree.path("etc/passwd").read_text(), left
    print("purged: nothing is left")


def image(tar, root, sink):
    """Checks its layout, unpacks its layers, and starts what it says, by a user who may do nothing."""
    with tarfile.open(tar) as layout:
        def blob(digest):
            return layout.extractfile("blobs/" + digest.replace(":", "/"))

        assert json.load(layout.extractfile("oci-layout"))["imageLayoutVersion"] == "1.0.0"
        manifest = json.load(blob(json.load(layout.extractfile("index.json"))["manifests"][0]["digest"]))
        config = json.load(blob(manifest["config"]["digest"]))["config"]
        for layer in manifest["layers"]:
            with tarfile.open(fileobj=blob(layer["digest"]), mode="r|gz") as files:
                files.extractall(root)
        docker = json.load(layout.extractfile("manifest.json"))[0]
        assert len(docker["Layers"]) == len(manifest["layers"]) and docker["RepoTags"], docker
    assert config["User"] == "65532:65532" and list(config["Volumes"]) == ["/" + DATA], config
    compose = (ROOT / "infra/packages/compose.yaml").read_text()
    health = json.loads(re.search(r"test: (\[[^]]*])", compose)[1])
    assert health[0] == "CMD", health

    tree = Tree(root)
    subprocess.run(["mount", "-o", "remount,bind,ro", root], check=True)
    data = tree.path(DATA)
    subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=700,uid=65532,gid=65532", "tmpfs", data], check=True)
    variables = {"PATH": PATH, **dict(word.split("=", 1) for word in config["Env"]), "NEXT_HOP": f"smtp://127.0.0.1:{sink.port}"}

    def inside(*command):
        return ["chroot", f"--userspec={config['User']}", root, *command]

    key = shown(subprocess.run(inside(*config["Entrypoint"], "key", "add", "acme"), env=variables, check=True,
                               capture_output=True, text=True).stdout)
    assert subprocess.run(inside(*health[1:]), env=variables, capture_output=True).returncode, "healthy, and not there"
    with Service(inside(*config["Entrypoint"]), variables) as running:
        print(f"the image: ready after {running.millis:.0f} ms, by {config['User']} on a root that can't be written to")
        nominate(key)
        scan(sink, "a scan in the image", 2525)
        assert subprocess.run(inside(*health[1:]), env=variables, capture_output=True).returncode == 0, "not healthy"
    print("the image: a scan arrives, and compose.yaml's health check says so")


def main():
    package, tar, root = (Path(argument).resolve() for argument in sys.argv[1:])
    if "APART" not in os.environ:
        os.execvpe("unshare", ["unshare", "--mount", "--net", sys.executable, __file__, *map(str, (package, tar, root))],
                   {**os.environ, "APART": "yes"})
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    sink = Sink()
    debian(package, root, sink)
    image(tar, root.parent / "image", sink)


main()

#!/usr/bin/env python3
"""The dashboard in a real Chromium, on the packaged platform: from nothing to a mail that is sent by
the nominated address; conflicts, refusals, slow and lost answers, an expired sign-in, two tabs; by
keyboard alone; axe-core; and a picture of every page.

dashboard.py AXE.js [PICTURES]        needs selenium, chromium and chromium-driver"""

import json
import smtplib
import sys
import tempfile
import time
import traceback
from pathlib import Path

from selenium import webdriver
from selenium.common.exceptions import TimeoutException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from door import Door, Provider
from trial import Platform

AXE = Path(sys.argv[1]).read_text()
PICTURES = Path(sys.argv[2]) if len(sys.argv) > 2 else None
PRINTER, TAKEN, OURS = "127.0.0.23", "127.0.0.24", "127.0.0.25"


class Browser:
    def __init__(self, url):
        self.url, self.folder = url, tempfile.TemporaryDirectory(prefix="chromium-")
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for flag in ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                     "--disable-background-networking", "--disable-component-update", "--disable-sync",
                     "--disable-dev-shm-usage", f"--user-data-dir={self.folder.name}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        options.set_capability("unhandledPromptBehavior", "ignore")
        self.driver = webdriver.Chrome(options, webdriver.ChromeService("/usr/bin/chromedriver"))
        self.size(1200, 900)

    def size(self, width, height):
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride",
                                    {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600})

    def scheme(self, name):
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia",
                                    {"features": [{"name": "prefers-color-scheme", "value": name}]})

    def go(self, path="/"):
        self.driver.get(self.url + path)

    def until(self, holds, what, seconds=10):
        def attempt(_):
            try:
                return holds()
            except Exception:  # noqa: BLE001 an element that was replaced meanwhile is looked for again
                return False
        try:
            return WebDriverWait(self.driver, seconds, 0.05).until(attempt)
        except TimeoutException:
            raise AssertionError(f"{what} didn't come; there is: {self.text()[-900:]}") from None

    def find(self, css):
        return self.driver.find_element(By.CSS_SELECTOR, css)

    def text(self, css="main"):
        return self.find(css).text

    def see(self, text, css="body", seconds=10):
        self.until(lambda: text in self.text(css), repr(text), seconds)

    def gone(self, text, css="body"):
        self.until(lambda: text not in self.text(css), f"the end of {text!r}")

    def press(self, label, within="body"):
        path = f".//*[self::button or self::a][normalize-space()={json.dumps(label, ensure_ascii=False)}]"
        self.until(lambda: self.find(within).find_element(By.XPATH, path).click() or True, f"the button {label}")

    def field(self, label, within="main"):
        path = f".//label[normalize-space()={json.dumps(label, ensure_ascii=False)}]"
        found = self.until(lambda: self.find(within).find_element(By.XPATH, path), f"the field {label}")
        return self.driver.find_element(By.ID, found.get_attribute("for"))

    def write(self, label, text, within="main"):
        into = self.field(label, within)
        into.clear()
        into.send_keys(text)
        return into

    def confirm(self, yes=True):
        def answered():
            alert = self.driver.switch_to.alert
            said = alert.text
            alert.accept() if yes else alert.dismiss()
            return said
        return self.until(answered, "a question")

    def sign_in(self, account="acme"):
        self.go()
        self.write("Account", account + "\n")
        self.see("SMTP users", "main h1")

    def user(self, name):
        self.driver.execute_script("location.hash = arguments[0]", f"#/users/{name}")
        self.see(name, "main h1")

    def axe(self, page, faults):
        self.driver.execute_cdp_cmd("Runtime.evaluate", {"expression": AXE})
        found = self.driver.execute_async_script(
            "const then = arguments[0]; axe.run(document, {resultTypes: ['violations']}).then(r => then(r.violations))")
        for one in found:
            print(f"  axe {page}: {one['impact']} {one['id']}: {[n['target'] for n in one['nodes']][:3]}")
            if one["impact"] in ("serious", "critical"):
                faults.append(f"axe {page}: {one['id']}")

    def faults_in_console(self):
        return [line["message"] for line in self.driver.get_log("browser")
                if "Content Security Policy" in line["message"] or "Uncaught" in line["message"]]

    def quit(self):
        self.driver.quit()
        self.folder.cleanup()


def mail(port, source):
    with smtplib.SMTP("127.0.0.1", port, local_hostname="printer", source_address=(source, 0), timeout=10) as device:
        device.sendmail("scans@example.com", ["boss@example.net"], "From: scans@example.com\r\nSubject: a scan\r\n\r\nHello.\r\n")


def nothing_to_mail(page, platform, door):
    """The seed's path, with the clock running."""
    began = time.monotonic()
    page.sign_in()
    page.see("No SMTP users yet")
    page.press("Make the first one")
    page.write("Name", "scanner-2f")
    page.write("Description", "second floor")
    page.press("Make it")
    page.see("shown this once")
    password = page.find("dd:nth-of-type(2) code").text
    assert len(password) >= 28, password
    page.driver.execute_script("location.hash = '#/'")
    assert "can’t be read again" in page.confirm(yes=False), "leaving a password is asked about"
    page.press("I have put it away")
    page.see("scanner-2f", "main h1")
    order = [h.text for h in page.driver.find_elements(By.CSS_SELECTOR, "main h2")]
    assert order == ["Name and state", "Password", "Allowed senders", "IP restrictions", "IP authentication"], order
    page.press("Use my current address")
    page.see("relay’s own machine")
    page.write("IP address", PRINTER)
    page.press("Save", "section[aria-labelledby=ip-authentication]")
    page.see("Trusted now: " + PRINTER)
    while True:  # what the relay remembers of the address is forgotten first
        try:
            mail(platform.smtp, PRINTER)
            break
        except smtplib.SMTPException:
            assert time.monotonic() - began < 60
            time.sleep(0.1)
    print(f"from opening the page to the first accepted mail: {time.monotonic() - began:.1f} s")
    assert "scans@example.com" in platform.messages()[0][1]


def the_sheet(page, platform, door):
    page.press("Device sheet")
    for part in (str(platform.smtp), "STARTTLS", str(platform.smtps), "SSL/TLS", "Off. No user name, no password.", "36 MB", "530 5.7.0"):
        page.see(part)
    page.driver.execute_cdp_cmd("Browser.grantPermissions", 
                                {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]})
    page.find("[aria-label='Copy the server']").click()
    page.see("Copied")
    assert page.driver.execute_async_script("navigator.clipboard.readText().then(arguments[0])") == "localhost"


def conflicts(page, platform, door):
    platform.smtp_user("copier", ip=OURS)
    other = platform.call("POST", "/local/token", {"accountId": "globex"})["token"]
    ours, platform.token = platform.token, other
    platform.smtp_user("globex-printer", ip=TAKEN)
    platform.token = ours
    page.user("scanner-2f")
    for ip, told, untold in ((OURS, "one of yours: copier", "not in this account"), (TAKEN, "not in this account", "globex")):
        page.write("IP address", ip)
        page.press("Save", "section[aria-labelledby=ip-authentication]")
        page.see(told)
        assert untold not in page.text(), untold
        assert page.field("IP address").get_attribute("value") == ip
        page.see("Trusted now: " + PRINTER)
    page.write("IP address", "192.0.2.0/24")
    page.press("Save", "section[aria-labelledby=ip-authentication]")
    page.until(lambda: page.field("IP address").get_attribute("aria-invalid") == "true", "the refusal")
    assert page.driver.switch_to.active_element == page.field("IP address")


def cautions(page, platform, door):
    for ip, told in (("192.168.1.20", "private address"), ("100.64.3.4", "shared by many"), ("2001:4860::1", "IPv4 only")):
        page.write("IP address", ip)
        page.see(told)
    page.write("IP address", "8.8.8.8")
    page.gone("Look twice")
    page.write("IP address", PRINTER)  # as it is saved: nothing is left to lose


def rules(page, platform, door):
    page.write("One to a line", "scans@example.com\nnonsense", "section[aria-labelledby=senders]")
    page.press("Save", "section[aria-labelledby=senders]")
    page.see("nonsense:")
    page.write("One to a line", "scans@example.com", "section[aria-labelledby=senders]")
    page.press("Save", "section[aria-labelledby=senders]")
    page.see("Allowed now: scans@example.com")
    page.write("One to a line", "192.168.1.1/24", "section[aria-labelledby=restrictions]")
    page.press("Save", "section[aria-labelledby=restrictions]")
    page.see("192.168.1.1/24:")
    page.write("One to a line", "127.0.0.0/8", "section[aria-labelledby=restrictions]")
    page.press("Save", "section[aria-labelledby=restrictions]")
    page.see("The password works only from: 127.0.0.0/8")
    page.press("New password")
    page.confirm()
    page.see("shown this once")
    page.press("I have put it away")
    page.press("Disable")
    page.confirm()
    page.see("none of its mail is taken")
    page.press("Enable")
    page.see("It may send again.")


def two_tabs(page, platform, door):
    page.write("Description", "typed here")
    platform.call("PATCH", "/v1/smtp-users/scanner-2f", {"description": "typed there"})
    page.press("Save", "section[aria-labelledby=state]")
    page.see("changed meanwhile")
    assert page.field("Description").get_attribute("value") == "typed here"
    page.press("Save", "section[aria-labelledby=state]")
    page.see("Saved.", "section[aria-labelledby=state]")
    assert platform.call("GET", "/v1/smtp-users/scanner-2f")["description"] == "typed here"


def failing(page, platform, door):
    page.write("Description", "survives")
    door.refuse = 503
    page.press("Save", "section[aria-labelledby=state]")
    page.see("status 503")
    door.refuse = None
    assert page.field("Description").get_attribute("value") == "survives"
    door.slow = 3
    page.press("Save", "section[aria-labelledby=state]")
    page.until(lambda: "longer than usual" in page.find("#spoken").get_attribute("textContent"), "slow")
    page.see("Saved.", "section[aria-labelledby=state]")
    door.refuse, door.slow = 503, 0
    page.driver.execute_script("location.hash = '#/'")
    page.see("can’t be shown just now")
    door.refuse = None
    page.press("Try again")
    page.see("SMTP users", "main h1")
    door.slow = 3
    page.driver.execute_script("location.hash = '#/users/scanner-2f'")
    page.see("Still waiting")
    page.see("scanner-2f", "main h1")
    door.slow = 0
    page.driver.execute_script("location.hash = '#/users/nobody-here'")
    page.see("There is no such SMTP user")


def lost_answer(page, platform, door):
    page.driver.execute_script("location.hash = '#/new'")
    page.write("Name", "lost")
    door.lose = True
    page.press("Make it")
    page.see("No answer came")
    door.lose = False
    assert page.field("Name").get_attribute("value") == "lost"
    page.press("Make it")
    page.see("that answer got lost")
    page.press("Go on")
    page.see("lost", "main h1")
    page.driver.execute_script("location.hash = '#/new'")
    page.write("Name", "copier")
    page.press("Make it")
    page.see("This name is taken")
    page.driver.execute_script("location.hash = '#/'")
    page.confirm()
    page.see("SMTP users", "main h1")


def expired(page, platform, door):
    page.user("scanner-2f")
    page.write("Description", "kept")
    page.driver.execute_script("sessionStorage.setItem('token', 'x.y.z')")
    page.press("Save", "section[aria-labelledby=state]")
    page.see("Your sign-in has expired", "#notice")
    page.write("Account", "acme\n", "#notice")
    page.until(lambda: page.text("#notice") == "", "the end of the notice")
    page.press("Save", "section[aria-labelledby=state]")
    page.see("Saved.", "section[aria-labelledby=state]")
    assert platform.call("GET", "/v1/smtp-users/scanner-2f")["description"] == "kept"


def long_list(page, platform, door):
    for n in range(60):
        platform.smtp_user(f"many-{n:02}")
    page.driver.execute_script("location.hash = '#/'")
    page.see("Next ›")
    page.press("Next ›")
    page.see("Page 2")
    page.press("‹ Previous")
    page.see("Page 1")
    page.find("#search").send_keys(PRINTER)
    page.until(lambda: len(page.driver.find_elements(By.CSS_SELECTOR, "tbody tr")) == 1, "one found")
    page.see("scanner-2f")
    page.find("#search").clear()
    page.find("#search").send_keys("zzz")
    page.see("No SMTP user has")


def by_provider(page, platform, door):
    provider = Provider(platform.token)
    theirs = Door(platform.http, provider)
    page.driver.execute_script("sessionStorage.clear()")
    page.url = theirs.url
    provider.denies = True
    page.go("/#/users/scanner-2f")
    page.press("Sign in")
    page.see("refused: access_denied")
    provider.denies = False
    page.go("/")
    page.driver.get(theirs.url + "/?r=1#/users/scanner-2f")
    page.press("Sign in")
    page.see("scanner-2f", "main h1")
    assert "code=" not in page.driver.current_url, page.driver.current_url
    assert page.driver.execute_script("return localStorage.length") == 0
    page.write("Description", "across the sign-in")
    page.driver.execute_script("sessionStorage.setItem('token', 'x.y.z')")
    page.press("Save", "section[aria-labelledby=state]")
    page.see("has expired", "#notice")
    page.press("Sign in", "#notice")
    page.until(lambda: page.field("Description").get_attribute("value") == "across the sign-in", "the draft")
    page.driver.get(theirs.url + "/?code=c0de&state=forged")
    page.see("not begun in this tab")
    page.driver.execute_script("sessionStorage.clear()")
    page.url = door.url


def by_keyboard(page, platform, door):
    """Tab and Enter only, from the address bar to a saved address; what has the focus shows it."""
    page.go("/")
    page.driver.execute_script("sessionStorage.clear()")
    page.go("/?k=1")
    keys = page.driver.switch_to
    page.see("Account")
    page.until(lambda: keys.active_element.tag_name == "input", "the focus")
    keys.active_element.send_keys("keys\n")
    page.see("No SMTP users yet")

    def to(label):
        for _ in range(60):
            keys.active_element.send_keys(Keys.TAB)
            has = keys.active_element
            if label in (has.text, page.driver.execute_script("return arguments[0].labels?.[0]?.textContent", has)):
                assert has.value_of_css_property("outline-style") == "solid", label
                return has
        raise AssertionError(f"Tab never came to {label}")

    to("Make the first one").send_keys(Keys.ENTER)
    page.see("New SMTP user", "main h1")
    to("Name").send_keys("by-keys\n")
    page.see("shown this once")
    to("I have put it away").send_keys(Keys.ENTER)
    page.see("Name and state")
    to("IP address").send_keys("127.0.0.77\n")
    page.see("Trusted now: 127.0.0.77")
    to("Remove").send_keys(Keys.ENTER)
    page.confirm()
    page.see("No address is trusted now")


def pictures(page, platform, door, faults):
    token = platform.call("POST", "/local/token", {"accountId": "pictures"})["token"]
    ours, platform.token = platform.token, token
    platform.smtp_user("scanner-1f", ip="198.51.100.7")
    platform.smtp_user("copier-basement")
    platform.call("PATCH", "/v1/smtp-users/scanner-1f", {"description": "First floor, beside the lift"})
    platform.call("PATCH", "/v1/smtp-users/copier-basement", {"enabled": False})
    platform.call("PUT", "/v1/smtp-users/scanner-1f/allowed-senders", {"senders": ["scans@example.com"]})
    platform.token = ours
    page.go("/?p=1")
    page.driver.execute_script(f"sessionStorage.setItem('token', '{token}')")

    def at(hash):
        page.go(f"/?{time.monotonic()}{hash}")
        page.until(lambda: page.find("main h1") and not page.driver.find_elements(By.CSS_SELECTOR, ".waiting"), hash)

    def conflict():
        at("#/users/scanner-1f")
        page.write("IP address", TAKEN)
        page.press("Save", "section[aria-labelledby=ip-authentication]")
        page.see("not in this account")

    def password():
        at("#/new")
        page.press("Make it")
        page.see("shown this once")

    def signed_out():
        page.driver.execute_script("sessionStorage.clear()")
        at("#/")

    def empty():
        at("#/")
        found = platform.call("POST", "/local/token", {"accountId": "empty"})["token"]
        page.driver.execute_script(f"sessionStorage.setItem('token', '{found}')")
        at("#/")

    pages = {"users": lambda: at("#/"), "new-user": lambda: at("#/new"), "password": password,
             "user": lambda: at("#/users/scanner-1f"), "conflict": conflict,
             "device-sheet": lambda: at("#/users/scanner-1f/device"), "empty": empty, "sign-in": signed_out}
    for name, show in pages.items():
        show()
        for look, width, scheme in (("desktop", 1200, "light"), ("phone", 390, "light"), ("dark", 1200, "dark")):
            page.size(width, 900 if width > 600 else 844)
            page.scheme(scheme)
            if "[object" in page.text("body") or "undefined" in page.text("body"):
                faults.append(f"{name} shows what isn't text")
            wide = page.driver.execute_script("return document.documentElement.scrollWidth")
            if wide > width:
                faults.append(f"{name} is {wide} wide on {width}")
            page.axe(f"{name} {look}", faults)
            if PICTURES:
                PICTURES.mkdir(parents=True, exist_ok=True)
                tall = page.driver.execute_script("return document.documentElement.scrollHeight")
                page.size(width, max(tall, 500))
                page.driver.save_screenshot(str(PICTURES / f"{name}-{look}.png"))
        page.size(1200, 900)
        page.scheme("light")
        page.driver.execute_script("window.addEventListener('beforeunload', e => e.stopImmediatePropagation(), true)")
        if name in ("password", "conflict"):
            page.driver.get("about:blank")
            try:
                page.driver.switch_to.alert.accept()
            except Exception:  # noqa: BLE001 whether it asks depends on what was typed
                pass


def main():
    began, faults = time.monotonic(), []
    with Platform() as platform:
        door = Door(platform.http)
        page = Browser(door.url)
        try:
            for story in (nothing_to_mail, the_sheet, conflicts, cautions, rules, two_tabs, failing, lost_answer,
                          expired, long_list, by_provider, by_keyboard):
                story(page, platform, door)
                print(f"ok {story.__name__} ({time.monotonic() - began:.0f} s)", flush=True)
            pictures(page, platform, door, faults)
            faults += page.faults_in_console()
        except Exception:  # noqa: BLE001 told, with what the browser said
            faults += [traceback.format_exc(), *page.faults_in_console()]
        finally:
            page.quit()
    print("\n".join(faults) or f"no fault, {time.monotonic() - began:.0f} s")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()

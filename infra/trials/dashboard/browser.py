"""Debian's Chromium as somebody uses it: by what stands on labels and buttons."""

import base64
import json
import tempfile
import time

from PIL import Image
from selenium import webdriver
from selenium.common.exceptions import TimeoutException, WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait
from trial import free_ports

SOON = 20  # seconds: what others do on this machine is no fault of the page
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage")


def part(name, within=""):
    """A part of a page, by what names its heading; or what is within."""
    return f"section[aria-labelledby={name}] {within}".rstrip()


class Browser:
    """`url` is where it is sent to, `axe` the text of axe-core."""

    def __init__(self, url, axe):
        self.url, self.axe_core, self.folder = url, axe, tempfile.TemporaryDirectory(prefix="chromium-")
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for flag in (*FLAGS, f"--user-data-dir={self.folder.name}"):
            options.add_argument(flag)
        options.add_argument("--lang=en-US")
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        options.set_capability("unhandledPromptBehavior", "ignore")
        self.driver = webdriver.Chrome(options, webdriver.ChromeService("/usr/bin/chromedriver", port=free_ports(1)[0]))
        self.look()

    def look(self, width=1280, height=900, scheme="light", forced=False):
        self.cdp("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        self.cdp("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": scheme}, {"name": "forced-colors", "value": "active" if forced else "none"}])

    def cdp(self, command, **arguments):
        return self.driver.execute_cdp_cmd(command, arguments)

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def offline(self, is_offline):
        self.cdp("Network.enable")
        self.cdp("Network.emulateNetworkConditions", offline=is_offline, latency=0, downloadThroughput=-1, uploadThroughput=-1)

    # Going somewhere.

    def load(self, path="/"):
        """A new start of the page, also where only what is behind # differs."""
        self.driver.get("about:blank")
        self.driver.get(self.url + path)

    def go(self, hash):
        if self.all("#main"):
            self.run("location.hash = arguments[0]", hash)
        else:
            self.load("/" + hash)

    def sign_in(self, account="acme"):
        self.load()
        self.write("Account", account + "\n")
        self.see("Overview", "main h1")

    def become(self, token):
        """Signed in without the page's help, in the browser's own language."""
        self.load("/dashboard/icon.svg")
        self.run("localStorage.clear(); sessionStorage.clear(); if (arguments[0]) sessionStorage.setItem('token', arguments[0])", token)

    def user(self, name):
        self.go(f"#/users/{name}")
        self.see(name, "main h1")

    # Looking.

    def until(self, holds, what, seconds=SOON):
        def attempt(_):
            try:
                return holds()
            except WebDriverException:  # an element that was replaced meanwhile is looked for again
                return False
        try:
            return WebDriverWait(self.driver, seconds, 0.05).until(attempt)
        except TimeoutException:
            raise AssertionError(f"{what} didn't come; there is: {self.run('return document.body?.innerText')}") from None

    def find(self, css):
        return self.driver.find_element(By.CSS_SELECTOR, css)

    def all(self, css):
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def text(self, css="main"):
        return self.find(css).text

    def see(self, text, css="body", seconds=SOON):
        self.until(lambda: text in self.text(css), repr(text), seconds)

    def gone(self, text, css="main"):
        self.until(lambda: text not in self.text(css), f"the end of {text!r}")

    def focused(self):
        return self.driver.switch_to.active_element

    def spoken(self, text):
        self.until(lambda: text in self.find("#spoken").get_attribute("textContent"), f"{text!r}, aloud")

    # Doing.

    def press(self, label, within="body"):
        """A button or a link, by what is to be read on it; what only screen readers hear may follow."""
        quoted = json.dumps(label, ensure_ascii=False)
        path = (f".//*[self::button or self::a or self::summary][normalize-space()={quoted} or "
                f"(starts-with(normalize-space(), {quoted}) and span[contains(@class, 'spoken')])]")
        self.until(lambda: self.find(within).find_element(By.XPATH, path).click() or True, f"the button {label}")

    def field(self, label, within="main"):
        path = f".//label[normalize-space()={json.dumps(label, ensure_ascii=False)}]"
        found = self.until(lambda: self.find(within).find_element(By.XPATH, path), f"the field {label}")
        return self.driver.find_element(By.ID, found.get_attribute("for"))

    def value(self, label):
        return self.field(label).get_attribute("value")

    def write(self, label, text, within="main"):
        into = self.field(label, within)
        into.clear()
        into.send_keys(text)
        return into

    def in_sight(self, text, css):
        """What came of it is to be seen without scrolling."""
        self.see(text, css)
        self.until(lambda: self.run("""const told = [...document.querySelectorAll(arguments[0])].find(one => one.innerText.includes(arguments[1]));
            const {top, bottom} = told.getBoundingClientRect(); return top >= 0 && bottom <= innerHeight""", css, text), f"{text!r} in sight")

    def copied(self):
        """What is pasted now. The page itself may not read the clipboard."""
        self.run("const into = document.createElement('textarea'); into.id = 'pasted'; document.body.append(into); into.focus()")
        self.find("#pasted").send_keys(Keys.CONTROL, "v")
        text = self.until(lambda: self.find("#pasted").get_attribute("value"), "what was copied")
        self.run("document.getElementById('pasted').remove()")
        return text

    def choose(self, label):
        """One of several, by its words."""
        self.until(lambda: self.driver.find_element(By.XPATH, f"//main//label[contains(., {json.dumps(label)})]").click() or True, label)

    def save(self, section):
        self.press("Save", part(section))

    def answer(self, label, asked):
        """Answers the question that is asked."""
        self.see(asked, "dialog")
        self.press(label, "dialog")
        self.until(lambda: not self.all("dialog"), "the end of the question")

    def let_go(self):
        """What is typed may be lost: the page isn't tried any more."""
        self.run("window.addEventListener('beforeunload', e => e.stopImmediatePropagation(), true)")

    # What is wrong with it.

    def axe(self):
        """What axe-core finds serious or critical: one line each."""
        self.cdp("Runtime.evaluate", expression=self.axe_core)
        found = self.driver.execute_async_script(
            "const then = arguments[0]; axe.run(document, {resultTypes: ['violations'], preload: false}).then(r => then(r.violations))")
        return [f"{one['impact']} {one['id']}: {[node['target'] for node in one['nodes']][:3]}"
                for one in found]

    def console(self):
        return [line["message"] for line in self.driver.get_log("browser")
                if "Content Security Policy" in line["message"] or "Uncaught" in line["message"]]

    def picture(self, path, width, scheme):
        """The whole page as PNG, in few colours: it is kept in the repository."""
        self.look(width, 900, scheme)
        tall = self.run("return document.documentElement.scrollHeight")
        self.look(width, max(tall, 500), scheme)
        time.sleep(0.15)
        self.driver.save_screenshot(str(path))
        self.look()
        with Image.open(path) as taken:
            taken.quantize(64, dither=Image.Dither.NONE).save(path, optimize=True)

    def printed(self):
        """The page on paper, as PDF."""
        return base64.b64decode(self.cdp("Page.printToPDF", preferCSSPageSize=True)["data"])

    def quit(self):
        self.driver.quit()
        self.folder.cleanup()

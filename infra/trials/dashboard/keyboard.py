"""Tab, Enter and Escape only, from the address bar to a saved address and away again."""

from selenium.webdriver.common.keys import Keys

NAME = """const has = arguments[0]; return has.labels?.[0]?.textContent ?? has.textContent"""


def to(page, label):
    """Tabs on until that has the focus, and looks whether the focus can be seen."""
    for _ in range(60):
        page.focused().send_keys(Keys.TAB)
        has = page.focused()
        if page.run(NAME, has).strip().startswith(label):
            style = page.run("const s = getComputedStyle(arguments[0]); return s.outlineStyle + ' ' + s.outlineWidth", has)
            assert style == "solid 3px", (label, style)
            return has
    raise AssertionError(f"Tab doesn't lead to {label}")


def by_keyboard(page, platform, door):
    page.become(None)
    page.load("/")
    page.see("Account")
    page.until(lambda: page.focused().tag_name == "input", "the focus")
    page.focused().send_keys("by_keyboard", Keys.ENTER)
    page.see("No SMTP users yet")
    page.until(lambda: page.focused().text == "Overview", "the heading")
    to(page, "Create the first one").send_keys(Keys.ENTER)
    page.see("New SMTP user", "main h1")
    to(page, "User name").send_keys("typed-only", Keys.ENTER)
    page.see("shown only once")
    to(page, "I’ve saved it").send_keys(Keys.ENTER)
    page.see("typed-only is ready", "main h1")
    to(page, "More settings").send_keys(Keys.ENTER)
    page.until(lambda: page.text("main h1") == "typed-only", "the user's page")
    page.until(lambda: page.focused().tag_name == "h1", "the heading")
    assert page.driver.title == "typed-only · Outbound"
    to(page, "IP authentication").send_keys(Keys.ENTER)
    to(page, "IP address").send_keys("127.0.0.71")
    to(page, "Save").send_keys(Keys.ENTER)
    page.see("Trusted now: 127.0.0.71")
    page.spoken("It works only if the relay is inside the same network")


def questions_by_keyboard(page, platform, door):
    """A question holds the focus, changes nothing by Escape, and gives the focus back."""
    platform.smtp_user("asked", ip="127.0.0.72")
    page.user("asked")
    remove = page.until(lambda: next(b for b in page.all("button") if b.text.startswith("Remove")), "Remove")
    page.run("arguments[0].focus()", remove)
    page.focused().send_keys(Keys.ENTER)
    page.see("Remove 127.0.0.72?", "dialog")
    assert page.focused().text == "Cancel"
    for _ in range(5):
        page.focused().send_keys(Keys.TAB)
        assert page.run("return document.activeElement.closest('dialog') !== null || document.activeElement === document.body")
    page.find("dialog button").send_keys(Keys.ESCAPE)
    page.until(lambda: not page.all("dialog"), "the end of the question")
    assert page.focused() == remove
    page.see("Trusted now: 127.0.0.72")


def skipped(page, platform, door):
    page.load("/#/")
    page.see("No SMTP users yet")
    page.run("document.querySelector('.skip').focus()")
    page.focused().send_keys(Keys.ENTER)
    page.until(lambda: page.focused().get_attribute("id") == "main", "the content")
    assert page.driver.current_url.endswith("#/"), page.driver.current_url


STORIES = (by_keyboard, questions_by_keyboard, skipped)

"""The other parts of a user's page; and two people, or two tabs, at the same user."""

import time
import urllib.error

from browser import part
from selenium.webdriver.common.keys import Keys

LATE = 20  # seconds, unless it is let through before


def rules(page, platform, door):
    platform.smtp_user("rules")
    page.user("rules")
    page.write("Sender addresses, one per line", "scans@example.com\nnonsense\nmore nonsense@")
    page.save("senders")
    page.see("nonsense: This is neither", part("senders", ".fault"))
    page.see("nonsense@: This is neither", part("senders", ".fault"))
    page.write("Sender addresses, one per line", "scans@example.com, @EXAMPLE.org")
    page.save("senders")
    page.until(lambda: page.value("Sender addresses, one per line") == "scans@example.com\n@example.org", "the canonical list")
    page.write("Networks, one per line", "192.168.1.1/24")
    page.save("restrictions")
    page.see("192.168.1.1/24: The network has host bits set. Write 192.168.1.0/24")
    page.write("Networks, one per line", "127.0.0.0/8")
    page.save("restrictions")
    page.see("Saved. It takes effect within 1 second", part("restrictions"))
    page.press("New password")
    page.answer("Make a new one", "Make a new password?")
    page.see("shown only once")
    page.press("I’ve saved it")
    page.press("Disable")
    page.answer("Disable it", "Disable this SMTP user?")
    page.see("It stops sending within 1 second")
    page.press("Enable")
    page.see("It can send again")
    page.press("History")
    page.see("History", "main h1")
    told = " ".join(page.find("tbody").get_attribute("textContent").split())
    for line in ("State: disabled → became enabled", "New password", "IP restrictions: 127.0.0.0/8", "Created"):
        assert line in told, (line, told)


def deleted(page, platform, door):
    platform.smtp_user("old-fax", ip="127.0.0.51")
    page.user("old-fax")
    page.press("Delete this SMTP user")
    page.answer("Cancel", "its address 127.0.0.51")
    page.press("Delete this SMTP user")
    page.answer("Delete it", "Delete old-fax?")
    page.see("No SMTP users yet")
    page.see("old-fax was deleted.", "#notice")
    page.spoken("old-fax was deleted.")
    page.go("#/users/old-fax")
    page.see("That doesn’t exist here")
    page.gone("old-fax was deleted.", "#notice")


def is_there(platform, name):
    try:
        return bool(platform.call("GET", f"/v1/smtp-users/{name}"))
    except urllib.error.HTTPError as refused:
        assert refused.code == 404, refused
        return False


def left_under_way(page, platform, door):
    """Whoever leaves before the answer is asked first, and then left alone where they went."""
    platform.smtp_user("leaving")
    page.user("leaving")
    door.slow = LATE
    page.press("Delete this SMTP user")
    page.answer("Delete it", "Delete leaving?")
    page.go("#/new")
    page.answer("Leave", "It isn’t done yet.")
    page.see("New SMTP user", "main h1")
    page.write("User name", "gone-on")
    door.slow = 0
    page.until(lambda: not is_there(platform, "leaving"), "the end of it")
    time.sleep(0.5)  # for the answer to arrive
    assert page.value("User name") == "gone-on" and page.driver.current_url.endswith("#/new"), page.driver.current_url
    door.slow = LATE
    page.press("Create SMTP user")
    page.go("#/nowhere")
    page.answer("Stay here", "It isn’t done yet.")
    door.slow = 0
    page.see("shown only once")
    page.press("I’ve saved it: go on")
    page.see("gone-on is ready", "main h1")
    page.go("#/new")
    page.write("User name", "never-shown")
    door.slow = LATE
    page.press("Create SMTP user")
    page.go("#/nowhere")
    page.answer("Leave", "it is never shown")
    page.see("There is no such page")
    door.slow = 0
    page.until(lambda: is_there(platform, "never-shown"), "it")
    time.sleep(0.5)
    assert page.driver.title.startswith("Not found"), page.driver.title
    page.user("gone-on")  # nothing is asked


def left_while_a_password_is_made(page, platform, door):
    platform.smtp_user("renewed")
    page.user("renewed")
    before = platform.call("GET", "/v1/smtp-users/renewed")["passwordChangedAt"]
    time.sleep(1)  # it is told to the second
    door.slow = LATE
    page.press("New password")
    page.answer("Make a new one", "Make a new password?")
    page.go("#/nowhere")
    page.answer("Leave", "it is never shown")
    page.see("There is no such page")
    door.slow = 0
    page.until(lambda: platform.call("GET", "/v1/smtp-users/renewed")["passwordChangedAt"] != before, "the new password")
    time.sleep(0.5)
    page.user("renewed")  # nothing is asked
    door.slow = LATE
    page.press("New password")
    page.answer("Make a new one", "Make a new password?")
    page.go("#/nowhere")
    page.see("it is never shown", "dialog")
    door.slow = 0
    page.until(lambda: page.all(".secret"), "the password, behind the question")
    page.press("Leave", "dialog")
    page.answer("Stay here", "Have you saved the password?")
    page.see("shown only once")
    page.press("I’ve saved it")
    page.go("#/nowhere")
    page.see("There is no such page")


def typed_meanwhile(page, platform, door):
    """What is typed while a save is under way stays, and isn't called saved."""
    platform.smtp_user("typing", ip="127.0.0.63")
    page.user("typing")
    for section, label, sent, since, saved in (
            ("details", "Description", "sent", " and more", lambda user: user["description"]),
            ("senders", "Sender addresses, one per line", "@example.com", "\n@example.org", lambda user: "\n".join(user["allowedSenders"])),
            ("ip-authentication", "IP address", "127.0.0.6", "4", lambda user: user["ipAuthentication"]["ip"])):
        door.slow = LATE
        page.write(label, sent)
        page.save(section)
        page.field(label).send_keys(since)
        door.slow = 0
        page.see("What else is typed here isn’t saved yet.", part(section, ".told"))
        assert page.value(label) == sent + since, page.value(label)
        assert saved(platform.call("GET", "/v1/smtp-users/typing")) == sent
        page.save(section)
        page.until(lambda: saved(platform.call("GET", "/v1/smtp-users/typing")) == sent + since, "the rest")
        page.gone("isn’t saved yet", part(section))
    before = page.value("Description")
    door.slow = LATE
    page.write("Description", "on second thoughts, no")
    page.save("details")
    page.write("Description", before)
    door.slow = 0
    page.see("What else is typed here isn’t saved yet.", part("details", ".told"))
    assert page.value("Description") == before


def nothing_typed_while_it_is_created(page, platform, door):
    """Its page goes with the answer: what was typed there meanwhile would be lost."""
    platform.smtp_user("taken-already")
    page.go("#/new")
    page.write("User name", "taken-already")
    page.write("Description", "as sent")
    door.slow = LATE
    page.press("Create SMTP user")
    page.field("Description").send_keys(" and more")
    page.choose("No, trust its IP address")
    door.slow = 0
    page.see("This name is taken", ".fault")
    assert page.value("Description") == "as sent" and not page.field("IP address").is_displayed()
    page.field("User name").send_keys("-2")
    page.choose("No, trust its IP address")
    page.choose("Yes")
    page.press("Create SMTP user")
    page.see("shown only once")


def two_tabs(page, platform, door):
    """Both versions are shown, and either can be had."""
    platform.smtp_user("shared")
    page.user("shared")
    for kept, then in (("Save mine instead", "typed here"), ("Take what is saved", "typed there")):
        page.write("Description", "typed here")
        platform.call("PATCH", "/v1/smtp-users/shared", {"description": "typed there"})
        page.save("details")
        page.see("changed in the meantime")
        page.see("typed there", part("details", ".box"))
        assert page.value("Description") == "typed here"
        page.press(kept)
        page.gone("changed in the meantime")
        page.until(lambda: platform.call("GET", "/v1/smtp-users/shared")["description"] == then, then)
        assert page.value("Description") == then
        platform.call("PATCH", "/v1/smtp-users/shared", {"description": None})
        page.load("/#/users/shared")
        page.see("shared", "main h1")


def two_tabs_at_different_parts(page, platform, door):
    """What nobody else touched is saved, and what somebody else saved stays."""
    platform.smtp_user("split")
    page.user("split")
    page.write("Description", "typed here")
    platform.call("PUT", "/v1/smtp-users/split/allowed-senders", {"senders": ["@example.com"]})
    page.save("details")
    page.see("Saved.", part("details"))
    now = platform.call("GET", "/v1/smtp-users/split")
    assert now["description"] == "typed here" and now["allowedSenders"] == ["@example.com"], now
    assert page.value("Sender addresses, one per line") == "@example.com"


def nominated_in_the_other_tab(page, platform, door):
    platform.smtp_user("raced")
    page.user("raced")
    page.write("IP address", "127.0.0.52")
    platform.call("PUT", "/v1/smtp-users/raced/ip-authentication", {"ip": "127.0.0.53"})
    page.save("ip-authentication")
    page.see("127.0.0.53", part("ip-authentication", ".box.bad"))
    page.see("It replaces 127.0.0.53")
    page.press("Save mine instead")
    page.see("Trusted now: 127.0.0.52")


def left_unsaved(page, platform, door):
    platform.smtp_user("unsaved")
    page.user("unsaved")
    page.write("Description", "not saved")
    page.go("#/")
    page.answer("Stay here", "Leave without saving?")
    assert page.value("Description") == "not saved"
    page.go("#/users")
    page.answer("Leave", "Leave without saving?")
    page.see("SMTP users", "main h1")


def back_and_stay(page, platform, door):
    """Back, then 'Stay here': the entries before and behind are as they were."""
    platform.smtp_user("first")
    platform.smtp_user("second")
    page.load("/#/users")
    page.press("first")
    page.see("first", "main h1")
    page.go("#/users/second")
    page.see("second", "main h1")
    page.write("Description", "not saved")
    page.driver.back()
    page.answer("Stay here", "Leave without saving?")
    page.until(lambda: page.driver.current_url.endswith("#/users/second"), "the same page")
    assert page.value("Description") == "not saved"
    page.go("#/messages")
    page.see("Leave without saving?", "dialog")
    page.go("#/addresses")  # as by the address bar, behind the question
    page.answer("Stay here", "Leave without saving?")
    page.until(lambda: page.driver.current_url.endswith("#/users/second"), "the same page again")
    assert page.value("Description") == "not saved"
    page.driver.back()
    page.answer("Leave", "Leave without saving?")
    page.see("first", "main h1")
    page.driver.back()
    page.see("SMTP users", "main h1")
    page.driver.forward()
    page.see("first", "main h1")
    page.driver.forward()
    page.see("second", "main h1")


def turned_around(page, platform, door):
    """What somebody wrote doesn't turn around what stands beside it."""
    platform.smtp_user("around", ip="127.0.0.54")
    door.pretend = [("/v1/smtp-users/around$", 200, lambda user: {**user, "description": "evil \u202e first floor"})]
    page.load("/#/users/around/device")
    page.see("127.0.0.54", ".lead")
    assert page.run("return [...document.querySelectorAll('.lead bdi')].some(one => one.textContent.includes('\u202e'))")
    address = page.run("const {left, right} = document.querySelector('.lead code').getBoundingClientRect(); return [left, right]")
    text = page.run("const {right} = [...document.querySelectorAll('.lead bdi')].at(-1).getBoundingClientRect(); return right")
    assert address[0] >= text, (address, text)


def said_where_it_was_pressed(page, platform, door):
    """On a small screen what came of Enter is to be seen, and goes when something else is typed."""
    platform.smtp_user("low")
    platform.smtp_user("taken", ip="127.0.0.55")
    page.look(1366, 620)
    page.load("/#/users/low/ip-authentication")
    page.write("IP address", "127.0.0.55\n")
    page.in_sight("belongs to another SMTP user", part("ip-authentication", ".told"))
    page.write("IP address", "127.0.0.56\n")
    page.in_sight("Saved.", part("ip-authentication", ".told"))
    said = page.find("#spoken").get_attribute("textContent")
    assert said.startswith("Saved. It works only") and "✓" not in said, said
    page.field("IP address").send_keys("1")
    page.gone("Saved.", part("ip-authentication"))


def one_first_choice(page, platform, door):
    """Of all that can be saved, what was typed into last is offered first."""
    platform.smtp_user("choices")
    page.user("choices")

    def first():
        return [button.text.split("\n")[1] for button in page.all("main button.main")]
    assert first() == []
    page.write("Description", "one")
    page.write("IP address", "127.0.0.57")
    assert first() == ["IP address"], first()
    page.field("Description").send_keys("more")
    assert first() == ["Description"], first()
    page.save("details")
    page.see("Saved.", part("details"))
    assert first() == ["IP address"], first()
    page.field("IP address").send_keys(Keys.CONTROL, "a", Keys.DELETE)
    page.until(lambda: first() == [], "nothing to save")


STORIES = (rules, one_first_choice, deleted, left_under_way, left_while_a_password_is_made, typed_meanwhile, nothing_typed_while_it_is_created, two_tabs, two_tabs_at_different_parts, nominated_in_the_other_tab, left_unsaved, back_and_stay,
           turned_around, said_where_it_was_pressed)

"""What goes wrong on the way to the API; nothing that was typed is lost by it."""

import re
import time

from browser import part

STATE = part("details")


def refusals(page, platform, door):
    platform.smtp_user("troubled")
    page.user("troubled")
    page.write("Description", "survives")
    for status, told in ((503, "Try again in 7 seconds"), (429, "too much at once"), (500, "status 500"), (502, "status 502"),
                         (400, "status 400"), (403, "Ask whoever runs this relay"), (409, "status 409"), (404, "has been deleted")):
        door.refuse = status
        page.save("details")
        page.see(told, STATE)
        assert page.value("Description") == "survives", status
    door.refuse = None
    page.save("details")
    page.see("Saved.", STATE)


def offline(page, platform, door):
    platform.smtp_user("unplugged")
    page.user("unplugged")
    page.write("Description", "survives")
    page.offline(True)
    page.save("details")
    page.see("offline", STATE)
    page.offline(False)
    page.save("details")
    page.see("Saved.", STATE)


def slow(page, platform, door):
    platform.smtp_user("slow")
    page.user("slow")
    page.write("Description", "late")
    door.slow = 20
    page.save("details")
    page.see("longer than usual", STATE)
    there = page.run("return [...document.querySelectorAll(arguments[0] + ' button')].map(b => b.getBoundingClientRect().left)", STATE)
    page.spoken("longer than usual")
    page.save("details")  # a second press while the first is under way does nothing
    door.slow = 0
    page.see("Saved.", STATE)
    page.gone("longer than usual")
    assert door.asked.count("PATCH /v1/smtp-users/slow") == 1, door.asked
    assert there == page.run("return [...document.querySelectorAll(arguments[0] + ' button')].map(b => b.getBoundingClientRect().left)", STATE)
    door.slow = 20
    page.go("#/users")
    page.see("Still waiting")
    door.slow = 0
    page.see("SMTP users", "main h1")


def pages_that_cannot_be_read(page, platform, door):
    door.refuse = 503
    page.go("#/new")
    page.see("New SMTP user", "main h1")
    page.go("#/")
    page.see("This can’t be shown right now")
    door.refuse = None
    page.press("Try again")
    page.see("No SMTP users yet")
    page.go("#/users/nobody-here")
    page.see("That doesn’t exist here")
    for nothing in ("#/nowhere/at/all", "#/constructor"):
        page.go(nothing)
        page.see("There is no such page")
    assert "Not found" in page.driver.title


def there_and_back(page, platform, door):
    """What was asked for first doesn't answer in place of what was asked for last."""
    platform.smtp_user("twice")
    page.load("/#/")
    page.see("Overview", "main h1")
    door.slow, door.refuse = 6, 503
    page.go("#/users/twice")
    page.see("Loading")
    time.sleep(0.3)  # the door is at work on it
    page.go("#/nowhere")
    page.see("There is no such page")
    door.slow, door.refuse = 9, None
    page.go("#/users/twice")
    page.until(lambda: "can’t be shown" in page.text() or page.text("main h1") == "twice", "either", seconds=60)
    assert page.text("main h1") == "twice", page.text()


def lost_answer(page, platform, door):
    """The first answer is lost, the second try makes no second user."""
    page.go("#/new")
    page.write("User name", "lost")
    door.lose = True
    page.press("Create SMTP user")
    page.see("It isn’t known whether this was done.")
    page.see("No answer came")
    door.lose = False
    assert page.value("User name") == "lost"
    page.press("Create SMTP user")
    page.see("the answer got lost")
    page.press("Go on")
    page.see("lost", "main h1")


def lost_answer_of_a_change(page, platform, door):
    """It isn't said that nothing was changed; and the second try isn't in conflict with the first."""
    platform.smtp_user("lost-change", ip="127.0.0.60")
    page.user("lost-change")
    for section, label, text, written in (("details", "Description", "told once", "told once"),
                                          ("details", "Delivery reports go to", "Ops@EXAMPLE.com", "Ops@EXAMPLE.com"),
                                          ("senders", "Sender addresses, one per line", "scans@example.com, @EXAMPLE.com", "scans@example.com\n@example.com"),
                                          ("ip-authentication", "IP address", "::ffff:127.0.0.68", "127.0.0.68")):
        told = part(section, ".told")
        page.write(label, text)
        door.lose = True
        page.run("arguments[0].form.requestSubmit()", page.field(label))
        page.see("It isn’t known whether this was done.", told)
        assert "Nothing was changed" not in page.text()
        door.lose = False
        page.run("arguments[0].form.requestSubmit()", page.field(label))
        page.see("Saved.", told)
        assert page.value(label) == written and not page.all(f"{told} .bad")
    page.run("document.querySelector('section[aria-labelledby=ip-authentication] form').requestSubmit()")
    page.see("Saved.", part("ip-authentication", ".told"))


def names_refused(page, platform, door):
    platform.smtp_user("named-so")
    page.go("#/new")
    for name, told in (("named-so", "This name is taken"), ("x", "3 to 64 characters")):
        page.write("User name", name)
        page.write("Description", "stays")
        page.press("Create SMTP user")
        page.see(told, ".fault")
        assert page.focused() == page.field("User name")
        assert page.value("Description") == "stays"


def something_else_answers(page, platform, door):
    """A hotel's own page, in place of an answer or of the start; and a script that never comes."""
    platform.smtp_user("hotel")
    portal = [("^/(v1/|dashboard.json)", 200, b"<html>Welcome to the hotel")]
    page.user("hotel")
    page.write("Description", "survives")
    door.pretend = portal
    page.save("details")
    page.see("Something other than the relay answered", STATE)
    page.let_go()
    page.load("/#/users/hotel")
    page.see("sign in to its Wi-Fi first")
    door.pretend = [("^/dashboard/main", 503, b"")]
    page.cdp("Network.enable")
    page.cdp("Network.setCacheDisabled", cacheDisabled=True)
    page.load("/")
    page.see("This page hasn’t started yet")
    page.cdp("Network.setCacheDisabled", cacheDisabled=False)


def without_a_record(page, platform, door):
    """An older relay, or one that keeps nothing: the rest of the page is there."""
    platform.smtp_user("kept-nowhere", ip="127.0.0.57")
    for status in (404, 503):
        door.pretend = [("^/v1/(messages|usage|check|audit)", status, {"type": "about:blank", "title": "x", "status": status, "detail": "No."})]
        page.load("/#/")
        page.see("There are no figures right now")
        page.see("Needs a look")
        page.load("/#/users/kept-nowhere")
        page.see("Waiting for the first mail from 127.0.0.57…")
        page.see("Trusted now: 127.0.0.57")
        page.load("/#/messages")
        page.see("keeps no record of messages" if status == 404 else "The messages can’t be read right now")
        page.load("/#/addresses")
        page.write("IP address", "127.0.0.57\n")
        page.see("This relay can’t check that" if status == 404 else "It couldn’t be checked")
    door.pretend = [("^/v1/audit", 404, {"title": "x"})]
    page.load("/#/activity")
    page.see("keeps no trail of the whole account")


def a_clock_that_is_wrong(page, platform, door):
    """How long ago something was is reckoned by the relay's clock; and which day it is, too."""
    platform.smtp_user("punctual")
    just = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
    door.pretend = [("^/v1/smtp-users/punctual$", 200, lambda user: {**user, "lastSeen": {
        "at": just, "ip": "127.0.0.1", "authenticatedBy": "password", "helo": "X", "tls": "TLSv1.3", "mailFrom": "scans@example.com", "outcome": "delivered", "reply": "250 OK"}})]
    for hours in (1, -1, 24):
        wrong = page.cdp("Page.addScriptToEvaluateOnNewDocument", source=f"const right = Date.now; Date.now = () => right() + {hours} * 3600e3")["identifier"]
        door.asked.clear()
        try:
            page.load("/#/users/punctual")
            page.until(lambda: page.all("#health ~ .facts time"), "its last mail")
        finally:
            page.cdp("Page.removeScriptToEvaluateOnNewDocument", identifier=wrong)
        assert re.search("just now|minute", page.text("#health ~ .facts time")), (hours, page.text("#health ~ .facts time"))
        assert any(f"until={just[:10]}" in asked for asked in door.asked), (hours, door.asked)


STORIES = (a_clock_that_is_wrong, refusals, offline, slow, pages_that_cannot_be_read, there_and_back, lost_answer, lost_answer_of_a_change, names_refused, something_else_answers, without_a_record)

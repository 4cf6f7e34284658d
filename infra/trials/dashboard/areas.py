"""What became of mail, and the rest of the areas."""

import re

from browser import part


def message(id, outcome, **more):
    return {"id": id, "at": "2026-11-27T10:00:00.000Z", "username": "letters", "ip": "203.0.113.9", "authenticatedBy": "ip", "helo": "X",
            "tls": None, "mailFrom": "scans@example.com", "recipients": ["boss@example.net"], "recipientCount": 1, "bytes": 1000,
            "outcome": outcome, "reply": "250 2.0.0 OK", "reason": None, "millis": 1, **more}


def at_a_glance(page, platform, door):
    """Today in figures, what needs a look, a month as bars and as a table, and whom one's own address is trusted for."""
    platform.smtp_user("letters-3", ip="127.0.0.1")
    platform.smtp_user("kept", ip="127.0.0.29")
    days = [{"day": f"2026-11-{1 + n:02}", "messages": 1000 + n, "refused": n % 2, "recipients": 1, "bytes": 1, "bounced": 0} for n in range(30)]
    waits = {"at": "2026-11-27T10:00:00.000Z", "ip": "127.0.0.29", "authenticatedBy": "ip", "helo": "X", "tls": None, "mailFrom": "scans@example.com",
             "outcome": "queued", "reply": "250 2.0.0 Queued"}
    door.pretend = [("^/v1/usage", 200, {"days": days}), ("^/v1/messages[?].*outcome=queued", 200, {"items": [message("five", "queued")], "nextCursor": None}),
                    ("^/v1/smtp-users[?]", 200, lambda users: {**users, "items": [{**user, "lastSeen": waits if user["username"] == "kept" else None} for user in users["items"]]})]
    page.load("/#/")
    page.see("From here, letters-3 sends without a password.", ".lead")
    assert [tile.text.split("\n") for tile in page.all(".tile")] == [["1,029", "accepted today"], ["1", "refused today"], ["1", "waiting to be delivered"]]
    page.see("kept", part("needs"))
    page.see("Waiting to be delivered", part("needs"))
    assert len(page.all(".chart g")) == 30 and len(page.all(".chart rect.refused")) == 15
    page.press("As a table")
    assert len(page.all(".chart tbody tr")) == 30 and "1,029" in page.text(".chart tbody tr")
    door.pretend[0] = ("^/v1/usage", 200, {"days": [{**day, "messages": 0, "refused": 0} for day in days]})
    page.load("/#/")
    page.see("No mail in these 30 days.")
    page.press("New SMTP user")
    page.see("New SMTP user", "main h1")


def deleted_ones_too(page, platform, door):
    """The account's trail goes on where an SMTP user's ends."""
    platform.smtp_user("gone-for-good", ip="127.0.0.30")
    platform.call("DELETE", "/v1/smtp-users/gone-for-good")
    page.load("/#/activity")
    page.see("Deleted", "tbody")
    rows = [" ".join(row.text.split()) for row in page.all("tbody tr")]
    assert len(rows) == 2 and "gone-for-good Deleted" in rows[0] and "gone-for-good Created" in rows[1] and "127.0.0.30" in rows[1], rows


def dropped(page, platform, door):
    """While it waits it can be dropped; and the page says when that came too late."""
    platform.smtp_user("letters")
    steps = [{"at": "2026-11-27T10:00:00.000Z", "what": "queued", "recipients": ["boss@example.net"], "reply": "250 2.0.0 Queued", "attempt": None, "next": None},
             {"at": "2026-11-27T10:01:00.000Z", "what": "attempt", "recipients": ["boss@example.net"], "reply": "451 4.4.1 Later", "attempt": 2,
              "next": "2026-11-27T10:03:00.000Z"}]
    door.pretend = [("^/v1/messages/one$", 200, {**message("one", "queued"), "history": steps})]
    page.load("/#/messages/one")
    page.see("Accepted, and kept for later")
    page.see("451 4.4.1 Later")
    page.press("Don’t deliver it")
    page.answer("Cancel", "Drop this message?")
    page.press("Don’t deliver it")
    whole, door.pretend = door.pretend, [("^/v1/messages/one$", 409, {"type": "/problems/under-way", "title": "x", "status": 409, "detail": "It is being delivered."})]
    page.answer("Drop it", "Drop this message?")
    page.see("It couldn’t be dropped just now.")
    page.see("It’s being delivered this very moment.", ".told")
    door.pretend = whole
    page.press("Don’t deliver it")
    door.pretend = [("^/v1/messages/one$", 409, {"type": "/problems/not-queued", "title": "x", "status": 409, "detail": "Too late."})]
    page.answer("Drop it", "Drop this message?")
    page.see("It isn’t waiting any more.")


def searched(page, platform, door):
    """What is looked for stands in the address, and is asked of the API."""
    asked = "^/v1/messages[?]username=letters&outcome=refused&limit=25$"
    door.pretend = [(asked, 200, {"items": [message("two", "refused", reason="too-large", reply="552 5.3.4 Too large", times=3)], "nextCursor": "c"}),
                    ("^/v1/messages[?].*cursor=c$", 200, {"items": [message("three", "refused", reason="no-such-reason", reply="500 x")], "nextCursor": None}),
                    ("^/v1/messages", 200, {"items": [], "nextCursor": None})]
    page.load("/#/messages")
    page.see("No messages")
    page.write("SMTP user", "letters")
    page.find("#of-outcome").send_keys("Refused")
    page.press("Filter")
    page.see("The scan is too large")
    page.see("3 times")
    page.press("Show more")
    page.see("The reply says why")
    page.driver.refresh()
    page.see("The scan is too large")
    assert page.value("SMTP user") == "letters"


def far_back(page, platform, door):
    """Where a filter leaves nearly all out, the API's pages may be empty: only the last of them says that there is nothing."""
    platform.smtp_user("letters-2")
    item = message("four", "refused", reason="too-large", reply="552 5.3.4 Too large")

    def pages(count, last):
        return [(f"^/v1/messages[?].*cursor=c{n}$", 200, {"items": [], "nextCursor": f"c{n + 1}"}) for n in range(1, count)] + [
            (f"^/v1/messages[?].*cursor=c{count}$", 200, {"items": last, "nextCursor": None}), ("^/v1/messages", 200, {"items": [], "nextCursor": "c1"})]
    door.pretend = pages(2, [item])
    page.load("/#/messages?outcome=refused")
    page.see("The scan is too large")
    door.pretend = pages(6, [item])
    page.load("/#/messages?outcome=refused&from=yesterday")
    page.see("Nothing so far.")
    assert "No messages" not in page.text()
    page.press("Show more")
    page.see("The scan is too large")
    page.load("/#/")
    page.see("waiting to be delivered")
    assert [tile.text.split("\n")[0] for tile in page.all(".tile")][2] == "–", page.text(".tiles")
    door.pretend = pages(6, [])
    page.load("/#/messages?outcome=refused")
    page.press("Show more")
    page.see("No messages")


def checked(page, platform, door):
    """What the rules would say, in words, with what to do."""
    platform.smtp_user("letterbox", ip="127.0.0.58")
    door.pretend = [("^/v1/smtp-users[?]", 200, lambda users: {**users, "nextCursor": "c"})]
    page.load("/#/addresses")
    page.see("127.0.0.58")
    page.see("Only the first SMTP user is looked at here.")
    page.press("Check")
    page.see("Type an IP address or an SMTP user.")
    for ip, allowed, because in (("127.0.0.58", True, None), ("127.0.0.59", False, "not-nominated")):
        door.pretend = [("^/v1/check$", 200, {"allowed": allowed, "as": "letters" if allowed else None, "authenticatedBy": "ip" if allowed else None,
                                              "reply": "250 2.1.0 Sender OK" if allowed else "530 5.7.0 …", "because": because})]
        page.write("IP address", ip + "\n")
        page.see("It would be accepted" if allowed else "It would be refused")
    page.see("No SMTP user has this IP address.")


def in_german(page, platform, door):
    """Another language, chosen once, in words, dates and numbers; and back."""
    platform.smtp_user("briefe", ip="127.0.0.62")
    page.load("/#/users/briefe")
    page.press("Deutsch")
    page.see("IP-Authentifizierung", "main")
    assert page.run("return document.documentElement.lang") == "de"
    assert re.search(r"Angelegt\s+\d\d\.\d\d\.\d{4}, \d\d:\d\d\n", page.text()), page.text()
    page.load("/#/users")
    page.see("Neuer SMTP-Benutzer")
    page.press("English")
    page.see("New SMTP user")
    page.run("localStorage.clear()")
    agent = page.run("return navigator.userAgent")
    for language, written in (("en-GB", r"Created\s+\d+ \w+ \d{4}, \d\d:\d\d\n"), ("en-US", r"Created\s+\w+ \d+, \d{4}, \d+:\d\d\s[AP]M\n")):
        page.cdp("Emulation.setUserAgentOverride", userAgent=agent, acceptLanguage=language)
        page.load("/#/users/briefe")
        page.see("briefe", "main h1")
        assert re.search(written, page.text()), page.text()


STORIES = (at_a_glance, deleted_ones_too, dropped, searched, far_back, checked, in_german)

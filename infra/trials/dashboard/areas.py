"""What became of mail, and the rest of the areas."""


def message(id, outcome, **more):
    return {"id": id, "at": "2026-11-27T10:00:00.000Z", "username": "letters", "ip": "203.0.113.9", "authenticatedBy": "ip", "helo": "X",
            "tls": None, "mailFrom": "scans@example.com", "recipients": ["boss@example.net"], "recipientCount": 1, "bytes": 1000,
            "outcome": outcome, "reply": "250 2.0.0 OK", "reason": None, "millis": 1, **more}


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
    page.load("/#/users")
    page.see("Neuer SMTP-Benutzer")
    page.press("English")
    page.see("New SMTP user")
    page.run("localStorage.clear()")


STORIES = (dropped, searched, far_back, checked, in_german)

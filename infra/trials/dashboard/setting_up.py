"""From nothing to a mail that is sent by the nominated address, and the sheet that goes to the printer."""

import smtplib
import time

from browser import part
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

PRINTER = "127.0.0.23"


def mail(port, source):
    """As a device sends it: told that the tables are late, it tries again."""
    end = time.monotonic() + 60
    while True:
        try:
            with smtplib.SMTP("127.0.0.1", port, local_hostname="printer", source_address=(source, 0), timeout=30) as device:
                device.sendmail("scans@example.com", ["boss@example.net"], "From: scans@example.com\r\nSubject: a scan\r\n\r\nHello.\r\n")
                return
        except smtplib.SMTPSenderRefused as refused:
            if refused.smtp_code != 451 or time.monotonic() > end:
                raise
        time.sleep(0.2)


def nothing_to_mail(page, platform, door):
    """The seed's path, with the clock running."""
    page.become(None)
    began = time.monotonic()
    page.sign_in("nothing_to_mail")
    page.see("No SMTP users yet")
    page.press("Create the first one")
    page.write("User name", "scanner-2f")
    page.write("Description", "second floor")
    page.choose("No, trust its IP address")
    page.see("You are at 127.0.0.1.")
    page.write("IP address", PRINTER)
    page.press("Create SMTP user")
    page.see(f"Waiting for the first mail from {PRINTER}…")
    page.see("relay.example.com")
    page.see("Off. No user name, no password.")
    sent_until_taken(platform, PRINTER)
    print(f"from opening the page to the first accepted mail: {time.monotonic() - began:.1f} s")
    assert "scans@example.com" in platform.messages()[0][1]
    page.see("It arrived")
    page.see("To boss@example.net")
    page.spoken("It arrived")
    print(f"from opening the page to 'It arrived': {time.monotonic() - began:.1f} s")


def sent_until_taken(platform, source):
    """What the relay remembers of the address is forgotten first."""
    end = time.monotonic() + 60
    while True:
        try:
            return mail(platform.smtp, source)
        except smtplib.SMTPException:
            assert time.monotonic() < end
            time.sleep(0.1)


def with_a_password(page, platform, door):
    """The password is shown once, in fours, and copied without the spaces; nobody leaves it by accident."""
    page.go("#/new")
    page.write("User name", "by-password")
    page.press("Create SMTP user")
    page.see("shown only once")
    shown = page.all(".secret dd code")[1].text
    assert len(shown) == 24 and [len(part) for part in shown.split(" ")] == [4] * 5, shown
    page.go("#/users")
    page.answer("Stay here", "Have you saved the password?")
    page.cdp("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
    page.driver.find_element(By.XPATH, "//button[normalize-space()='Copy the password']").click()
    page.spoken("Copied the password")
    assert page.copied() == shown.replace(" ", "")
    page.press("I’ve saved it: go on")
    page.see("by-password is ready", "main h1")
    page.see("Waiting for the first mail…")
    page.press("More settings of this SMTP user")
    page.see("by-password", "main h1")
    order = [heading.text for heading in page.all("main h2")]
    assert order == ["How it’s doing", "Details", "Password", "Allowed senders", "IP restrictions", "IP authentication", "Disable or delete"], order
    page.press("IP authentication ↓")
    page.until(lambda: page.focused().text == "IP authentication", "the focus there")
    page.press("Use it")
    assert page.value("IP address") == "127.0.0.1"
    page.write("IP address", "127.0.0.24")
    page.save("ip-authentication")
    page.see("Trusted now: 127.0.0.24")


def kept_first(page, platform, door):
    """What waits to be delivered is seen to the end; and who looks again later finds what came of it."""
    platform.smtp_user("kept-first", ip="127.0.0.27")
    seen = {"at": "2026-11-27T10:00:00.000Z", "ip": "127.0.0.27", "authenticatedBy": "ip", "helo": "X", "tls": None,
            "mailFrom": "scans@example.com", "outcome": "queued", "reply": "250 2.0.0 Queued"}
    page.load("/#/users/kept-first/first-mail")
    page.see("Waiting for the first mail from 127.0.0.27…")
    for outcome, told in (("queued", "It was accepted, and is waiting to be delivered"), ("bounced", "A mail was refused"), ("delivered", "It arrived")):
        door.pretend = [("^/v1/smtp-users/kept-first$", 200, lambda user, outcome=outcome: {**user, "lastSeen": {**seen, "outcome": outcome}})]
        page.see(told, ".watch")
        if not page.all(".watch [role=alert]"):
            page.spoken(told)
    page.driver.refresh()
    page.see("It arrived", ".watch")
    assert "Waiting for the first mail" not in page.text()
    door.pretend = [("^/v1/smtp-users/kept-first$", 200, lambda user: {**user, "lastSeen": {**seen, "at": "2026-11-27T11:00:00.000Z", "outcome": "refused", "reply": "550 5.7.1 No"}})]
    page.see("A mail was refused", ".watch")


def nothing_is_kept(page, platform, door):
    """Where no record of messages is kept, nobody is told that none came, nor to wait for one."""
    platform.smtp_user("unrecorded", ip="127.0.0.28")
    door.pretend = [("^/dashboard.json$", 200, lambda start: {**start, "relay": {**start["relay"], "keepsMessages": False}})]
    for hash in ("users/unrecorded/first-mail", "users/unrecorded", "messages", ""):
        page.load(f"/#/{hash}")
        page.see("keeps no record of messages", "main")
    page.load("/#/users")
    page.see("unrecorded")
    page.load("/#/addresses")
    page.see("127.0.0.28")
    for hash in ("users", "addresses", "users/unrecorded/first-mail"):
        page.go(f"#/{hash}")
        page.until(lambda: page.find("main h1") and not page.all(".waiting"), hash)
        assert not [said for said in ("No mail yet", "none seen", "Waiting for", "Problems", "Silent") if said in page.text()], page.text()


def over_plain_http(page, platform, door):
    """On a network of one's own without HTTPS, where browsers leave out half of what pages may use."""
    page.go("#/new")
    page.run("delete Crypto.prototype.randomUUID; delete Crypto.prototype.subtle; delete Navigator.prototype.clipboard")
    page.write("User name", "plain-http")
    page.press("Create SMTP user")
    page.see("shown only once")
    page.driver.find_element(By.XPATH, "//button[normalize-space()='Copy the password']").click()
    page.spoken("Press Ctrl+C to copy it")
    page.press("I’ve saved it: go on")
    page.see("plain-http is ready", "main h1")


def nobody_to_wait_for(page, platform, door):
    """The wait ends with the SMTP user, or with the sign-in, and says so."""
    platform.smtp_user("short-lived")
    page.load("/#/users/short-lived/first-mail")
    page.see("Waiting for the first mail…")
    platform.call("DELETE", "/v1/smtp-users/short-lived")
    page.see("This page has stopped waiting.")
    page.see("has been deleted")
    platform.smtp_user("signed-out")
    page.load("/#/users/signed-out/first-mail")
    page.see("Waiting for the first mail…")
    page.run("sessionStorage.setItem('token', 'x.y.z')")
    page.see("Your sign-in has expired", "dialog")
    page.find("dialog").send_keys(Keys.ESCAPE)
    page.see("This page has stopped waiting.")
    page.see("Sign in again")
    asked = len(door.asked)
    time.sleep(3)
    assert len(door.asked) == asked, door.asked[asked:]


def refused_without_a_record(page, platform, door):
    """All that is known of a refusal may be what its SMTP user's `lastSeen` says, which has no reason."""
    seen = {"at": "2026-11-27T10:00:00.000Z", "ip": "127.0.0.26", "authenticatedBy": "ip", "helo": "X", "tls": None,
            "mailFrom": "scans@example.com", "outcome": "refused", "reply": "550 5.7.1 This SMTP user may not send as this address"}
    platform.smtp_user("no-record", ip="127.0.0.26")
    page.load("/#/users/no-record/first-mail")
    page.see("Waiting for the first mail from 127.0.0.26…")
    door.pretend = [("^/v1/messages", 404, {"title": "x", "detail": "No."}),
                    ("^/v1/smtp-users/no-record$", 200, lambda user: {**user, "lastSeen": seen}),
                    ("^/v1/smtp-users[?]", 200, lambda users: {**users, "items": [{**user, "lastSeen": seen} for user in users["items"]]})]
    page.see("A mail was refused")
    page.see(seen["reply"], ".watch")
    page.load("/#/")
    page.see(seen["reply"], part("needs"))
    assert "The reply says why" not in page.text(), page.text()


def refused_on_the_way(page, platform, door):
    """Whoever stands beside the printer reads why, and what to do; and then that it came."""
    platform.smtp_user("strict", ip="127.0.0.25")
    platform.call("PUT", "/v1/smtp-users/strict/allowed-senders", {"senders": ["@example.org"]})
    page.load("/#/users/strict/first-mail")
    page.see("Waiting for the first mail from 127.0.0.25…")
    time.sleep(0.6)
    try:
        mail(platform.smtp, "127.0.0.25")
        raise AssertionError("it was taken")
    except smtplib.SMTPSenderRefused as refused:
        assert refused.smtp_code == 550, refused
    page.see("A mail was refused")
    page.see("isn’t one of the allowed senders")
    platform.call("PUT", "/v1/smtp-users/strict/allowed-senders", {"senders": []})
    sent_until_taken(platform, "127.0.0.25")
    page.see("It arrived")


def taken_away_again(page, platform, door):
    platform.smtp_user("leaving-1f", ip="127.0.0.31")
    page.user("leaving-1f")
    page.see("Sends from 127.0.0.31 without a password")
    page.see("Save", part("ip-authentication"))
    page.press("Remove")
    page.answer("Cancel", "Remove 127.0.0.31?")
    page.see("Trusted now: 127.0.0.31")
    page.press("Remove")
    page.answer("Remove it", "Remove 127.0.0.31?")
    page.see("No IP address set.", part("ip-authentication"))
    page.until(lambda: page.focused() == page.field("IP address"), "the focus where another could be written")
    time.sleep(0.6)  # CACHE_TTL of the trials' platform is half a second
    try:
        mail(platform.smtp, "127.0.0.31")
        raise AssertionError("it still sends")
    except smtplib.SMTPResponseException as refused:
        assert refused.smtp_code == 530 and b"127.0.0.31" in refused.smtp_error, refused


def the_sheet(page, platform, door):
    platform.smtp_user("sheet-1f", ip="127.0.0.32")
    platform.call("PUT", "/v1/smtp-users/sheet-1f/allowed-senders", {"senders": ["scans@example.com", "@example.org"]})
    page.user("sheet-1f")
    page.press("Device sheet")
    for part in ("relay.example.com", str(platform.smtp), "STARTTLS", str(platform.smtps), "SSL/TLS", "As the device calls it", "Konica Minolta",
                 "Off. No user name, no password.", "scans@example.com", "ends in @example.org", "36 MB", "530 5.7.0"):
        page.see(part)
    page.cdp("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
    for what, copied in (("the server", "relay.example.com"), (f"port {platform.smtp}", str(platform.smtp)),
                         ("the sender address scans@example.com", "scans@example.com")):
        page.driver.find_element(By.XPATH, f"//button[normalize-space()='Copy {what}']").click()
        page.spoken(f"Copied {what}")
        assert page.copied() == copied
    platform.call("PATCH", "/v1/smtp-users/sheet-1f", {"enabled": False})
    page.load("/#/users/sheet-1f/device")
    page.see("This SMTP user is disabled.")


def what_was_said(page, platform, door):
    """Each refusal that the sheet explains is one that a device is told."""
    platform.smtp_user("words", ip="127.0.0.33")
    platform.call("PUT", "/v1/smtp-users/words/allowed-senders", {"senders": ["@example.org"]})
    page.load("/#/users/words/device")
    page.see("530 5.7.0")
    rows = [row.text.replace("\n", " ") for row in page.all(".refusals tbody tr")]
    time.sleep(0.6)
    for source, code in (("127.0.0.34", 530), ("127.0.0.33", 550)):
        try:
            mail(platform.smtp, source)
            raise AssertionError("it was taken")
        except smtplib.SMTPSenderRefused as refused:
            said = f"{code} {refused.smtp_error.decode()}"
        assert any(said[:45] in row for row in rows), (said, rows)


def never_unencrypted(page, platform, door):
    """A password isn't taken without encryption, and no sheet says to try it."""
    platform.smtp_user("encrypting")
    page.load("/#/users/encrypting/device")
    page.see("A password is never taken unencrypted")
    page.see("trust its IP address instead")
    assert "turn encryption off and use" not in page.text()


STORIES = (nothing_to_mail, with_a_password, kept_first, nothing_is_kept, over_plain_http, nobody_to_wait_for, refused_without_a_record, refused_on_the_way, taken_away_again, the_sheet, what_was_said, never_unencrypted)

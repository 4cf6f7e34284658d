"""From nothing to a mail that is sent by the nominated address, and the sheet that goes to the printer."""

import smtplib
import time

from selenium.webdriver.common.by import By

PRINTER = "127.0.0.23"


def mail(port, source):
    with smtplib.SMTP("127.0.0.1", port, local_hostname="printer", source_address=(source, 0), timeout=10) as device:
        device.sendmail("scans@example.com", ["boss@example.net"], "From: scans@example.com\r\nSubject: a scan\r\n\r\nHello.\r\n")


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
    if not page.keeps_messages():
        return
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
    if not page.keeps_messages():
        return
    page.see("A mail was refused")
    page.see("isn’t one of the allowed senders")
    platform.call("PUT", "/v1/smtp-users/strict/allowed-senders", {"senders": []})
    sent_until_taken(platform, "127.0.0.25")
    page.see("It arrived")


def taken_away_again(page, platform, door):
    platform.smtp_user("leaving-1f", ip="127.0.0.31")
    page.user("leaving-1f")
    page.see("Sends from 127.0.0.31 without a password")
    page.see("Save", "section[aria-labelledby=ip-authentication]")
    page.press("Remove")
    page.answer("Cancel", "Remove 127.0.0.31?")
    page.see("Trusted now: 127.0.0.31")
    page.press("Remove")
    page.answer("Remove it", "Remove 127.0.0.31?")
    page.see("No IP address set.", "section[aria-labelledby=ip-authentication]")
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
    for part in ("relay.example.com", str(platform.smtp), "STARTTLS", str(platform.smtps), "SSL/TLS", "As the device calls it",
                 "Off. No user name, no password.", "scans@example.com", "ends in @example.org", "36 MB", "530 5.7.0"):
        page.see(part)
    page.cdp("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
    for what, copied in (("the server", "relay.example.com"), (f"port {platform.smtp}", str(platform.smtp)),
                         ("the sender address scans@example.com", "scans@example.com")):
        page.driver.find_element(By.XPATH, f"//button[normalize-space()='Copy {what}']").click()
        page.spoken(f"Copied {what}")
        assert page.copied() == copied
    printed = page.printed()
    assert printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ") == 1, "more than a page"
    assert page.all("svg.qr path")
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


STORIES = (nothing_to_mail, with_a_password, refused_on_the_way, taken_away_again, the_sheet, what_was_said, never_unencrypted)

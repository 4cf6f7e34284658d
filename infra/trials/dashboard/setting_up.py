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
    page.press("Create SMTP user")
    page.see("shown only once")
    assert len(page.all("main dd code")[1].text) == 20, "the password"
    page.go("#/")
    page.answer("Stay here", "Have you saved the password?")
    page.see("shown only once")
    page.press("I have saved it")
    page.see("scanner-2f", "main h1")
    order = [heading.text for heading in page.all("main h2")]
    assert order == ["Name and state", "Password", "Allowed senders", "IP restrictions", "IP authentication"], order
    page.press("To IP authentication ↓")
    page.until(lambda: page.focused().text == "IP authentication", "the focus there")
    page.press("Use my current address")
    page.see("relay’s own machine")
    page.write("IP address", PRINTER)
    page.save("ip-authentication")
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


def taken_away_again(page, platform, door):
    platform.smtp_user("leaving-1f", ip="127.0.0.31")
    page.user("leaving-1f")
    page.see("Sends from 127.0.0.31 without a password")
    page.press("Remove")
    page.answer("Cancel", "Remove 127.0.0.31?")
    page.see("Trusted now: 127.0.0.31")
    page.press("Remove")
    page.answer("Remove it", "Remove 127.0.0.31?")
    page.see("No address is trusted now.")
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
    for part in ("relay.example.com", str(platform.smtp), "STARTTLS", str(platform.smtps), "SSL/TLS",
                 "Off. No user name, no password.", "scans@example.com", "ends in @example.org", "36 MB", "530 5.7.0"):
        page.see(part)
    page.cdp("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
    for what, copied in (("the server", "relay.example.com"), (f"port {platform.smtp}", str(platform.smtp)),
                         ("the sender address scans@example.com", "scans@example.com")):
        page.driver.find_element(By.XPATH, f"//button[normalize-space()='Copy {what}']").click()
        page.spoken(f"Copied {what}")
        assert page.driver.execute_async_script("navigator.clipboard.readText().then(arguments[0])") == copied
    assert page.printed().startswith(b"%PDF")
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


STORIES = (nothing_to_mail, taken_away_again, the_sheet, what_was_said)

"""What is said of an address before and after it is saved."""

OURS, TAKEN, PRINTER = "127.0.0.41", "127.0.0.42", "127.0.0.43"


def conflicts(page, platform, door):
    platform.smtp_user("copier", ip=OURS)
    platform.smtp_user("scanner", ip=PRINTER)
    ours, platform.token = platform.token, platform.call("POST", "/local/token", {"accountId": "globex"})["token"]
    platform.smtp_user("globex-printer", ip=TAKEN)
    platform.token = ours
    page.user("scanner")
    for ip, told, untold in ((OURS, "one of yours: copier", "not in this account"), (TAKEN, "not in this account", "globex")):
        page.write("IP address", ip)
        page.save("ip-authentication")
        page.see(told)
        assert untold not in page.text(), untold
        assert page.value("IP address") == ip
        page.see("Trusted now: " + PRINTER)


def freed_there_and_saved_here(page, platform, door):
    """What a conflict says to do is done in four steps, and nothing is typed twice."""
    platform.smtp_user("holder", ip="127.0.0.44")
    platform.smtp_user("wanting")
    page.user("wanting")
    page.write("IP address", "127.0.0.44")
    page.save("ip-authentication")
    page.press("holder", "section[aria-labelledby=ip-authentication]")
    page.see("holder", "main h1")
    page.until(lambda: page.focused().text == "IP authentication", "the focus there")
    page.press("Remove")
    page.answer("Remove it", "Remove 127.0.0.44?")
    page.see("No address is trusted now.")
    page.go("#/users/wanting")
    page.see("What you had typed here is back")
    assert page.value("IP address") == "127.0.0.44"
    page.save("ip-authentication")
    page.see("Trusted now: 127.0.0.44")
    page.press("What to type into the device")
    page.see("Device sheet", "main h1")


def refused(page, platform, door):
    platform.smtp_user("refused", ip="127.0.0.45")
    page.user("refused")
    for text, told in (("192.0.2.0/24", "a network, not one address"), ("printer.example.com", "not an IP address"),
                       ("255.255.255.255", "never the address of one device"), ("", "press Remove")):
        page.write("IP address", text)
        page.save("ip-authentication")
        page.see(told, "section[aria-labelledby=ip-authentication] .fault")
        assert page.field("IP address").get_attribute("aria-invalid") == "true"
        assert page.focused() == page.field("IP address")
        assert page.value("IP address") == text


def cautions(page, platform, door):
    platform.smtp_user("cautious", ip="127.0.0.46")
    page.user("cautious")
    for ip, told in (("192.168.1.20", "private address"), ("100.64.3.4", "shared by many"), ("::ffff:10.0.0.1", "private address"),
                     ("2a00:1450::1", "IPv4 only"), ("fe80::1", "one cable only")):
        page.write("IP address", ip)
        page.see(told, ".cautions")
        page.see("Saving replaces 127.0.0.46", ".cautions")
    page.write("IP address", "8.8.8.8")
    page.gone("Before you save this")


STORIES = (conflicts, freed_there_and_saved_here, refused, cautions)

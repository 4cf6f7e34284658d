"""What is said of an address before and after it is saved."""

OURS, TAKEN, PRINTER = "127.0.0.41", "127.0.0.42", "127.0.0.43"


def conflicts(page, platform, door):
    platform.smtp_user("copier", ip=OURS)
    platform.smtp_user("scanner", ip=PRINTER)
    ours, platform.token = platform.token, platform.call("POST", "/local/token", {"accountId": "globex"})["token"]
    platform.smtp_user("globex-printer", ip=TAKEN)
    platform.token = ours
    page.user("scanner")
    for ip, told, untold in ((OURS, "one of yours: copier", "isn’t in this account"), (TAKEN, "isn’t in this account", "globex")):
        page.write("IP address", ip)
        page.save("ip-authentication")
        page.see(told)
        assert untold not in page.text(), untold
        assert page.value("IP address") == ip
        page.see("Trusted now: " + PRINTER)


def moved(page, platform, door):
    """From one's own other user the address is moved, in one step."""
    platform.smtp_user("holder", ip="127.0.0.44")
    platform.smtp_user("wanting")
    page.user("wanting")
    page.write("IP address", "127.0.0.44")
    page.save("ip-authentication")
    page.see("one of yours: holder")
    page.press("Move it here")
    page.see("Moved here from holder")
    page.see("Trusted now: 127.0.0.44")
    assert platform.call("GET", "/v1/smtp-users/holder")["ipAuthentication"] is None


def refused(page, platform, door):
    platform.smtp_user("refused", ip="127.0.0.45")
    page.user("refused")
    for text, told in (("192.0.2.0/24", "a network, not one address"), ("printer.example.com", "not an IP address"),
                       ("203.0.113.5, 203.0.113.6", "One address only"), ("203.0.113.77:587", "Leave out the port"),
                       ("http://203.0.113.5", "Leave out http://"), ("203.0.113.1-203.0.113.9", "This is a range"), ("010.0.0.1", "Leave out the zeros"),
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
    page.gone("IPv4 only", ".cautions")


def inside_the_office(page, platform, door):
    """An address that means something only there is met with the one that the relay sees."""
    platform.smtp_user("inside")
    door.pretend = [("^/v1/caller", 200, lambda caller: {**caller, "ip": "203.0.113.77"})]
    page.load("/#/users/inside")
    page.see("You are at 203.0.113.77.")
    page.write("IP address", "192.168.1.50")
    page.see("That is its address inside your office.", ".cautions")
    page.press("Use that", ".cautions")
    assert page.value("IP address") == "203.0.113.77"
    page.gone("inside your office", ".cautions")
    page.write("IP address", "192.168.1.50\n")
    page.see("Trusted now: 192.168.1.50")
    page.see("works only if the relay is inside the same network")
    assert "without a password within" not in page.text()


def proven_there(page, platform, door):
    """What waits for somebody at the address, until when, and what to send them."""
    pending = {"ip": "198.51.100.44", "requestedAt": "2026-11-27T10:00:00Z", "expiresAt": "2026-11-28T10:00:00Z",
               "link": "https://relay.example.com/prove/mZ4q0h5yCk6mS1wq2pQ8xA"}
    platform.smtp_user("waiting")
    door.pretend = [("^/v1/smtp-users/waiting$", 200, lambda user: {**user, "pendingIpAuthentication": pending}),
                    (r"^/v1/smtp-users\?", 200, lambda users: {**users, "items": [{**u, "pendingIpAuthentication": pending} for u in users["items"]]})]
    page.load("/#/users/waiting")
    page.see("198.51.100.44 is waiting to be confirmed")
    page.see("Send this link to somebody in that office")
    page.see(pending["link"])
    page.see("Valid until Nov 28, 2026")
    page.load("/#/addresses")
    page.see("Waiting to be confirmed")
    page.load("/#/users")
    page.see("Waiting for confirmation")


STORIES = (conflicts, moved, refused, cautions, inside_the_office, proven_there)

"""What is said of an address before and after it is saved."""

import re
import urllib.request
from contextlib import contextmanager
from urllib.parse import urlencode

from browser import part
from door import Door
from trial import Platform

OURS, TAKEN, PRINTER = "127.0.0.41", "127.0.0.42", "127.0.0.43"
IP = part("ip-authentication")


def conflicts(page, platform, door):
    platform.smtp_user("copier", ip=OURS)
    platform.smtp_user("scanner", ip=PRINTER)
    ours, platform.token = platform.token, platform.token_of("globex")
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
        page.see(told, part("ip-authentication", ".fault"))
        assert page.field("IP address").get_attribute("aria-invalid") == "true"
        edge, ring, space = page.run("const s = getComputedStyle(arguments[0]); return [s.borderColor, s.outlineColor, s.outlineOffset]", page.field("IP address"))
        assert edge != ring and space == "2px", "the ring of the focus hides the red"
        assert page.focused() == page.field("IP address")
        assert page.value("IP address") == text


def cautions(page, platform, door):
    platform.smtp_user("cautious", ip="127.0.0.46")
    page.user("cautious")
    for ip, told in (("192.168.1.20", "private address"), ("100.64.3.4", "shared by many"), ("::ffff:10.0.0.1", "private address"),
                     ("2a00:1450::1", "IPv4 only"), ("fe80::1", "one cable only")):
        page.write("IP address", ip)
        page.see(told, ".cautions")
        page.see("It replaces 127.0.0.46", ".cautions")
    page.write("IP address", "8.8.8.8")
    page.gone("IPv4 only", ".cautions")
    door.pretend = [("^/dashboard.json$", 200, lambda start: {**start, "relay": {**start["relay"], "onlyPublic": True}})]
    page.let_go()
    page.load("/#/users/cautious")
    for ip in ("192.168.1.20", "100.64.3.4", "fe80::1"):
        page.write("IP address", ip)
        page.see("takes public addresses only", ".cautions")


def inside_the_network(page, platform, door):
    """An address that means something only there is met with the one that the relay sees."""
    platform.smtp_user("inside")
    door.pretend = [("^/v1/caller", 200, lambda caller: {**caller, "ip": "203.0.113.77"})]
    page.load("/#/users/inside")
    page.see("You are at 203.0.113.77.")
    page.write("IP address", "192.168.1.50")
    page.see("That is its address inside your own network.", ".cautions")
    page.press("Use that", ".cautions")
    assert page.value("IP address") == "203.0.113.77"
    page.gone("inside your own network", ".cautions")
    page.write("IP address", "192.168.1.50\n")
    page.see("Trusted now: 192.168.1.50")
    page.see("works only if the relay is inside the same network")
    assert "without a password within" not in page.text()


def agree(link, username, ip):
    """What somebody there does: opens the link, types the name, presses 'Agree'."""
    def there(body=None):
        return urllib.request.urlopen(urllib.request.Request(link, body, {"X-Forwarded-For": ip, "Sec-Fetch-Site": "same-origin"})).read().decode()
    nonce = re.search('name="nonce" value="([^"]+)"', there())[1]
    there(urlencode({"nonce": nonce, "username": username}).encode())


@contextmanager
def asking_for_proof(page):
    """A platform that does, and believes this process where a request comes from."""
    with Platform(NOMINATION_PROOF="required", TRUSTED_HTTP_PROXIES="127.0.0.0/8") as strict:
        strict.door = Door(strict.http)
        page.url = strict.door.url
        page.become(strict.token)
        yield strict


def proven_there(page, platform, door):
    """Whoever waits for it reads what to send, and then, without a reload, that it counts."""
    with asking_for_proof(page) as strict:
        page.load("/#/new")
        page.write("User name", "waiting")
        page.choose("No, trust its IP address")
        page.see("somebody there has to confirm it before it counts")
        page.write("IP address", "198.51.100.44")
        page.press("Create SMTP user")
        page.see("waiting was created", "main h1")
        page.see("198.51.100.44 is waiting to be confirmed")
        page.see("on the network that has the address 198.51.100.44. They open it there, type waiting, and press “Agree”.")
        page.see("Valid until")
        link = page.find(".box.wait .copyable code").text
        for hash, told in (("addresses", "Waiting to be confirmed"), ("users", "Waiting for confirmation"), ("", "198.51.100.44 waits for somebody there"),
                           ("users/waiting/device", "198.51.100.44 is waiting to be confirmed"), ("users/waiting/first-mail", "Waiting for the first mail…")):
            page.go(f"#/{hash}")
            page.see(told)
        strict.call("DELETE", "/v1/smtp-users/waiting/ip-authentication")
        strict.call("PUT", "/v1/smtp-users/waiting/ip-authentication", {"ip": "198.51.100.44"})
        page.until(lambda: page.find(".box.wait .copyable code").text not in ("", link), "the link that counts now")
        link = page.find(".box.wait .copyable code").text
        agree(link, "waiting", "198.51.100.44")
        page.see("waiting is ready", "main h1")
        page.gone("waiting to be confirmed")
        page.see("Waiting for the first mail from 198.51.100.44…")


def withdrawn(page, platform, door):
    """What is taken away is named: what waits, what is trusted, or both."""
    with asking_for_proof(page) as strict:
        link = strict.call("POST", "/v1/smtp-users", {"username": "asking", "ipAuthentication": {"ip": "198.51.100.45"}})["pendingIpAuthentication"]["link"]
        page.user("asking")
        page.press("Withdraw")
        page.answer("Cancel", "Its link stops working. Nothing else changes.")
        agree(link, "asking", "198.51.100.45")
        page.load("/#/users/asking")
        page.write("IP address", "198.51.100.46")
        page.see("It replaces 198.51.100.45, which then stops sending", ".cautions")
        page.save("ip-authentication")
        page.see("Not trusted yet")
        page.see("198.51.100.46 is waiting to be confirmed")
        page.see("Trusted now: 198.51.100.45")
        page.press("Remove")
        page.see("Remove 198.51.100.45?", "dialog")
        page.answer("Remove it", "The request for 198.51.100.46 is withdrawn, too.")
        page.see("No IP address set.", IP)
        page.gone("waiting to be confirmed")
        page.write("IP address", "198.51.100.47")
        page.save("ip-authentication")
        page.press("Withdraw")
        page.answer("Withdraw it", "Withdraw the request for 198.51.100.47?")
        page.see("Withdrawn. The link doesn’t work any more.")
        assert strict.call("GET", "/v1/smtp-users/asking")["pendingIpAuthentication"] is None


def asked_for_in_the_other_tab(page, platform, door):
    """A colleague's request isn't replaced unseen."""
    with asking_for_proof(page) as strict:
        agree(strict.call("POST", "/v1/smtp-users", {"username": "both", "ipAuthentication": {"ip": "198.51.100.48"}})["pendingIpAuthentication"]["link"],
              "both", "198.51.100.48")
        page.user("both")
        page.write("IP address", "198.51.100.50")
        strict.call("PUT", "/v1/smtp-users/both/ip-authentication", {"ip": "198.51.100.49"})
        page.save("ip-authentication")
        for told in ("changed in the meantime", "198.51.100.48", "198.51.100.49", "198.51.100.50"):
            page.see(told, f"{IP} .box.bad")
        page.see("Saving withdraws the request for 198.51.100.49", ".cautions")
        page.press("Save mine instead")
        page.see("198.51.100.50 is waiting to be confirmed")
        page.write("IP address", "198.51.100.51")
        strict.door.lose = True
        page.save("ip-authentication")
        page.see("It isn’t known whether this was done.", IP)
        strict.door.lose = False
        page.save("ip-authentication")
        page.see("Not trusted yet", f"{IP} .box.good")
        page.see("198.51.100.51 is waiting to be confirmed")


STORIES = (conflicts, moved, refused, cautions, inside_the_network, proven_there, withdrawn, asked_for_in_the_other_tab)

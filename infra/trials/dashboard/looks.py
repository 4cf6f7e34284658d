"""Every page and state, in light and dark, at the width of a desk and of a phone: axe-core finds nothing
serious, nothing is wider than the screen, nothing comes from elsewhere. With PICTURES, pictures of them."""

PICTURES = None
LOOKS = ((1280, "light"), (390, "light"), (1280, "dark"), (390, "dark"))
IP = "section[aria-labelledby=ip-authentication]"


def stage(platform):
    """What there is to see: an account with a few devices, and another that has an address."""
    platform.token = platform.call("POST", "/local/token", {"accountId": "initech"})["token"]
    platform.smtp_user("initech-mfp", ip="203.0.113.24")
    platform.token = platform.call("POST", "/local/token", {"accountId": "acme"})["token"]
    for name, about, ip in (("scanner-1f", "First floor, beside the lift", "198.51.100.7"), ("copier-basement", None, None),
                            ("erp", "Invoices of the ERP", None), ("reception", "Reception", "203.0.113.9")):
        platform.smtp_user(name, ip=ip)
        platform.call("PATCH", f"/v1/smtp-users/{name}", {"description": about})
    platform.call("PATCH", "/v1/smtp-users/copier-basement", {"enabled": False})
    platform.call("PUT", "/v1/smtp-users/erp/ip-restrictions", {"networks": ["192.0.2.0/24", "2001:db8::/48"]})
    platform.call("PUT", "/v1/smtp-users/scanner-1f/allowed-senders", {"senders": ["scans@example.com"]})


def scenes(page, platform, door):
    """Of each: its name, and how one comes to see it."""
    token = platform.token

    def at(hash, who=token):
        page.let_go()
        page.become(who)
        page.load("/" + hash)
        page.until(lambda: page.find("main h1") and not page.all(".waiting"), hash)

    def conflict():
        at("#/users/scanner-1f")
        page.write("IP address", "203.0.113.24")
        page.save("ip-authentication")
        page.see("not in this account")

    def password():
        at("#/new")
        page.press("Create SMTP user")
        page.see("shown only once")

    def question():
        password()
        page.go("#/")
        page.see("Have you saved", "dialog")

    def faults():
        at("#/users/erp")
        page.write("Networks, one to a line", "192.168.1.1/24\nsomewhere")
        page.save("restrictions")
        page.write("IP address", "10.0.0.0/8")
        page.save("ip-authentication")
        page.see("not one address")

    def versions():
        platform.call("PATCH", "/v1/smtp-users/reception", {"description": "Reception"})
        at("#/users/reception")
        page.write("Description", "Front desk")
        platform.call("PATCH", "/v1/smtp-users/reception", {"description": "At the entrance"})
        page.save("state")
        page.see("Saved there")

    def expired():
        at("#/users/erp")
        page.run("sessionStorage.setItem('token', 'x')")
        page.save("state")
        page.see("has expired")

    def found():
        at("#/")
        page.find("#search").send_keys("floor")
        page.see("1 found")

    def unreadable():
        door.refuse = 503
        at("#/")
        door.refuse = None

    return {
        "sign-in": lambda: at("#/", None), "users": lambda: at("#/"), "found": found,
        "empty": lambda: at("#/", platform.call("POST", "/local/token", {"accountId": "nobody"})["token"]),
        "new-user": lambda: at("#/new"), "password": password, "question": question,
        "user": lambda: at("#/users/scanner-1f"), "conflict": conflict, "faults": faults, "versions": versions,
        "device-sheet": lambda: at("#/users/scanner-1f/device"), "history": lambda: at("#/users/scanner-1f/history"),
        "expired": expired, "unreadable": unreadable, "missing": lambda: at("#/users/nobody"),
    }


# Every page at both widths, a few states and the dark once: more would only weigh in the repository.
PAGES = {"sign-in", "users", "new-user", "password", "user", "device-sheet", "history"}
STATES = {"empty", "conflict", "versions"}


def every_page_and_state(page, platform, door):
    stage(platform)
    faults = []
    for name, show in scenes(page, platform, door).items():
        show()
        for width, scheme in LOOKS:
            page.look(width, 900, scheme)
            wide = page.run("return document.documentElement.scrollWidth")
            words = page.text("body")
            elsewhere = page.run("return performance.getEntriesByType('resource').map(r => r.name).filter(n => !n.startsWith(location.origin))")
            faults += [f"{name} {width} {scheme}: {fault}" for fault in (
                *page.axe(),
                *([f"{wide} wide"] if wide > width else []),
                *(["shows what isn't text"] if "[object" in words or "undefined" in words else []),
                *[f"asks {url}" for url in elsewhere])]
        if PICTURES:
            pictures(page, name)
    return faults


def pictures(page, name):
    PICTURES.mkdir(parents=True, exist_ok=True)
    if name in PAGES | STATES:
        page.picture(PICTURES / f"{name}.png", 1280, "light")
    if name in PAGES:
        page.picture(PICTURES / f"{name}-phone.png", 390, "light")
    if name == "user":
        page.picture(PICTURES / f"{name}-dark.png", 1280, "dark")



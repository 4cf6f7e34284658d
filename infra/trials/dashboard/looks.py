"""Every page and state, in light and dark, at the width of a desk and of a phone: axe-core finds nothing
serious, nothing is wider than the screen, nothing comes from elsewhere. With PICTURES, pictures of them."""

from datetime import UTC, date, datetime, timedelta

from browser import part

PICTURES = None
LOOKS = ((1440, "light"), (390, "light"), (1440, "dark"))
WIDTHS = (1170, 1024, 770, 641, 390, 320)  # 641 is a desk's 1280 at 200 %, 320 its smallest by WCAG
LONG = "colour-copier.second-floor-of-the-branch@head-office.example.com"
SEEN = ("at", "ip", "authenticatedBy", "helo", "tls", "mailFrom", "outcome", "reply")
IP = part("ip-authentication")


def stage(platform):
    """What there is to see: an account with a few devices, and another that has an address."""
    platform.token = platform.token_of("initech")
    platform.smtp_user("initech-mfp", ip="203.0.113.24")
    platform.token = platform.token_of("acme")
    for name, about, ip in (("scanner-1f", "First floor, beside the lift", "198.51.100.7"), ("copier-basement", None, None),
                            ("erp", "Invoices of the ERP", None), ("reception", "Reception", "203.0.113.9"),
                            ("warehouse", "Hall 3", "2001:db8:1234:5678:9abc:def0:1234:5678")):
        platform.smtp_user(name, ip=ip)
        platform.call("PATCH", f"/v1/smtp-users/{name}", {"description": about})
    platform.call("PATCH", "/v1/smtp-users/copier-basement", {"enabled": False})
    platform.call("PUT", "/v1/smtp-users/erp/ip-restrictions", {"networks": ["192.0.2.0/24", "2001:db8::/48"]})
    platform.call("PUT", "/v1/smtp-users/scanner-1f/allowed-senders", {"senders": ["scans@example.com"]})


def pretend_mail(door):
    """What a month of it looks like: more than a trial can wait for."""
    def message(id, outcome, username, ip, hours, **more):
        at = (datetime.now(UTC) - timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        return {"id": id, "at": at, "username": username, "ip": ip, "authenticatedBy": "ip", "helo": "SCANNER2F", "tls": "TLSv1.3",
                "mailFrom": "scans@example.com", "recipients": ["boss@example.net"], "recipientCount": 1, "bytes": 482_000,
                "outcome": outcome, "reply": "250 2.0.0 OK", "reason": None, "millis": 412, **more}
    mail = [
        message("delivered-1", "delivered", "scanner-1f", "198.51.100.7", 0.1),
        message("queued-1", "queued", "reception", "203.0.113.9", 0.3, reply="250 2.0.0 Queued as queued-1"),
        message("refused-1", "refused", "erp", "203.0.113.40", 1, authenticatedBy="password", mailFrom=None, recipients=[], recipientCount=0,
                bytes=0, reply="535 5.7.8 Authentication credentials invalid", reason="auth-refused", times=12),
        message("bounced-1", "bounced", "reception", "203.0.113.9", 26, recipients=["gone@example.net"], recipientCount=3, tls=None,
                reply="550 5.1.1 No such user"),
        message("delivered-2", "delivered", "scanner-1f", "198.51.100.7", 49)]
    steps = [{"at": mail[1]["at"], "what": "queued", "recipients": ["boss@example.net"], "reply": mail[1]["reply"], "attempt": None, "next": None},
             {"at": mail[1]["at"], "what": "attempt", "recipients": ["boss@example.net"], "reply": "451 4.4.1 Try again", "attempt": 2,
              "next": mail[0]["at"]}]
    days = [{"day": (date.today() - timedelta(days=29 - n)).isoformat(), "messages": 20 + n * 37 % 61, "recipients": 9, "bytes": 9,
             "refused": 6 if n % 7 == 3 else 0, "bounced": 0} for n in range(30)]
    newest = {one["username"]: {name: one[name] for name in SEEN} for one in reversed(mail)}
    seen = lambda user: {**user, "lastSeen": newest.get(user["username"])}  # noqa: E731
    door.pretend = [
        ("^/v1/usage", 200, {"days": days}),
        ("^/v1/messages/queued-1", 200, {**mail[1], "history": steps}),
        ("^/v1/messages[?].*outcome=queued", 200, {"items": [mail[1]], "nextCursor": None}),
        ("^/v1/messages[?].*outcome=refused", 200, {"items": [], "nextCursor": None}),
        ("^/v1/messages", 200, {"items": mail, "nextCursor": "more"}),
        ("^/v1/caller", 200, lambda caller: {**caller, "ip": "203.0.113.77"}),
        ("^/v1/smtp-users[?]", 200, lambda users: {**users, "items": [seen(user) for user in users["items"]]}),
        ("^/v1/smtp-users/(scanner-1f|erp)$", 200, seen)]


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
        page.see("isn’t in this account")

    def password():
        at("#/new")
        page.press("Create SMTP user")
        page.see("shown only once")

    def question():
        password()
        page.go("#/users")
        page.see("Have you saved", "dialog")

    def faults():
        at("#/users/erp")
        page.write("Networks, one per line", "192.168.1.1/24\nsomewhere")
        page.save("restrictions")
        page.write("IP address", "10.0.0.0/8")
        page.save("ip-authentication")
        page.see("not one address")

    def versions():
        platform.call("PATCH", "/v1/smtp-users/reception", {"description": "Reception"})
        at("#/users/reception")
        page.write("Description", "Front desk")
        platform.call("PATCH", "/v1/smtp-users/reception", {"description": "At the entrance"})
        page.save("details")
        page.see("Saved meanwhile")

    def expired():
        at("#/users/erp")
        page.run("sessionStorage.setItem('token', 'x')")
        page.save("details")
        page.see("has expired")

    def by_address():
        at("#/new")
        page.choose("No, trust its IP address")
        page.see("You are at")
        page.write("IP address", "192.168.1.50")

    def unreadable():
        door.refuse = 503
        at("#/")
        door.refuse = None

    return {
        "sign-in": lambda: at("#/", None), "overview": lambda: at("#/"), "users": lambda: at("#/users"),
        "empty": lambda: at("#/", platform.token_of("nobody")),
        "new-user": by_address, "password": password, "question": question, "first-mail": lambda: at("#/users/reception/first-mail"),
        "user": lambda: at("#/users/scanner-1f"), "conflict": conflict, "faults": faults, "versions": versions,
        "device-sheet": lambda: at("#/users/scanner-1f/device"), "history": lambda: at("#/users/scanner-1f/history"),
        "messages": lambda: at("#/messages"), "message": lambda: at("#/messages/queued-1"),
        "addresses": lambda: at("#/addresses"), "activity": lambda: at("#/activity"),
        "expired": expired, "unreadable": unreadable, "missing": lambda: at("#/users/nobody"),
    }


# Every area at both widths, light and dark; a few states once: more would only weigh in the repository.
PAGES = {"overview", "users", "new-user", "user", "messages", "message", "addresses", "activity", "device-sheet", "first-mail"}
STATES = {"sign-in", "empty", "password", "conflict", "versions", "history"}


def every_page_and_state(page, platform, door):
    stage(platform)
    pretend_mail(door)
    faults = []
    for name, show in scenes(page, platform, door).items():
        show()
        for width, scheme in LOOKS:
            page.look(width, 900, scheme)
            words = page.text("body")
            elsewhere = page.run("return performance.getEntriesByType('resource').map(r => r.name).filter(n => !n.startsWith(location.origin))")
            faults += [f"{name} {width} {scheme}: {fault}" for fault in (
                *page.axe(),
                *(["shows what isn't text"] if "[object" in words or "undefined" in words else []),
                *[f"asks {url}" for url in elsewhere])]
        for width in WIDTHS:
            faults += [f"{name} {width}: {fault}" for fault in crowded(page, width)]
        firsts = [one.text.replace("\n", " ") for one in page.all("main button.main, main a.main") if one.is_displayed()]
        faults += [f"{name}: several first choices, {firsts}"] if len(firsts) > 1 else []
        page.look(1440, 900, forced=True)
        faults += [f"{name} forced: {fault}" for fault in alike(page)]
        page.look()
        if PICTURES:
            pictures(page, name)
    return faults


def crowded(page, width):
    """What has no room at that width: on the page, in its card, beside what else can be pressed, or on its line."""
    page.look(width, 900)
    return page.run("""
        const [width, faults] = [arguments[0], []];
        const wide = document.documentElement.scrollWidth;
        if (wide > width) faults.push(`${wide} wide`);
        const said = (one) => one.innerText.trim().slice(0, 30) || one.id;
        const asked = document.querySelector('dialog') ?? document;
        const shown = [...asked.querySelectorAll('a, button, input, select, textarea, summary')].filter((one) => one.checkVisibility() && !one.matches('.skip'));
        const boxes = shown.map((one) => [...one.getClientRects()]);
        shown.forEach((one, a) => shown.slice(a + 1).forEach((other, after) => {
            const over = (here, there) => Math.min(Math.min(here.right, there.right) - Math.max(here.left, there.left), Math.min(here.bottom, there.bottom) - Math.max(here.top, there.top)) > 2;
            if (!one.contains(other) && boxes[a].some((here) => boxes[a + 1 + after].some((there) => over(here, there)))) faults.push(`${said(one)} and ${said(other)} overlap`);
        }));
        document.querySelectorAll('.card *, .box *, .tile *').forEach((one) => {
            const inside = one.closest('.card, .box, .tile').getBoundingClientRect();
            if (one.checkVisibility() && !one.closest('.spoken') && one.getBoundingClientRect().right > inside.right + 1) faults.push(`${said(one)} is cut off`);
        });
        document.querySelectorAll('tbody th a, tbody td bdi').forEach((one) => {
            if (one.innerText.length < 16 && one.getClientRects().length > 1) faults.push(`${said(one)} is broken`);
        });
        return faults.slice(0, 5)""", width)


def in_german_too(page, platform, door):
    """Whose words are longer, with names that are long and a description that is written from the right: every area at
    every width, and held against axe-core."""
    platform.smtp_user(LONG, ip="2001:db8:aaaa:bbbb:cccc:dddd:eeee:1111")
    platform.call("PATCH", f"/v1/smtp-users/{LONG}", {"description": "مكتب الاستقبال في الطابق الأول، بجوار المصعد " * 5})
    platform.smtp_user("x" * 64)
    platform.smtp_user("kopierer", ip="198.51.100.83")
    page.run("localStorage.setItem('language', 'de')")
    faults = []
    for hash in ("", "users", "new", "messages", "addresses", "activity", f"users/{LONG}", f"users/{LONG}/device", f"users/{LONG}/first-mail", f"users/{LONG}/history"):
        page.load(f"/#/{hash}")
        page.until(lambda: page.find("main h1") and not page.all(".waiting"), hash)
        for width in WIDTHS:
            faults += [f"{hash} {width}: {fault}" for fault in crowded(page, width)]
        page.look()
        faults += [f"{hash}: {fault}" for fault in page.axe()]
    return faults


def alike(page):
    """Buttons that can't be told apart where the colours are the reader's own."""
    weights = page.run("""return [...document.querySelectorAll('main button.main, main button.plain')].filter(b => b.checkVisibility()).map(b => {
        const s = getComputedStyle(b); return [b.className, s.backgroundColor + s.borderWidth + s.borderStyle]})""")
    kinds = {kind: look for kind, look in weights}
    return [f"{one} looks as {other}" for one in kinds for other in kinds if one < other and kinds[one] == kinds[other] and {"main", "plain"} == {one, other}]


def pictures(page, name):
    PICTURES.mkdir(parents=True, exist_ok=True)
    if name in PAGES | STATES:
        page.picture(PICTURES / f"{name}.png", 1440, "light")
    if name in PAGES:
        page.picture(PICTURES / f"{name}-phone.png", 390, "light")
        page.picture(PICTURES / f"{name}-dark.png", 1440, "dark")
        page.picture(PICTURES / f"{name}-phone-dark.png", 390, "dark")

"""A list that is longer than a page: it is searched by the beginning of a name, and what is looked for stands in the
address, so that Back and a reload lead there again."""

import time

from browser import part
from selenium.webdriver.common.by import By

MANY = 60


def rows(page):
    return [row.text for row in page.all("tbody th a")]


def pages_and_search(page, platform, door):
    for n in range(MANY):
        platform.smtp_user(f"many-{n:03}")
    platform.smtp_user("zebra", ip="127.0.0.61")
    page.load("/#/users")
    page.until(lambda: len(rows(page)) == 25, "a page")
    page.see(f"{MANY + 1} SMTP users", ".card + .hint")
    page.press("Next page ›")
    page.until(lambda: rows(page)[:1] == ["many-025"], "the next page")
    page.run("scrollTo(0, 400)")
    page.until(lambda: page.run("return history.state.scrolled") == page.run("return scrollY") > 0, "where it is read")
    scrolled = page.run("return scrollY")
    # By script: the driver would scroll to what it presses.
    page.run("[...document.querySelectorAll('main a')].find((link) => link.textContent === 'many-030').click()")
    page.see("many-030", "main h1")
    page.run("scrollTo(0, 300)")
    page.until(lambda: page.run("return history.state.scrolled") == page.run("return scrollY") > 0, "where this is read")
    door.slow = 0.5  # the page is short until the list is there
    page.driver.back()
    page.until(lambda: rows(page)[:1] == ["many-025"], "the same page again")
    page.until(lambda: page.run("return scrollY") == scrolled, "as far down as before")
    door.slow = 0
    page.driver.refresh()
    page.until(lambda: rows(page)[:1] == ["many-025"], "the same page after a reload")
    page.driver.back()
    page.until(lambda: rows(page)[:1] == ["many-000"], "the first page")
    page.find("#search").send_keys("ZEB")
    page.until(lambda: rows(page) == ["zebra"], "one found")
    page.spoken("1 found")
    page.see("1 SMTP user", ".card + .hint")
    page.press("zebra")
    page.see("zebra", "main h1")
    page.driver.back()
    page.until(lambda: rows(page) == ["zebra"], "what was looked for")
    assert page.find("#search").get_attribute("value") == "zeb"
    page.find("#search").clear()
    page.find("#search").send_keys("no-such-thing")
    page.see("None found.")


def more_than_are_looked_at(page, platform, door):
    """What was read of the first users only isn't said of all."""
    platform.smtp_user("looked-at", ip="127.0.0.65")
    platform.smtp_user("not-looked-at", ip="127.0.0.66")
    only = lambda users: {"items": [user for user in users["items"] if user["username"] == "looked-at"], "nextCursor": "c"}  # noqa: E731
    door.pretend = [("^/v1/smtp-users[?]limit=100$", 200, only)]
    page.load("/#/")
    page.see("Nothing so far.", part("needs"))
    page.see("Only the first SMTP user is looked at here.", part("needs"))
    assert "Everything is working" not in page.text()
    page.load("/#/addresses")
    page.see("127.0.0.66")
    last = {row.find_element(By.TAG_NAME, "th").text: row.find_elements(By.TAG_NAME, "td")[-1].text for row in page.all("tbody tr")}
    assert last == {"127.0.0.65": "none seen", "127.0.0.66": "–"}, last


def worst_first(page, platform, door):
    """Of more than fit, those that matter most; and nothing is said of an address that couldn't be looked up."""
    for n in range(9):
        platform.smtp_user(f"silent-{n}")
    platform.smtp_user("z-refused")
    seen = {"at": "2026-01-01T10:00:00.000Z", "ip": "127.0.0.67", "authenticatedBy": "ip", "helo": "X", "tls": None,
            "mailFrom": "scans@example.com", "outcome": "delivered", "reply": "250 2.0.0 OK"}
    bad = {**seen, "outcome": "refused", "reply": "550 5.7.1 No"}
    door.pretend = [("^/v1/smtp-users[?]", 200, lambda users: {**users, "items": [
        {**user, "lastSeen": bad if user["username"] == "z-refused" else seen} for user in users["items"]]})]
    page.load("/#/")
    page.see("2 more")
    assert [row.text for row in page.all(part("needs", "li a"))][0] == "z-refused", page.text()
    page.see("no SMTP user of this account sends without a password", ".lead")
    door.pretend += [("^/v1/ip-authentications/", 503, {"title": "x"})]
    page.load("/#/")
    page.see("2 more")
    assert page.text(".lead") == "You are at 127.0.0.1.", page.text(".lead")


def filtered(page, platform, door):
    """A filter reads on until a page is full, or there are no more."""
    for n in range(30):
        platform.smtp_user(f"some-{n:02}")
    platform.smtp_user("sleeping")
    platform.call("PATCH", "/v1/smtp-users/sleeping", {"enabled": False})
    page.load("/#/users")
    page.press("Disabled", ".chips")
    page.until(lambda: rows(page) == ["sleeping"], "the one that is")
    page.press("Problems", ".chips")
    page.see("None found.")
    seen = {"at": "2026-01-01T10:00:00.000Z", "ip": "127.0.0.67", "authenticatedBy": "ip", "helo": "X", "tls": None,
            "mailFrom": "scans@example.com", "outcome": "delivered", "reply": "250 2.0.0 OK"}
    now = {**seen, "at": time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())}
    last = {"some-00": seen, "some-01": now, "some-02": {**now, "outcome": "refused"}, "some-03": {**now, "outcome": "bounced"}}
    door.pretend = [("^/v1/smtp-users[?]", 200, lambda users: {**users, "items": [{**user, "lastSeen": last.get(user["username"])} for user in users["items"]]}),
                    ("^/v1/usage.*username=some-01", 200, {"days": [{"day": "2026-11-27", "messages": 1200, "refused": 1}, {"day": "2026-11-28", "messages": 34, "refused": 0}]})]
    for show, found in (("Silent for a week", ["some-00"]), ("Problems", ["some-02", "some-03"])):
        page.press(show, ".chips")
        page.until(lambda found=found: rows(page) == found, show)
    page.press("No mail yet", ".chips")
    page.until(lambda: rows(page)[:2] == ["sleeping", "some-04"] and len(rows(page)) == 27, "those without mail")
    page.press("All", ".chips")
    page.until(lambda: "1,234" in [row.text for row in page.all("tbody td:last-child")], "its seven days")


def found_none_of_thousands(page, platform, door):
    """A filter looks at a thousand, and then says how to look further."""
    platform.smtp_user("one-of-thousands")
    endless = ("^/v1/smtp-users[?]limit=100&cursor", 200, {"items": [], "nextCursor": "c"})
    door.pretend = [endless, ("^/v1/smtp-users[?]limit=100$", 200, lambda users: {**users, "nextCursor": "c"}), ("^/v1/smtp-users[?]limit=25$", 200, lambda users: {**users, "nextCursor": "c"})]
    page.load("/#/users?show=disabled")
    page.see("None so far. “Next page” looks further.")
    assert len([path for path in door.asked if "limit=100" in path]) == 10, door.asked
    page.load("/#/users")
    page.see("More than 1 SMTP user", ".card + .hint")
    door.pretend = [("^/v1/smtp-users[?]limit=100&cursor=c$", 200, {"items": [], "nextCursor": None})]
    page.load("/#/users?show=disabled&cursor=c")
    page.see("None found.")


def list_interrupted(page, platform, door):
    for n in range(30):
        platform.smtp_user(f"other-{n:02}")
    page.load("/#/users")
    page.until(lambda: len(rows(page)) == 25, "a page")
    door.refuse = 503
    page.find("#search").send_keys("other-29")
    page.see("The list can’t be read right now")
    door.refuse = None
    page.press("Try again")
    page.until(lambda: rows(page) == ["other-29"], "it, after all")


def gone_before_it_was_looked_for(page, platform, door):
    """The address is that of the page that is shown, whatever was typed into the search just before."""
    platform.smtp_user("sought")
    page.load("/#/users")
    page.until(lambda: rows(page) == ["sought"], "the list")
    page.run("""const search = document.getElementById('search');
        search.value = 'so';
        search.dispatchEvent(new Event('input'));
        document.querySelector('tbody th a').click()""")
    page.see("sought", "main h1")
    time.sleep(0.5)
    assert page.driver.current_url.endswith("#/users/sought"), page.driver.current_url


def refused_too_late(page, platform, door):
    """Nobody waits any more for the answer to what was typed before."""
    for n in range(3):
        platform.smtp_user(f"late-{n}")
    page.load("/#/users")
    page.until(lambda: len(rows(page)) == 3, "the list")
    door.pretend = [("prefix=late-1$", 503, {"title": "x"})]
    door.slow = 2
    page.find("#search").send_keys("late-1")
    page.until(lambda: "prefix=late-1" in page.driver.current_url, "the search")
    door.slow = 0.01  # for what comes; who waits already goes on waiting
    page.find("#search").send_keys("\b2")
    page.until(lambda: rows(page) == ["late-2"], "it")
    page.until(lambda: page.run("return performance.getEntriesByType('resource').some(r => r.name.endsWith('prefix=late-1'))"), "the late answer")
    assert rows(page) == ["late-2"], page.find("main").text


STORIES = (pages_and_search, more_than_are_looked_at, worst_first, filtered, found_none_of_thousands, list_interrupted, gone_before_it_was_looked_for, refused_too_late)

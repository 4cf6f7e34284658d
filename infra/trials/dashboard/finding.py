"""A list that is longer than a page, and looking for one in it."""

import time

from selenium.webdriver.common.keys import Keys

MANY = 230


def rows(page):
    return [row.text for row in page.all("tbody th a")]


def pages_and_search(page, platform, door):
    for n in range(MANY):
        platform.smtp_user(f"many-{n:03}")
    platform.smtp_user("zebra", ip="127.0.0.61")
    platform.call("PATCH", "/v1/smtp-users/zebra", {"description": "In the Attic"})
    page.go("#/?")
    page.load("/#/")
    page.see("Page 1")
    page.press("Next ›")
    page.see("Page 2")
    assert rows(page)[0] == "many-025", rows(page)
    page.press("many-030")
    page.see("many-030", "main h1")
    page.press("SMTP users", ".crumbs")
    page.see("Page 2")  # as it was left
    page.press("‹ Previous")
    page.see("Page 1")
    for text in ("zeb", "attic", "127.0.0.61"):  # on the last page that the API has
        page.find("#search").clear()
        page.find("#search").send_keys(text)
        page.until(lambda: rows(page) == ["zebra"], "one found")
        page.see(f"1 found in the name, description or address of all {MANY + 1} SMTP users")
    page.find("#search").clear()
    page.find("#search").send_keys("many")
    page.see(f"{MANY} found")
    page.see("The first 100 are shown")
    page.find("#search").clear()
    page.find("#search").send_keys("no such thing")
    page.see("None found")
    page.spoken("None found")


def search_interrupted(page, platform, door):
    for n in range(120):
        platform.smtp_user(f"some-{n:03}")
    page.load("/#/")
    page.see("Page 1")
    door.refuse = 503
    page.find("#search").send_keys("some-119")
    page.see("The list can’t be read just now")
    door.refuse = None
    page.press("Try again")
    page.until(lambda: rows(page) == ["some-119"], "it, after all")
    door.refuse = 503
    page.find("#search").send_keys(Keys.CONTROL, "a", Keys.BACKSPACE)
    page.see("The list can’t be read just now")
    assert not rows(page), rows(page)
    door.refuse = None
    page.press("Try again")
    page.see("Page 1")
    assert rows(page)[0] == "some-000", rows(page)


def page_refused_too_late(page, platform, door):
    for n in range(60):
        platform.smtp_user(f"late-{n:02}")
    page.load("/#/")
    page.see("Page 1")
    door.slow, door.refuse = 3, 503
    page.press("Next ›")
    time.sleep(1)  # until it is at the door
    door.reset()
    page.find("#search").send_keys("late-59")
    page.until(lambda: rows(page) == ["late-59"], "it")
    time.sleep(3)  # until the page is refused, which nobody waits for any more
    assert rows(page) == ["late-59"], page.find("main").text


STORIES = (pages_and_search, search_interrupted, page_refused_too_late)

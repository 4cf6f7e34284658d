"""What goes wrong on the way to the API; nothing that was typed is lost by it."""

STATE = "section[aria-labelledby=state]"


def refusals(page, platform, door):
    platform.smtp_user("troubled")
    page.user("troubled")
    page.write("Description", "survives")
    for status, told in ((503, "Try again in 7 seconds"), (429, "too much at once"), (500, "status 500"), (502, "status 502"),
                         (400, "status 400"), (403, "Ask whoever runs this relay"), (409, "status 409"), (404, "has been deleted")):
        door.refuse = status
        page.save("state")
        page.see(told, STATE)
        assert page.value("Description") == "survives", status
    door.refuse = None
    page.save("state")
    page.see("Saved.", STATE)


def offline(page, platform, door):
    platform.smtp_user("unplugged")
    page.user("unplugged")
    page.write("Description", "survives")
    page.offline(True)
    page.save("state")
    page.see("offline", STATE)
    page.offline(False)
    page.save("state")
    page.see("Saved.", STATE)


def slow(page, platform, door):
    platform.smtp_user("slow")
    page.user("slow")
    page.write("Description", "late")
    door.slow = 3
    page.save("state")
    page.see("longer than usual", STATE)
    page.spoken("longer than usual")
    page.press("Save", STATE)  # a second press while the first is under way does nothing
    page.see("Saved.", STATE)
    page.gone("longer than usual")
    page.go("#/")
    page.see("Still waiting")
    page.see("SMTP users", "main h1")


def pages_that_cannot_be_read(page, platform, door):
    door.refuse = 503
    page.go("#/new")
    page.see("New SMTP user", "main h1")
    page.go("#/")
    page.see("This can’t be shown just now")
    door.refuse = None
    page.press("Try again")
    page.see("No SMTP users yet")
    page.go("#/users/nobody-here")
    page.see("There is no such SMTP user")
    page.go("#/nowhere/at/all")
    page.see("There is no such page")
    assert "Not found" in page.driver.title


def lost_answer(page, platform, door):
    """The first answer is lost, the second try makes no second user."""
    page.go("#/new")
    page.write("User name", "lost")
    door.lose = True
    page.press("Create SMTP user")
    page.see("No answer came")
    door.lose = False
    assert page.value("User name") == "lost"
    page.press("Create SMTP user")
    page.see("the answer got lost")
    page.press("Go on")
    page.see("lost", "main h1")


def names_refused(page, platform, door):
    platform.smtp_user("taken")
    page.go("#/new")
    for name, told in (("taken", "This name is taken"), ("x", "3 to 64 characters")):
        page.write("User name", name)
        page.write("Description", "stays")
        page.press("Create SMTP user")
        page.see(told, ".fault")
        assert page.focused() == page.field("User name")
        assert page.value("Description") == "stays"


STORIES = (refusals, offline, slow, pages_that_cannot_be_read, lost_answer, names_refused)

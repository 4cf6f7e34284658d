"""With the name of an account, and with an OpenID provider; a sign-in that expires; and out."""

from browser import part
from door import Door, Provider

STATE = part("details")


def forget(page):
    page.run("sessionStorage.setItem('token', 'x.y.z')")


def expired(page, platform, door):
    """The page stays, with what was typed; and what was asked for is done."""
    platform.smtp_user("expiring")
    page.user("expiring")
    page.write("Description", "kept")
    forget(page)
    page.save("details")
    page.see("Your sign-in has expired", "dialog")
    page.until(lambda: page.focused().get_attribute("value") == "expired", "the account's field, filled in and focused")
    page.press("Sign in", "dialog")
    page.see("Saved.", STATE)
    assert page.focused().text.startswith("Save"), page.focused().text
    assert platform.call("GET", "/v1/smtp-users/expiring")["description"] == "kept"
    forget(page)
    page.write("Description", "again")
    page.save("details")
    page.see("Your sign-in has expired", "dialog")
    page.find("dialog").send_keys("\ue00c")  # Escape
    page.see("Nothing was changed.", STATE)
    assert page.value("Description") == "again"


def expired_with_a_key(page, platform, door):
    """A wrong key is said to be wrong, there and then, as often as one is typed; and the right one is enough for all
    that was asked meanwhile."""
    platform.smtp_user("by-key")
    door.keys = {"ipk_good": platform.token}
    page.become("ipk_good")
    page.user("by-key")
    page.write("Description", "kept")
    page.write("Sender addresses, one per line", "@example.com")
    forget(page)
    page.save("details")
    page.see("Your sign-in has expired", "dialog")
    # Another request that was under way; a press isn't possible behind the dialog.
    page.run("document.querySelector('section[aria-labelledby=senders] form').requestSubmit()")
    for wrong in ("ipk_wrong", "ipk_wrong-again"):
        page.write("Key", wrong, "dialog")
        page.press("Sign in", "dialog")
        page.see("That key isn’t known here", "dialog")
        page.write("Key", "", "dialog")
        page.until(lambda: page.run("return !document.querySelector('dialog [aria-disabled]')"), "a button that can be pressed")
    page.write("Key", "ipk_good", "dialog")
    page.press("Sign in", "dialog")
    page.see("Saved.", STATE)
    page.see("Saved.", part("senders"))
    assert not page.all("dialog")
    now = platform.call("GET", "/v1/smtp-users/by-key")
    assert now["description"] == "kept" and now["allowedSenders"] == ["@example.com"], now


def another_key(page, platform, door):
    """While it is tried, neither this tab nor a new one shows what is another account's under the name before."""
    others = platform.token_of("other-key")
    door.keys = {"ipk_first": platform.token, "ipk_other": others}
    page.become("ipk_first")
    page.load("/#/users")
    page.see("another_key", "#who .account")
    forget(page)
    page.press("Activity")
    page.see("Your sign-in has expired")
    page.write("Key", "ipk_other")
    door.slow = 20
    page.press("Sign in", "main")
    page.driver.back()
    page.until(lambda: page.driver.current_url.endswith("#/users"), "the page before")
    assert "another_key" not in page.text("#who"), page.text("#who")
    first = page.driver.current_window_handle
    page.driver.switch_to.new_window("tab")
    page.load("/#/users")
    page.see("Let your printers send mail", "main h1")
    assert "another_key" not in page.text(), page.text()
    door.slow = 0
    page.driver.close()
    page.driver.switch_to.window(first)
    page.see("other-key", "#who .account")
    page.see("Overview", "main h1")


def expired_on_the_way(page, platform, door):
    """A page that couldn't be read is read when the sign-in is good again."""
    platform.smtp_user("on-the-way")
    page.load("/#/users")
    page.see("on-the-way")
    forget(page)
    page.go("#/users/on-the-way")
    page.see("Your sign-in has expired")
    page.write("Account", "expired_on_the_way\n")
    page.see("on-the-way", "main h1")
    page.see("expired_on_the_way", "#who .account")
    page.see("Sign out", "#who")


def out(page, platform, door):
    platform.smtp_user("mine")
    page.load("/#/users")
    page.see("mine")
    page.see("out", "#who .account")
    page.press("Sign out")
    page.see("Account", "main label")
    assert page.run("return sessionStorage.length + localStorage.length") == 0
    page.write("Account", "nobody-yet\n")
    page.see("No SMTP users yet")


def theirs(page, platform, door):
    """An operator's provider, in front of the same platform."""
    provider = Provider(platform.token)
    provider.door = Door(platform.http, provider)
    page.url = provider.door.url
    page.become(None)
    return provider


def by_provider(page, platform, door):
    platform.smtp_user("provided")
    provider = theirs(page, platform, door)
    page.load("/#/users/provided")
    page.press("Sign in")
    page.see("provided", "main h1")
    assert "code=" not in page.driver.current_url, page.driver.current_url
    assert page.run("return localStorage.length") == 0
    assert provider.asked["code_challenge_method"] == "S256" and len(provider.asked["state"]) > 20
    assert len(provider.asked["nonce"]) > 20 and provider.asked["audience"] == "smtp-relay-platform"


def expired_at_the_provider(page, platform, door):
    """Back where one was, with what was typed, even when the first try comes to nothing, there or here."""
    platform.smtp_user("across")
    provider = theirs(page, platform, door)
    page.load("/#/users/across")
    page.press("Sign in")
    page.see("across", "main h1")
    page.write("Description", "across the sign-in")
    page.write("Networks, one per line", "127.0.0.0/8")
    forget(page)
    page.save("details")
    page.see("has expired", "dialog")
    provider.denies = True
    page.press("Sign in", "dialog")
    page.see("access_denied")
    provider.denies = False
    provider.door.pretend = [("^/v1/smtp-users/across$", 503, {"title": "x"})]
    page.press("Sign in")
    page.see("This can’t be shown right now")
    provider.door.pretend = []
    page.press("Try again")
    page.see("What you typed here is back", "#notice")
    left, right, width = page.run("const {left, right} = document.querySelector('#notice .box').getBoundingClientRect(); return [left, right, innerWidth]")
    assert left - 210 > 15 and width - right > 15, ("it sticks to the edge", left, right)
    assert page.value("Description") == "across the sign-in"
    assert page.focused().text.startswith("Save"), page.focused().text
    assert page.value("Networks, one per line") == "127.0.0.0/8"
    page.save("details")
    page.see("Saved.", STATE)


def another_way_at_the_provider(page, platform, door):
    """What was chosen is back, too, and not only what was typed."""
    theirs(page, platform, door)
    page.load("/#/new")
    page.press("Sign in")
    page.see("New SMTP user", "main h1")
    page.write("User name", "by-address")
    page.choose("No, trust its IP address")
    page.write("IP address", "127.0.0.69")
    forget(page)
    page.press("Create SMTP user")
    page.see("has expired", "dialog")
    page.press("Sign in", "dialog")
    page.see("What you typed here is back", "#notice")
    assert page.value("IP address") == "127.0.0.69" and page.field("IP address").is_displayed()
    page.press("Create SMTP user")
    page.see("Waiting for the first mail from 127.0.0.69…")


def forged(page, platform, door):
    """An answer that this tab didn't ask for signs nobody in."""
    provider = theirs(page, platform, door)
    page.load("/?code=c0de&state=forged")
    page.see("wasn’t started in this tab")
    page.see("Sign in", "main button")
    provider.nonce = "another"
    page.press("Sign in")
    page.see("answered a different sign-in")
    assert not page.run("return sessionStorage.getItem('token')")
    provider.nonce = None
    page.press("Sign in")
    page.see("Overview", "main h1")
    page.load("/?code=c0de&state=forged")
    page.see("you are signed in as before")
    page.see("Overview", "main h1")


def another_person(page, platform, door):
    """Another account's sign-in in the same tab finds nothing of the first one's."""
    platform.smtp_user("theirs")
    provider = theirs(page, platform, door)
    page.load("/#/users/theirs")
    page.press("Sign in")
    page.see("theirs", "main h1")
    page.see("another_person", "#who")
    page.write("Description", "the first one's")
    forget(page)
    page.save("details")
    page.see("has expired", "dialog")
    provider.token = platform.token_of("somebody-else")
    platform.token = provider.token
    platform.smtp_user("others")
    page.press("Sign in", "dialog")
    page.see("somebody-else", "#who")
    page.see("Overview", "main h1")
    assert not page.run("return sessionStorage.getItem('drafts')")
    page.go("#/users/theirs")
    page.see("That doesn’t exist here")


def nobody_known_yet(page, platform, door):
    """A sign-in of which it couldn't be asked whose it is shows nothing of the account before."""
    platform.smtp_user("before")
    provider = theirs(page, platform, door)
    page.load("/#/users/before")
    page.press("Sign in")
    page.see("before", "main h1")
    page.write("Description", "the first one's")
    forget(page)
    page.save("details")
    page.see("has expired", "dialog")
    provider.token = platform.token_of("next-person")
    provider.door.pretend = [("^/v1/caller", 503, {"title": "x"})]
    page.press("Sign in", "dialog")
    page.see("You aren’t signed in.")
    page.see("status 503")
    assert "nobody_known_yet" not in page.text("body")
    provider.door.pretend = []
    page.press("Sign in")
    page.see("next-person", "#who")
    page.see("Overview", "main h1")
    assert not page.run("return sessionStorage.getItem('drafts')")
    page.go("#/users/before")
    page.see("That doesn’t exist here")


def back_and_stay_after_the_provider(page, platform, door):
    """The provider's own pages don't count: 'Stay here' stays."""
    platform.smtp_user("came-back")
    platform.smtp_user("went-on")
    theirs(page, platform, door)
    page.load("/#/users/came-back")
    page.press("Sign in")
    page.see("came-back", "main h1")
    page.go("#/users/went-on")
    page.see("went-on", "main h1")
    page.write("Description", "not saved")
    for _ in range(2):
        page.driver.back()
        page.answer("Stay here", "Leave without saving?")
        page.until(lambda: page.driver.current_url.endswith("#/users/went-on"), "the same page")
        assert page.value("Description") == "not saved"
    page.driver.back()
    page.answer("Leave", "Leave without saving?")
    page.see("came-back", "main h1")


def further_tabs(page, platform, door):
    """A tab that is opened beside this one is signed in; signing out is for all of them, and at the provider."""
    provider = theirs(page, platform, door)
    page.load("/#/")
    page.press("Sign in")
    page.see("Overview", "main h1")
    first = page.driver.current_window_handle
    page.driver.switch_to.new_window("tab")
    second = page.driver.current_window_handle
    for _ in range(5):  # it waits a moment for the other tab's answer, which may be late here
        page.load("/#/users")
        page.until(lambda: page.text("main h1"), "a page")
        if page.text("main h1") == "SMTP users":
            break
    page.see("SMTP users", "main h1")
    page.press("Sign out")
    page.until(lambda: provider.signed_out, "the provider's end of the session")
    assert provider.signed_out["post_logout_redirect_uri"] == page.url + "/" and provider.signed_out["id_token_hint"], provider.signed_out
    page.see("Sign in", "main button")
    page.driver.close()
    page.driver.switch_to.window(first)
    page.see("Sign in", "main button")
    assert second != first and not page.run("return sessionStorage.getItem('token')")


STORIES = (another_person, nobody_known_yet, back_and_stay_after_the_provider, further_tabs, expired, expired_with_a_key, another_key, expired_on_the_way, out, by_provider, expired_at_the_provider, another_way_at_the_provider, forged)

"""With the name of an account, and with an OpenID provider; a sign-in that expires; and out."""

from door import Door, Provider

STATE = "section[aria-labelledby=state]"


def forget(page):
    page.run("sessionStorage.setItem('token', 'x.y.z')")


def expired(page, platform, door):
    """The page stays, with what was typed."""
    platform.smtp_user("expiring")
    page.user("expiring")
    page.write("Description", "kept")
    forget(page)
    page.save("state")
    page.see("Your sign-in has expired", "#notice")
    page.until(lambda: page.focused().get_attribute("value") == "expired", "the account's field, filled in and focused")
    page.press("Sign in", "#notice")
    page.gone("Your sign-in has expired")
    page.save("state")
    page.see("Saved.", STATE)
    assert platform.call("GET", "/v1/smtp-users/expiring")["description"] == "kept"


def expired_on_the_way(page, platform, door):
    """A page that couldn't be read is read when the sign-in is good again."""
    platform.smtp_user("on-the-way")
    page.go("#/")
    page.see("on-the-way")
    forget(page)
    page.go("#/users/on-the-way")
    page.see("Your sign-in has expired")
    page.write("Account", "expired_on_the_way\n")
    page.see("on-the-way", "main h1")


def out(page, platform, door):
    platform.smtp_user("mine")
    page.load("/#/")
    page.see("mine")
    page.see("out", "#who .account")
    page.press("Sign out")
    page.see("Account", "main label")
    assert page.run("return sessionStorage.length + localStorage.length") == 0
    page.write("Account", "somebody-else\n")
    page.see("No SMTP users yet")


def theirs(page, platform, door):
    """An operator's provider, in front of the same platform."""
    provider = Provider(platform.token)
    page.url = Door(platform.http, provider).url
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
    """Back where one was, with what was typed, even when the first try there comes to nothing."""
    platform.smtp_user("across")
    provider = theirs(page, platform, door)
    page.load("/#/users/across")
    page.press("Sign in")
    page.see("across", "main h1")
    page.write("Description", "across the sign-in")
    page.write("Networks, one to a line", "127.0.0.0/8")
    forget(page)
    page.save("state")
    page.see("has expired", "#notice")
    provider.denies = True
    page.press("Sign in", "#notice")
    page.see("access_denied")
    provider.denies = False
    page.press("Sign in")
    page.see("What you had typed here is back", "#notice")
    assert page.value("Description") == "across the sign-in"
    assert page.value("Networks, one to a line") == "127.0.0.0/8"
    page.save("state")
    page.see("Saved.", STATE)


def forged(page, platform, door):
    """An answer that this tab didn't ask for signs nobody in."""
    provider = theirs(page, platform, door)
    page.load("/?code=c0de&state=forged")
    page.see("wasn’t begun in this tab")
    page.see("Sign in", "main button")
    provider.nonce = "another"
    page.press("Sign in")
    page.see("answered another sign-in")
    assert not page.run("return sessionStorage.getItem('token')")
    provider.nonce = None
    page.press("Sign in")
    page.see("SMTP users", "main h1")
    page.load("/?code=c0de&state=forged")
    page.see("you are signed in as before")
    page.see("SMTP users", "main h1")


STORIES = (expired, expired_on_the_way, out, by_provider, expired_at_the_provider, forged)

"""The device sheet as it is taken to the printer: one sheet of A4, whatever is on it, with a code that a reader reads."""

import pypdfium2
import zxingcpp

MAKERS = {"Brother", "Canon", "Epson", "HP", "Konica Minolta", "Kyocera", "Ricoh", "Xerox"}
SENDERS = ["scans@example.com", "invoices@example.com", "@example.org"]
LONG = "colour-copier.second-floor+branch-office@head-office.example.com"


INCH = 25.4  # millimetres


def printed(page):
    """Each sheet, as a function of the dots to the inch that it is looked at with."""
    page.until(lambda: page.all("svg.qr"), "the sheet")
    return [lambda dots, sheet=sheet: sheet.render(scale=dots / 72).to_pil() for sheet in pypdfium2.PdfDocument(page.printed())]


def with_each_maker(page):
    for maker in page.all(".vendors details"):
        page.run("arguments[0].open = true", maker)
        yield maker.find_element("css selector", "summary").text, printed(page)


def one_sheet(page, platform, door):
    """In both languages, by address and by password, with a name and a description that are as long as people make them."""
    platform.smtp_user("by-ip", ip="198.51.100.81")
    platform.smtp_user(LONG)
    platform.call("PATCH", f"/v1/smtp-users/{LONG}", {"description": "Second floor, beside the lift; ask at reception, extension 1234", "allowedSenders": SENDERS})
    faults = []
    for language in ("en", "de"):
        page.run("localStorage.setItem('language', arguments[0])", language)
        for name in ("by-ip", LONG):
            page.load(f"/#/users/{name}/device")
            [sheet] = printed(page)
            read = [code.text for code in zxingcpp.read_barcodes(sheet(300))]
            faults += [f"{language} {name}: read {read}"] if read != [page.driver.current_url.replace("+", "%2B").replace("@", "%40")] else []
            sheets = dict(with_each_maker(page))
            assert set(sheets) == MAKERS, sheets.keys()
            faults += [f"{language} {name} {maker}: {len(more)} sheets" for maker, more in sheets.items() if len(more) != 1]
    return faults


def read_from_afar(page, platform, door):
    """The code is as large as a phone needs it: with half the dots of what a printer prints it is read, too."""
    platform.smtp_user("from-afar")
    page.load("/#/users/from-afar/device")
    [sheet] = printed(page)
    [code] = zxingcpp.read_barcodes(sheet(150))
    assert code.text == page.driver.current_url, code.text
    millimetres = (code.position.top_right.x - code.position.top_left.x) / 150 * INCH
    assert 20 < millimetres < 30, millimetres


def which_port(page, platform, door):
    """One is recommended, and the others follow in the order to try."""
    platform.smtp_user("ports", ip="198.51.100.82")
    door.pretend = [("^/dashboard.json$", 200, lambda start: {**start, "relay": {**start["relay"], "startTlsPorts": [25, 2525, 587], "tlsPorts": [465]}})]
    page.load("/#/users/ports/device")
    page.see("587", ".settings")
    told = " ".join(page.text(".settings").split())
    assert "with STARTTLS" in told and "If that one doesn’t work: 465 (SSL/TLS), 2525 (STARTTLS), 25 (STARTTLS)." in told, told
    page.press("Brother", ".vendors")
    page.see("Web Based Management › Network › Protocol › SMTP Client")
    page.see("Your model may use other words.")


STORIES = (one_sheet, read_from_afar, which_port)

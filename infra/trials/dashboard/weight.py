"""What the page weighs on a thin line, and that both languages say everything."""

import json
import re
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[3] / "functions/src/main/resources/dashboard"
THIN = 400_000 / 8  # octets a second
VIEW = """const asked = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
    return [asked.length, asked.reduce((sum, one) => sum + one.transferSize, 0), Math.round(performance.now())]"""


def on_a_thin_line(page, platform, door):
    """A first view, and a second, for which nothing is sent again that was sent before."""
    platform.smtp_user("thin")
    page.cdp("Network.enable")
    page.cdp("Network.clearBrowserCache")
    page.cdp("Network.emulateNetworkConditions", offline=False, latency=100, downloadThroughput=THIN, uploadThroughput=THIN)
    try:
        weights = []
        for view in ("first", "second"):
            page.load("/#/")
            page.see("Needs a look", seconds=60)
            requests, octets, millis = page.run(VIEW)
            weights.append(octets)
            print(f"{view} view at 400 kbit/s: {requests} requests, {octets / 1000:.0f} kB, {millis / 1000:.1f} s")
            assert requests <= 14, requests
    finally:
        page.offline(False)
    assert weights[0] < 70_000 and weights[1] < 12_000, weights


def both_languages(page, platform, door):
    """Each text is there in both, with the same gaps to fill; and what the modules say is among them."""
    english, german = (json.loads((SOURCE / f"words/{tag}.json").read_text()) for tag in ("en", "de"))

    def gaps(text):
        return set(re.findall(r"\{(\w+)\}", json.dumps(text)))
    said = {key for file in SOURCE.rglob("*.js") for key in re.findall(r"\bt\('([^']+)'", file.read_text())}
    return [*[f"only in one: {key}" for key in english.keys() ^ german.keys()],
            *[f"other gaps: {key}" for key in english.keys() & german.keys() if gaps(english[key]) != gaps(german[key])],
            *[f"no such text: {key}" for key in said - english.keys()]]


STORIES = (on_a_thin_line, both_languages)

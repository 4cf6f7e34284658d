"""What the page weighs on a thin line."""

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


STORIES = (on_a_thin_line,)

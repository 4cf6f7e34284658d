"""The dashboard in a real Chromium, on the packaged platform: each story in an account of its own, then
every page and state held against axe-core in light and dark, at the width of a desk and of a phone.

    python3 infra/trials/dashboard AXE.js [--pictures FOLDER] [STORY …]

Needs selenium, pillow, pypdfium2, zxing-cpp, chromium and chromium-driver; .ci/dashboard brings them."""

import argparse
import sys
import time
import traceback
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import addresses
import areas
import changing
import finding
import keyboard
import looks
import paper
import setting_up
import signing_in
import trouble
import weight
from browser import Browser
from door import Door
from trial import Platform

ROOMS = (setting_up, paper, addresses, areas, changing, trouble, finding, signing_in, keyboard, weight)
STORIES = [story for room in ROOMS for story in room.STORIES] + [looks.in_german_too, looks.every_page_and_state]


def told(story, page, platform, door):
    """Its faults; none when it went as it should."""
    platform.token = platform.token_of(story.__name__)
    page.url = door.url
    page.become(platform.token)
    try:
        faults = story(page, platform, door) or []
    except Exception:  # noqa: BLE001 told, with what the browser said; the next story goes on
        faults = [traceback.format_exc(limit=-4, chain=False).split("Stacktrace:")[0]]
    page.let_go()
    page.look()
    door.reset()
    return faults + page.console()


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("axe", type=Path)
    arguments.add_argument("--pictures", type=Path)
    arguments.add_argument("stories", nargs="*")
    asked = arguments.parse_args()
    looks.PICTURES = asked.pictures
    began, failed = time.monotonic(), 0
    with Platform(RELAY_HOSTNAME="relay.example.com") as platform:
        door = Door(platform.http)
        page = Browser(door.url, asked.axe.read_text())
        try:
            for story in STORIES:
                if asked.stories and story.__name__ not in asked.stories:
                    continue
                faults = told(story, page, platform, door)
                failed += bool(faults)
                print("\n".join([f"{'FAILED' if faults else 'ok'} {story.__name__} ({time.monotonic() - began:.0f} s)", *faults]), flush=True)
        finally:
            page.quit()
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

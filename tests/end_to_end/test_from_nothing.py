"""A school is set up from nothing, as the README says it, until its first check-in is logged."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.async_api import Browser, expect

from tests.end_to_end.conftest import ROOT, bot_environment, free_port
from tests.end_to_end.scene import Scene, open_scene

pytestmark = pytest.mark.browser
FIVE_MINUTES = 5 * 60
READING = 12
"""Seconds that somebody takes to read one card or form and to find what to press; a test takes none."""


@pytest.fixture
def nothing(tmp_path: Path) -> Iterator[str]:
    """The address of a sandbox in which nothing is set up."""
    port = free_port()
    with (tmp_path / "sandbox.log").open("w+") as log:
        command = [sys.executable, "-m", "bot", "demo", "--empty", "--port", str(port)]
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT, env=bot_environment()
        )
        address = f"http://127.0.0.1:{port}"
        for _ in range(300):
            with suppress(URLError, ConnectionError):
                urlopen(f"{address}/healthz", timeout=1).close()
                break
            assert process.poll() is None, Path(log.name).read_text()
            time.sleep(0.1)
        yield address
        process.terminate()
        process.wait(10)


class Newcomer:
    """Fills in the forms, and counts how often there was something to read first."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.read = scene, 0

    async def fills(self, send: str, **typed: str) -> None:
        self.read += 1
        for label, value in typed.items():
            box = self.scene.dialog.get_by_label(label.replace("_", " "))
            if await box.evaluate("box => box.tagName") == "SELECT":
                await box.select_option(value)
            else:
                await box.fill(value)
        await self.scene.dialog.get_by_role("button", name=send, exact=True).click()
        await expect(self.scene.dialog).to_have_count(0)


async def test_from_nothing_to_the_first_check_in(browser: Browser, nothing: str):
    begun = time.monotonic()
    scene = await open_scene(browser, nothing)
    new = Newcomer(scene)
    await scene.rivera.write("/handrail setup")
    await scene.rivera.press("Next: The programme")
    await new.fills("Save", Name_of_the_team="Hill School helpers", Country="US", Time_zone="New York")
    await scene.rivera.press("Next: Numbers and room")
    await new.fills("Save", Phone_to_reach_you="555-0114", Room_where_helpers="Room 7")
    await scene.rivera.press("Next: You, the coordinator")
    await new.fills("Save", Your_own_phone="555-0114")
    await scene.rivera.press("Next: Backup")
    await new.fills("Save", Who_is_your_backup="okafor", Their_name="Mr. Okafor", Their_phone="555-0131")
    await scene.rivera.press("Next: Outside contact")
    await new.fills("Save", Their_name="Dr. Hale", Their_phone="555-0178")
    await scene.rivera.sees("All five steps are done.")
    await scene.picture("from-nothing-set-up")
    await scene.rivera.write("/roster add")
    await new.fills("Add", Who="maya", Their_name="Maya")
    await scene.maya.sees("Welcome to Handrail")
    await scene.maya.write("/checkin")
    await scene.picture("from-nothing-agreement")
    await scene.maya.press("I agree")
    await scene.dialog.get_by_text("Not worried").click()
    await new.fills("Log it")
    await scene.maya.sees("Logged")
    await scene.picture("from-nothing-logged")
    took = time.monotonic() - begun + READING * (new.read + 4)
    assert took < FIVE_MINUTES, f"{took:.0f} seconds, with time to read"

"""A coordinator writes to the team in a real browser: what is seen first is what every helper then reads."""

import pytest
from playwright.async_api import Browser

from tests.end_to_end.scene import open_scene

pytestmark = pytest.mark.browser

AGAINST = "Thursday is Suicide Prevention Day. Years ago a student committed suicide here."
BETTER = "Thursday is Suicide Prevention Day. Years ago a student died by suicide here."


async def test_an_announcement_is_seen_changed_sent_once_and_read_by_every_helper(
    browser: Browser, sandbox: str
) -> None:
    scene = await open_scene(browser, sandbox)
    words = scene.dialog.get_by_label("What should the team know?")
    see = scene.dialog.get_by_role("button", name="See it first")
    await scene.rivera.write("/handrail announce")
    await scene.dialog.get_by_label("What is it about?").fill("Thursday")
    await words.fill(AGAINST)
    await scene.picture("announcement-form")
    await see.click()
    await scene.rivera.sees("Please think about this first. You decide.")
    await scene.rivera.sees("“committed suicide”: Write “died by suicide”")
    await scene.picture("announcement-remarks")
    await scene.maya.never_saw(AGAINST)

    await scene.rivera.press("Change it")
    await words.fill(BETTER)
    await see.click()
    await scene.rivera.sees(BETTER)
    await scene.rivera.press("Send it")
    await scene.rivera.sees("On its way")
    for side in (scene.maya, scene.leo):
        await side.sees(BETTER)
        await side.sees("Crisis line, any hour:")
        await side.never_saw(AGAINST)
    await scene.okafor.never_saw(BETTER)
    await scene.picture("announcement-sent")

"""Setting up, adding somebody and opting a channel out, in a real browser."""

import pytest
from playwright.async_api import Browser, expect

from tests.end_to_end.scene import Scene, open_scene

pytestmark = pytest.mark.browser


async def _setup(scene: Scene) -> None:
    await scene.rivera.write("/handrail setup")
    await scene.rivera.sees("Setting up Harbor School peer helpers (sandbox)")


@pytest.mark.parametrize(("name", "width", "height"), [("wide", 1440, 900), ("phone", 390, 844)])
async def test_the_coordinator_sets_the_room_leaves_and_comes_back(
    browser: Browser, sandbox: str, name: str, width: int, height: int
):
    scene = await open_scene(browser, sandbox, width, height)
    await scene.switch_to("Ms. Rivera")
    await _setup(scene)
    await scene.picture(f"setup-{name}")
    await scene.rivera.press("Numbers and room")
    await expect(scene.dialog.get_by_label("Crisis line, any hour")).to_have_value("988 (call or text)")
    await scene.picture(f"setup-{name}-numbers")
    await scene.dialog.get_by_label("Room where helpers find you").fill("Room 9, upstairs")
    await scene.dialog.get_by_role("button", name="Save").click()
    await scene.rivera.sees("Room 9, upstairs")

    await scene.page.reload()
    await scene.switch_to("Ms. Rivera")
    await _setup(scene)
    await scene.rivera.press("Backup")
    await expect(scene.dialog.get_by_label("Who is your backup?")).to_have_value("okafor")
    await scene.dialog.get_by_label("Who is your backup?").select_option("maya")
    await scene.dialog.get_by_role("button", name="Save").click()
    await expect(scene.dialog.get_by_text("Maya is a helper on this team.")).to_be_visible()
    await scene.picture(f"setup-{name}-backup")
    await expect(scene.dialog.get_by_label("Their phone")).to_have_value("555-0131")
    await scene.dialog.get_by_role("button", name="Cancel").click()
    await scene.fits()

    await scene.switch_to("Maya")
    await scene.maya.write("/urgent")
    await scene.maya.sees("Room 9, upstairs")


async def test_every_step_opens_its_form(browser: Browser, sandbox: str):
    scene = await open_scene(browser, sandbox)
    await _setup(scene)
    for step in ("The programme", "You, the coordinator", "Outside contact"):
        await scene.rivera.press(step)
        await expect(scene.dialog.get_by_role("heading", name=step)).to_be_visible()
        await scene.picture(f"setup-{step.split()[-1].lower()}")
        await scene.dialog.get_by_role("button", name="Cancel").click()


async def test_somebody_new_is_added_welcomed_and_works(browser: Browser, sandbox: str):
    scene = await open_scene(browser, sandbox)
    await scene.sam.write("/checkin")
    await scene.sam.sees("You are not on this team's list yet.")
    await scene.rivera.write("/roster add")
    await scene.dialog.get_by_label("Who?").select_option("sam")
    await scene.dialog.get_by_label("Their name, as the team knows them").fill("Sam")
    await scene.picture("roster-add")
    await scene.dialog.get_by_role("button", name="Add", exact=True).click()
    await scene.rivera.sees("Sam is on the team")
    await scene.sam.sees("Welcome to Handrail")
    await scene.picture("roster-added")
    await scene.rivera.press("Who is on the team")
    await scene.rivera.sees("Sam · Helper")
    await scene.sam.write("/checkin tutoring 20m we did fractions")
    await scene.sam.sees("Logged")


async def test_a_channel_is_opted_out_and_in_and_a_message_taken_away(browser: Browser, sandbox: str):
    scene = await open_scene(browser, sandbox)
    for side in (scene.rivera, scene.maya):
        await side.pane.get_by_role("tab", name="#peer-team").click()
    await scene.rivera.write("/handrail stop watching")
    await scene.maya.sees("Handrail no longer reads along here")
    await scene.maya.write("my friend says he wants to die tonight")
    await scene.maya.never_saw("Only you can see this")
    await scene.rivera.write("/handrail watch")
    await scene.maya.sees("From now on software reads every message in this channel")
    await scene.picture("channel-notice")
    message = scene.maya.pane.get_by_role("article").filter(has_text="wants to die tonight")
    await message.hover()
    await message.get_by_role("button", name="Delete").click()
    await expect(message).to_have_count(0)
    await scene.rivera.never_saw("wants to die tonight")

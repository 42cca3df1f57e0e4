"""The main job in a real browser: what a helper does, and what each of the others then sees."""

import pytest
from playwright.async_api import Browser, expect

from tests.end_to_end.scene import Scene, Side, open_scene

pytestmark = pytest.mark.browser

DISCLOSURE = "P-7K2M listening 20m he told me he is going to kill himself tonight, then he laughed it off"
SECRETS = ("kill himself", "laughed it off")


async def _close_case(scene: Scene, side: Side) -> None:
    await side.press("Close with an outcome")
    await scene.dialog.get_by_label("Talked with the student, safe for now").check()
    await scene.dialog.get_by_label("Student seen or spoken with").check()
    await scene.dialog.get_by_label("Report made").check()
    await scene.dialog.get_by_label("Told", exact=True).check()
    await scene.picture("outcome-form")
    await scene.dialog.get_by_role("button", name="Close the case").click()


async def test_a_check_in_with_a_disclosure_pages_climbs_is_taken_and_closed(browser: Browser, sandbox: str):
    scene = await open_scene(browser, sandbox)
    await scene.maya.write(f"/checkin {DISCLOSURE}")
    await scene.maya.sees("Ms. Rivera is being told now")
    case = await scene.rivera.paged_case()
    await scene.picture("paged")
    await scene.rivera.never_saw(*SECRETS)
    await scene.leo.never_saw(*SECRETS, case)
    await scene.okafor.never_saw(case)

    await scene.move_clock("2 min")
    await scene.maya.sees("No answer yet: call or go")
    await scene.move_clock("5 min")
    await scene.okafor.sees(f"{case} · Immediate · somebody needs you")
    await scene.picture("backup-paged")

    await scene.okafor.press("I've got it: going now")
    await scene.okafor.sees(f"{case} · You have it")
    await scene.rivera.sees(f"{case} · Mr. Okafor has it")
    await scene.maya.sees("Mr. Okafor says: going now.")
    await scene.okafor.press("Show the note")
    await scene.okafor.sees("kill himself tonight")
    await scene.picture("note")
    await scene.rivera.never_saw(*SECRETS)

    await scene.okafor.press("I'm with the student")
    await _close_case(scene, scene.okafor)
    await scene.okafor.sees(f"{case} · closed")
    await scene.rivera.sees(f"{case} · closed")
    await scene.picture("closed")


async def test_urgent_needs_nothing_else_and_a_form_takes_ten_seconds(browser: Browser, sandbox: str):
    scene = await open_scene(browser, sandbox)
    await scene.leo.composer.press_sequentially("/urg")
    await expect(scene.leo.pane.get_by_role("option", name="/urgent")).to_be_visible()
    await scene.picture("completion")
    await scene.leo.composer.press("Tab")
    await scene.leo.composer.press("Enter")
    case = await scene.rivera.paged_case()
    await scene.rivera.press("I can't")
    await scene.okafor.sees(f"{case} · Immediate · somebody needs you")

    await scene.maya.write("/checkin")
    await expect(scene.dialog.get_by_text("Who was it with?")).to_be_visible()
    await scene.picture("check-in-form")
    await scene.dialog.get_by_role("button", name="Log it").click()
    await expect(scene.dialog).to_be_visible()  # "how worried" is never chosen for anybody
    await scene.dialog.get_by_label("Not worried").check()
    await scene.dialog.get_by_role("button", name="Log it").click()
    await expect(scene.dialog).to_be_hidden()
    await scene.maya.sees("Logged")


async def test_on_a_phone_one_notices_the_page_and_answers_it(browser: Browser, sandbox: str):
    scene = await open_scene(browser, sandbox, 390, 844)
    await scene.maya.write("he says he wants to die and has already written a goodbye note")
    await scene.maya.sees("Ms. Rivera is being told now")
    await scene.picture("phone-helper")
    await scene.switch_to("Ms. Rivera")
    case = await scene.rivera.paged_case()
    await scene.picture("phone-coordinator")
    await scene.rivera.press("By phone")
    await scene.rivera.sees(f"{case} · You have it")
    await scene.fits()


async def test_markup_in_a_note_is_shown_as_text(browser: Browser, sandbox: str):
    scene = await open_scene(browser, sandbox)
    await scene.maya.write("P-7K2M tutoring 30m <img src=x onerror=alert(1)> <b>bold</b> *stars*")
    await scene.maya.sees("<img src=x onerror=alert(1)> <b>bold</b> *stars*")


async def test_a_page_that_was_reloaded_still_shows_everything_and_its_buttons_work(
    browser: Browser, sandbox: str
):
    scene = await open_scene(browser, sandbox)
    await scene.maya.write("/urgent")
    case = await scene.rivera.paged_case()
    await scene.page.reload()
    await scene.rivera.press("In 10 minutes")
    await scene.rivera.sees(f"{case} · You have it")
    await scene.maya.sees("there in 10 minutes")


async def test_on_monday_every_helper_is_asked_how_the_week_was(browser: Browser, sandbox: str):
    scene = await open_scene(browser, sandbox)
    await scene.move_clock("Monday 9:00")
    for side in (scene.maya, scene.leo):
        await side.sees("How was your week as a helper?")
    await scene.maya.press("I'd like to talk")
    await scene.rivera.sees("A helper would like to talk")
    await scene.picture("monday")


async def test_a_disclosure_in_the_team_channel_is_answered_privately(browser: Browser, sandbox: str):
    scene = await open_scene(browser, sandbox)
    for side in (scene.leo, scene.maya):
        await side.pane.get_by_role("tab", name="#peer-team").click()
    await scene.leo.sees("Handrail reads along here")
    await scene.leo.write("does anybody know what to do, my friend says he wants to die tonight")
    await scene.leo.sees("Only you can see this")
    await scene.leo.sees("Ms. Rivera is being told now")
    await scene.maya.sees("my friend says he wants to die tonight")  # it stands in the channel, as typed
    await scene.maya.never_saw("Ms. Rivera is being told now")
    await scene.rivera.paged_case()
    await scene.picture("channel")

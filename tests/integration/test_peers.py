"""Peers by their codes: the tick at the first contact, the sheet, one's own list, and others' codes."""

import httpx
import pytest
from starlette.applications import Starlette

from adapters.web.sheet import sheet_routes
from bot.run import web
from handlers.cards.limits import SHEET
from handlers.chat import FormErrors, Reply
from handlers.languages import LANGUAGES, say_in
from handlers.pages import Pages
from storage import peers
from storage.db import Tx
from storage.words import Role
from tests.stage import Stage, button_of, only_card, only_form, words_of

TICK = "I said what I can't keep secret."


async def met(stage: Stage, user: str = "maya", code: str = "P-7K2M") -> object:
    """Log a contact; a new code is confirmed. Returns the card."""
    card = only_card(await stage.command(user, f"/checkin {code} tutoring 30m"))
    if "I don't know" in card.title:
        card = only_card(await stage.press(user, button_of(card, "Log it with this new code")))
    return card


async def listed(stage: Stage, user: str) -> str:
    return words_of(only_card(await stage.command(user, "/peers")))


# --- the first contact -------------------------------------------------------------------------


async def test_at_the_first_contact_the_helper_ticks_that_the_limits_were_said(stage: Stage):
    card = await met(stage)
    assert TICK in words_of(card)
    said = only_card(await stage.press("maya", button_of(card, "I said it")))
    assert "Kept for P-7K2M" in words_of(said)
    assert TICK not in words_of(await met(stage)), "once is enough"


async def test_as_long_as_it_is_not_ticked_it_is_asked_and_each_helper_for_themselves(stage: Stage):
    await met(stage)
    assert TICK in words_of(await met(stage))
    await stage.press("maya", "limits.said:1")
    assert TICK in words_of(await met(stage, "leo"))


async def test_a_group_s_check_in_asks_for_no_tick(stage: Stage):
    assert TICK not in words_of(only_card(await stage.command("maya", "/checkin tutoring 30m")))


async def test_nobody_ticks_for_a_peer_whom_they_never_met(stage: Stage):
    await met(stage)
    assert "somebody else's" in words_of(only_card(await stage.press("leo", "limits.said:1")))
    async with stage.app.database.read() as tx:
        assert not await peers.limits_said(tx, 2, 1)


# --- the grade ---------------------------------------------------------------------------------


async def test_after_the_first_contact_the_helper_may_add_the_grade_and_is_asked_no_more(stage: Stage):
    said = only_card(await stage.press("maya", button_of(await met(stage), "I said it")))
    form = only_form(await stage.press("maya", button_of(said, "Add their grade")))
    kept = only_card(await stage.submit("maya", form, grade="  Year   10 "))
    assert "Grade: Year 10" in words_of(kept)
    assert "Add their grade" not in words_of(only_card(await stage.press("maya", "limits.said:1")))
    listed = only_card(await stage.command("maya", "/peers"))
    one = only_card(await stage.choose("maya", listed, "P-7K2M"))
    assert "Grade: Year 10" in words_of(one)
    form = only_form(await stage.press("maya", button_of(one, "Change the grade")))
    forgotten = only_card(await stage.submit("maya", form, grade=""))
    assert "Grade: not known" in words_of(forgotten)


async def test_a_grade_is_short_and_a_helper_writes_only_their_own_peers_(stage: Stage):
    await met(stage)
    form = only_form(await stage.press("maya", "peers.grade:1"))
    (wrong,) = await stage.submit("maya", form, grade="in the class of Ms. Lee")
    assert isinstance(wrong, FormErrors)
    assert "At most 20 characters" in wrong.errors["grade"]
    assert "somebody else's" in words_of(only_card(await stage.press("leo", "peers.grade:1")))
    assert "somebody else's" in words_of(only_card(await stage.submit("leo", "peers.grade:1", grade="9")))
    form = only_form(await stage.press("rivera", "peers.grade:1"))
    await stage.submit("rivera", form, grade="9")
    async with stage.app.database.read() as tx:
        assert await peers.grade(tx, 1) == "9"


async def test_words_of_danger_in_the_grade_page_and_stand_nowhere_else(stage: Stage):
    await met(stage)
    form = only_form(await stage.press("maya", "peers.grade:1"))
    await stage.submit("maya", form, grade="she wants to die")
    assert "Urgent peer concern. Open Handrail." in [card.fallback for card in stage.inbox("rivera")]
    async with stage.app.database.read() as tx:
        assert await peers.grade(tx, 1) == ""


# --- what to say, and the sheet ----------------------------------------------------------------


async def test_what_to_say_is_quoted_in_chat_with_the_way_to_the_sheet(stage: Stage):
    card = await met(stage)
    shown = words_of(only_card(await stage.press("maya", button_of(card, "What to say"))))
    assert "If you may hurt yourself or end your life." in shown
    assert "I tell your parents nothing" in shown
    assert "Your coordinator has this on one page" in shown, "no address is known"
    stage.app.intake.pages = Pages(stage.app.database.keys, "https://handrail.example/team/", stage.clock.now)
    shown = words_of(only_card(await stage.press("maya", "limits")))
    assert "https://handrail.example/team/sheet/en" in shown


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_sheet_is_one_page_to_print_in_every_language(stage: Stage, language: str):
    transport = httpx.ASGITransport(web(stage.app, []))
    async with httpx.AsyncClient(transport=transport, base_url="https://handrail.example") as client:
        found = await client.get(f"/sheet/{language}")
        by_browser = await client.get("/sheet", headers={"accept-language": f"{language}-XX, en;q=0.5"})
    say = say_in(language)
    for page in (found, by_browser):
        assert page.status_code == 200
        assert f'<html lang="{language}">' in page.text
        assert "@media print" in page.text
        assert "<script" not in page.text
        for part in SHEET:
            assert say(part.heading) in page.text.replace("&#39;", "'")
    assert "P-" not in found.text


async def test_the_sheet_leaves_no_way_in_for_anything_foreign():
    transport = httpx.ASGITransport(Starlette(routes=sheet_routes()))
    async with httpx.AsyncClient(transport=transport, base_url="https://handrail.example") as client:
        found = await client.get("/sheet/%3Cscript%3E")
        posted = await client.post("/sheet/en")
    assert found.status_code == 404
    assert "<script" not in found.text
    assert "default-src 'none'" in found.headers["content-security-policy"]
    assert posted.status_code == 405


# --- one's own list ----------------------------------------------------------------------------


async def test_a_helper_sees_their_own_peers_by_code_and_nobody_else_s(stage: Stage):
    await met(stage, "maya", "P-7K2M")
    await stage.wait(60 * 24)
    await met(stage, "maya", "P-9QQ2")
    await met(stage, "leo", "P-4W4W")
    shown = await listed(stage, "maya")
    assert shown.index("P-9QQ2") < shown.index("P-7K2M"), "the latest first"
    assert "last contact" in shown
    assert "P-4W4W" not in shown


async def test_a_peer_opens_with_what_can_be_done(stage: Stage):
    await met(stage)
    card = only_card(await stage.command("maya", "/peers"))
    one = only_card(await stage.choose("maya", card, "P-7K2M"))
    shown = words_of(one)
    assert one.title == "P-7K2M"
    assert "Check-ins: 1" in shown
    assert "[Walk to an adult]" in shown
    await stage.press("maya", button_of(one, "I said it"))
    again = only_card(await stage.press("maya", "peers.one", value="1"))
    assert "I said it" not in words_of(again)
    assert "somebody else's" in words_of(only_card(await stage.press("leo", "peers.one", value="1")))


async def test_a_check_in_that_was_taken_back_shows_no_peer(stage: Stage):
    card = await met(stage)
    await stage.press("maya", button_of(card, "Undo"))
    assert "No peers yet" in await listed(stage, "maya")


async def test_the_coordinator_sees_everybody_by_code_and_no_name_of_a_peer(stage: Stage):
    await met(stage, "maya", "P-7K2M")
    await met(stage, "leo", "P-4W4W")
    form = only_form(await stage.press("rivera", "peer.name:P-7K2M"))
    await stage.submit("rivera", form, name="Noor Example")
    shown = await listed(stage, "rivera")
    assert "P-7K2M" in shown
    assert "P-4W4W" in shown
    assert "Noor" not in shown


async def test_a_backup_and_an_outside_contact_have_no_list(stage: Stage):
    await stage.outside_contact()
    for user in ("okafor", "hale"):
        assert "That is for coordinators" in await listed(stage, user)


async def test_a_lead_sees_their_own_peers_alone(stage: Stage):
    await stage.add("ana", "Ana", Role.LEAD)
    await met(stage, "maya")
    assert "P-7K2M" not in await listed(stage, "ana")


async def test_a_long_list_turns_its_pages(stage: Stage):
    codes = [f"P-2{first}{second}2" for first in "ABCDE" for second in "ABCDE"]
    async with stage.app.database.write() as tx:
        await many(tx, stage, codes)
    first = only_card(await stage.command("maya", "/peers"))
    second = only_card(await stage.press("maya", button_of(first, "More")))
    found = [code for code in codes if code in words_of(first)]
    rest = [code for code in codes if code in words_of(second)]
    assert len(found) == 20
    assert sorted([*found, *rest]) == codes


async def many(tx: Tx, stage: Stage, codes: list[str]) -> None:
    from storage import checkins
    from storage.words import Concern

    for code in codes:
        peer = await checkins.add_peer(tx, 1, code, stage.clock.now())
        await checkins.log(
            tx,
            programme_id=1,
            helper_id=1,
            peer_id=peer,
            service="tutoring",
            minutes=30,
            concern=Concern.NONE,
            note="",
            at=stage.clock.now(),
        )


# --- somebody else's code ----------------------------------------------------------------------


async def test_who_uses_another_s_code_is_answered_kindly_and_the_coordinator_sees_it(stage: Stage):
    await met(stage, "maya")
    shown = words_of(await met(stage, "leo"))
    assert "P-7K2M usually sees another helper. It is logged" in shown
    assert "Maya" not in shown, "nobody is told who that is"
    card = only_card(await stage.command("rivera", "/peers"))
    assert "• Leo logged P-7K2M" in words_of(card)
    settled = only_card(await stage.choose("rivera", card, "P-7K2M"))
    assert "P-7K2M is all right" in words_of(settled)
    assert "Leo logged" not in words_of(settled)
    assert "usually sees another helper" not in words_of(await met(stage, "leo"))


async def test_a_slip_that_is_mended_is_nobody_s_business(stage: Stage):
    await met(stage, "maya")
    card = await met(stage, "leo")
    await stage.press("leo", button_of(card, "Undo"))
    assert "Leo" not in await listed(stage, "rivera")


async def test_the_one_whose_peer_it_is_hears_nothing_of_it(stage: Stage):
    await met(stage, "maya")
    await met(stage, "leo")
    assert "usually sees another" not in words_of(await met(stage, "maya"))
    assert stage.inbox("maya") == []


# --- names where a code belongs ----------------------------------------------------------------


async def everything_kept(stage: Stage) -> str:
    """All that the database holds, opened."""
    from sqlalchemy import select

    from storage.models import Base

    found = []
    async with stage.app.database.read() as tx:
        for table in Base.metadata.sorted_tables:
            found += [str(tuple(row)) for row in await tx.execute(select(table))]
    return "\n".join(found)


async def test_a_name_instead_of_a_code_is_asked_again_and_not_kept(stage: Stage):
    form = only_form(await stage.command("maya", "/checkin"))
    refused = (
        await stage.submit(
            "maya",
            form.id,
            peer="Jordan Sample",
            service="tutoring",
            minutes="30",
            concern="none",
            note="fractions",
        )
    )[0]
    assert isinstance(refused, FormErrors)
    assert "P-7K2M" in refused.errors["peer"]
    assert "Jordan" not in str(refused.form)
    assert next(item.value for item in refused.form.inputs if item.name == "note") == "fractions"
    assert "Jordan" not in await everything_kept(stage)


async def test_a_name_typed_into_the_box_of_a_command_is_not_kept_but_the_rest_is(stage: Stage):
    asked = only_card(
        await stage.command("maya", '/checkin peer:"Jordan Sample" tutoring 30m fractions went well')
    )
    shown = words_of(asked)
    assert "Please use a code" in shown
    assert "Jordan" not in shown
    kept = await everything_kept(stage)
    assert "Jordan" not in kept
    assert "Nothing logged yet" in words_of(only_card(await stage.press("maya", "mine")))
    form = only_form(await stage.press("maya", button_of(asked, "Edit")))
    values = {item.name: getattr(item, "value", "") for item in form.inputs}
    assert (values["service"], values["minutes"], values["note"]) == ("tutoring", "30", "fractions went well")


async def test_a_code_typed_into_that_box_is_read_as_ever(stage: Stage):
    await met(stage)
    card = only_card(await stage.command("maya", '/checkin peer:"p 7k2m" tutoring 30m went well'))
    assert card.title == "Logged"
    assert "With: P-7K2M" in words_of(card)
    assert "went well" in words_of(card)


async def test_what_stands_where_a_code_belongs_is_screened_before_it_is_refused(stage: Stage):
    text = "Jordan Sample wants to kill himself tonight"
    for number, effects in enumerate(
        [
            await stage.command("maya", f'/checkin peer:"{text}" tutoring 30m'),
            await stage.submit(
                "maya", "checkin", peer=text, service="tutoring", minutes="30", concern="none"
            ),
            await stage.submit("rivera", "pair.add", code=text),
        ],
        1,
    ):
        assert any(isinstance(effect, Reply | FormErrors) for effect in effects), number
    assert "Immediate" in words_of(stage.inbox("rivera")[0])


async def test_a_coordinator_s_form_keeps_no_name_either(stage: Stage):
    form = only_form(await stage.press("rivera", "pair.add"))
    refused = (await stage.submit("rivera", form, code="Jordan S.", languages=("pt",)))[0]
    assert isinstance(refused, FormErrors)
    assert "never a name" in refused.errors["code"]
    assert "Jordan" not in str(refused.form)
    assert next(item.values for item in refused.form.inputs if item.name == "languages") == ("pt",)
    assert "Jordan" not in await everything_kept(stage)


async def test_a_form_that_the_platform_closes_keeps_no_name_in_its_draft(stage: Stage):
    from handlers.chat import FormSubmitted

    common = stage._common("rivera", "")
    event = FormSubmitted(
        **common, form="pair.add", values={"code": "Jordan S.", "languages": ("pt",)}, closed=True
    )
    card = only_card(await stage.receive(event))
    assert "never a name" in words_of(card)
    assert "Jordan" not in await everything_kept(stage)
    again = only_form(await stage.press("rivera", button_of(card, "Fix it")))
    assert next(item.values for item in again.inputs if item.name == "languages") == ("pt",)

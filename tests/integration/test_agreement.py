"""Helpers agree before their first check-in, to a new text, in a new term; a concern never waits for it."""

from datetime import date, timedelta

import pytest

from bot.first_start import FirstAdult, make_sure
from handlers.chat import OpenForm
from handlers.due import keep_house
from storage import agreements, cases, checkins, people, supervision_people
from storage.supervision_people import SchoolDays
from storage.words import Platform, Role
from tests.stage import START, Stage, button_of, only_card, only_form, words_of

OTHER_TEXT = "I keep what I hear to myself. I tell an adult when somebody is not safe."


@pytest.fixture
async def team(stage: Stage) -> Stage:
    """A team whose coordinator has asked for the agreement."""
    card = only_card(await stage.command("rivera", "/handrail agreement"))
    assert "not asked to agree to anything" in words_of(card)
    shown = only_card(await stage.press("rivera", button_of(card, "Ask helpers for it")))
    assert "Have agreed: 0 of 2" in words_of(shown)
    return stage


async def logged(stage: Stage, helper: int = 1):
    async with stage.app.database.read() as tx:
        return await checkins.latest(tx, helper, 9)


async def agree(stage: Stage, user: str):
    return await stage.press(user, button_of(only_card(await stage.command(user, "/checkin")), "I agree"))


async def test_the_text_comes_before_the_first_form_and_not_again(team: Stage):
    card = only_card(await team.command("maya", "/checkin"))
    shown = words_of(card)
    for words in ("What stays with me", "always tell an adult", "I never promise secrecy", "Version 1"):
        assert words in shown
    form = only_form(await team.press("maya", button_of(card, "I agree")))
    assert form.id == "checkin"
    async with team.app.database.read() as tx:
        current = await agreements.current(tx, 1)
        assert current is not None
        assert await agreements.signed_at(tx, 1, current.id) == {1: START}
    assert isinstance((await team.command("maya", "/checkin"))[0], OpenForm)
    manage = words_of(only_card(await team.command("rivera", "/handrail agreement")))
    assert "Have agreed: 1 of 2" in manage
    assert "Not yet: Leo" in manage


async def test_what_was_written_before_agreeing_is_in_the_form_that_follows(team: Stage):
    card = only_card(await team.command("maya", "/checkin tutoring 40m fractions make sense now"))
    assert "What you wrote is kept" in words_of(card)
    assert await logged(team) == []
    form = only_form(await team.press("maya", button_of(card, "I agree")))
    assert "fractions make sense now" in [getattr(item, "value", "") for item in form.inputs]
    await team.submit("maya", form, concern="none")
    (check_in,) = await logged(team)
    assert (check_in.service, check_in.minutes, check_in.note) == (
        "tutoring",
        40,
        "fractions make sense now",
    )


async def test_a_message_read_as_a_check_in_waits_for_it_too(team: Stage):
    draft = only_card(await team.write("maya", "tutoring 40m fractions make sense now"))
    asked = only_card(await team.press("maya", button_of(draft, "Log")))
    assert "What you wrote is kept" in words_of(asked)
    form = only_form(await team.press("maya", button_of(asked, "I agree")))
    await team.submit("maya", form, concern="none")
    assert [each.note for each in await logged(team)] == ["fractions make sense now"]


async def test_a_concern_never_waits_for_it(team: Stage):
    sent = await team.command("maya", "/checkin listening 20m he told me he wants to kill himself tonight")
    said = "\n---\n".join(words_of(effect.card) for effect in sent)
    assert "Our agreement" not in said
    assert len(await logged(team)) == 1
    assert any("Urgent" in card.fallback for card in team.inbox("rivera"))
    assert "Our agreement" not in words_of(only_card(await team.command("leo", "/urgent")))
    menu = only_card(await team.command("leo", "/handrail"))
    assert "Our agreement" not in words_of(only_card(await team.press("leo", button_of(menu, "I'm worried"))))
    async with team.app.database.read() as tx:
        assert len(await cases.of_programme(tx, 1)) >= 2


async def test_a_form_that_was_open_already_is_taken(stage: Stage):
    form = only_form(await stage.command("maya", "/checkin"))
    card = only_card(await stage.command("rivera", "/handrail agreement"))
    await stage.press("rivera", button_of(card, "Ask helpers for it"))
    sent = await stage.submit("maya", form, service="tutoring", minutes="30", concern="none", peer="none")
    assert words_of(only_card(sent)).startswith("Logged")


async def test_a_changed_text_is_a_new_version_that_everybody_reads_again(team: Stage):
    await agree(team, "maya")
    old = only_card(await team.command("leo", "/checkin"))
    card = only_card(await team.command("rivera", "/handrail agreement"))
    form = only_form(await team.press("rivera", button_of(card, "Read and change it")))
    same = words_of(only_card(await team.submit("rivera", form)))
    assert "Nothing was changed" in same
    saved = words_of(only_card(await team.submit("rivera", form, text=OTHER_TEXT)))
    assert "Version: 2\nHave agreed: 0 of 2" in saved
    shown = only_card(await team.command("maya", "/checkin"))
    assert OTHER_TEXT in words_of(shown)
    late = only_card(await team.press("leo", button_of(old, "I agree")))
    assert OTHER_TEXT in words_of(late), "nobody agrees to a text that they have not seen"
    assert isinstance((await team.press("leo", button_of(late, "I agree")))[0], OpenForm)
    own = words_of(only_card(await team.command("leo", "/handrail agreement")))
    assert "You have agreed to this, version 2" in own


async def test_it_is_renewed_with_each_term_and_two_weeks_before_it(team: Stage):
    async with team.app.database.write() as tx:
        terms = [SchoolDays("term", date(2026, 2, 2), date(2026, 3, 13))]
        terms.append(SchoolDays("term", date(2026, 3, 23), date(2026, 6, 12)))
        await supervision_people.set_school_days(tx, 1, terms)
    await agree(team, "maya")  # on the 2nd of March, three weeks before the new term
    team.clock.moment += timedelta(days=10)
    await agree(team, "leo")  # on the 12th
    assert isinstance((await team.command("maya", "/checkin"))[0], OpenForm)
    team.clock.moment += timedelta(days=11)
    assert "Our agreement" in words_of(only_card(await team.command("maya", "/checkin")))
    assert isinstance((await team.command("leo", "/checkin"))[0], OpenForm)
    await agree(team, "maya")
    assert isinstance((await team.command("maya", "/checkin"))[0], OpenForm)


async def test_the_digest_says_who_has_not_agreed_and_when_it_ends(team: Stage):
    async with team.app.database.write() as tx:
        terms = [SchoolDays("term", date(2026, 2, 2), date(2026, 3, 13))]
        terms.append(SchoolDays("term", date(2026, 3, 16), date(2026, 6, 12)))
        await supervision_people.set_school_days(tx, 1, terms)
    await agree(team, "maya")
    await keep_house(team.app.database, team.clock.now())
    await team.jump(7 * 24 * 60)
    digest = words_of(next(card for card in team.inbox("rivera") if "Your helpers" in card.title))
    assert "Have not agreed yet: Leo" in digest
    assert "to be renewed from Mon 16 Mar on" in digest


async def test_it_can_be_switched_off_and_coordinators_alone_change_it(team: Stage):
    card = only_card(await team.command("rivera", "/handrail agreement"))
    for action in ("agreement.text", "agreement.on", "agreement.off"):
        assert "That is for coordinators" in words_of(only_card(await team.press("okafor", action)))
    await team.press("rivera", button_of(card, "Ask for it no more"))
    assert isinstance((await team.command("maya", "/checkin"))[0], OpenForm)
    twice = only_card(await team.press("rivera", button_of(card, "Ask for it no more")))
    assert "Somebody else changed this" in words_of(twice)


async def test_a_programme_that_begins_anew_asks_from_the_start(stage: Stage):
    adults = [FirstAdult("U1", "Dr. Adeyemi")]
    made = await make_sure(
        stage.app.database, Platform.WEB, "anew", team_name="New", coordinators=adults, now=START
    )
    async with stage.app.database.write() as tx:
        helper = await people.add(tx, programme_id=made.id, name="Ines", roles=[Role.HELPER])
        await people.add_account(tx, helper, 2, "ines")
    new = Stage(stage.app, stage.clock, stage.platform, workspace="anew")
    stage.platform.workspaces |= {"anew"}
    assert "Our agreement" in words_of(only_card(await new.command("ines", "/checkin")))
    assert isinstance((await stage.command("maya", "/checkin"))[0], OpenForm), "others are not asked"

"""Walking a peer to an adult: with consent, told to the adults, followed until it ends, and never a page."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from handlers.chat import Card, FormErrors, Reply
from storage import events, handoffs
from storage.models import HandoffRow
from storage.words import Role
from tests.stage import START, Stage, button_of, only_card, only_form, words_of

DAY = 24 * 60
NOTE = "Spanish is easier for her"


async def met(stage: Stage, code: str = "P-7K2M", user: str = "maya") -> Card:
    card = only_card(await stage.command(user, f"/checkin {code} listening 20m"))
    if "I don't know" in card.title:
        card = only_card(await stage.press(user, button_of(card, "Log it with this new code")))
    return card


async def walk(stage: Stage, card: Card, user: str = "maya", **chosen: str) -> Card:
    form = only_form(await stage.press(user, button_of(card, "Walk to an adult")))
    values = {"consent": "yes", "planned": "now", "walker": "me", **chosen}
    return only_card(await stage.submit(user, form, **values))


def last(stage: Stage, user: str) -> str:
    return words_of(stage.inbox(user)[-1])


async def kept(stage: Stage) -> list[HandoffRow]:
    async with stage.app.database.read() as tx:
        return list(await tx.scalars(select(HandoffRow).order_by(HandoffRow.id)))


# --- the practice, from end to end -------------------------------------------------------------


async def test_a_walk_from_the_check_in_to_the_outcome(stage: Stage):
    on_the_way = words_of(await walk(stage, await met(stage), note=NOTE))
    assert "Ms. Rivera is told that P-7K2M comes." in on_the_way
    assert "Go to: Room 114" in on_the_way
    assert "This is no page" in on_the_way
    told = last(stage, "rivera")
    assert "A peer would like to talk with you" in told
    assert "How: the helper walks with them" in told
    assert NOTE not in told, "what was written stands in no message"
    note = words_of(only_card(await stage.press_last("rivera", "Show the note")))
    assert NOTE in note
    here = only_card(await stage.press_last("rivera", "They are here"))
    assert "P-7K2M has come to an adult" in last(stage, "maya")
    done = words_of(only_card(await stage.press("rivera", button_of(here, "We talked"))))
    assert "Outcome: We talked" in done
    assert "Agreed 10:00. Arrived 10:00." in done
    assert stage.inbox("okafor") == []
    assert "None is open" in words_of(only_card(await stage.press("rivera", "handoffs")))
    (row,) = await kept(stage)
    assert (row.consent, row.outcome, row.outcome_by) == ("yes", "talked", 3)


async def test_a_look_at_the_note_is_recorded_and_shown_fleetingly(stage: Stage):
    await walk(stage, await met(stage), note=NOTE)
    (shown,) = await stage.press_last("rivera", "Show the note")
    assert isinstance(shown, Reply)
    assert shown.fleeting
    async with stage.app.database.read() as tx:
        assert [each.deed for each in await events.audited(tx, "handoff:1")] == ["handoff_note_shown"]


async def test_not_yet_is_respected_and_nobody_is_told(stage: Stage):
    card = await walk(stage, await met(stage), consent="not_yet")
    shown = words_of(card)
    assert "That is their choice" in shown
    assert "[I'm worried]" in shown
    assert stage.inbox("rivera") == []
    assert "None is open" in words_of(only_card(await stage.press("rivera", "handoffs")))
    assert "somebody else's" in words_of(only_card(await stage.press("rivera", "handoff.here:1")))
    form = only_form(await stage.press("maya", button_of(card, "They said yes")))
    await stage.submit("maya", form, planned="today", walker="me")
    assert "P-7K2M" in last(stage, "rivera")
    assert len(await kept(stage)) == 1, "it is the same walk"


async def test_a_walk_from_a_peer_and_without_a_code(stage: Stage):
    await met(stage)
    peers = only_card(await stage.command("maya", "/peers"))
    one = only_card(await stage.choose("maya", peers, "P-7K2M"))
    await walk(stage, one)
    assert "P-7K2M" in last(stage, "rivera")
    nobody = only_card(await stage.command("leo", "/checkin tutoring 20m"))
    await walk(stage, nobody, user="leo")
    assert "somebody without a code" in last(stage, "rivera")


@pytest.mark.parametrize(
    ("label", "outcome"), [("They come again", "come_again"), ("They did not come", "did_not_come")]
)
async def test_every_outcome_is_kept_and_a_second_one_is_refused(stage: Stage, label: str, outcome: str):
    await walk(stage, await met(stage))
    await stage.press_last("rivera", label)
    assert (await kept(stage))[0].outcome == outcome
    assert ((await kept(stage))[0].arrived_at is None) == (outcome == "did_not_come")
    again = words_of(only_card(await stage.press("rivera", "handoff.end:1:talked")))
    assert "Somebody else changed this" in again
    assert (await kept(stage))[0].outcome == outcome


async def test_the_helper_says_that_they_are_there_or_that_it_came_to_nothing(stage: Stage):
    card = await walk(stage, await met(stage))
    assert "An adult has it from here" in words_of(
        only_card(await stage.press("maya", button_of(card, "We are there")))
    )
    assert (await kept(stage))[0].arrived_at is not None
    card = await walk(stage, await met(stage, "P-9QQ2"))
    await stage.press("maya", button_of(card, "It did not happen"))
    assert "They did not come" in last(stage, "rivera")
    assert (await kept(stage))[1].outcome == "did_not_come"


async def test_they_are_here_corrects_a_helper_who_said_that_it_came_to_nothing(stage: Stage):
    card = await walk(stage, await met(stage))
    await stage.press("maya", button_of(card, "It did not happen"))
    here = only_card(await stage.press("rivera", "handoff.here:1"))
    assert "Outcome" not in words_of(here)
    done = words_of(only_card(await stage.press("rivera", button_of(here, "We talked"))))
    assert "Outcome: We talked" in done
    again = words_of(only_card(await stage.press("rivera", "handoff.here:1")))
    assert "Somebody else changed this" in again
    assert (await kept(stage))[0].outcome == "talked"


async def test_an_adult_s_did_not_come_is_corrected_by_nobody(stage: Stage):
    await walk(stage, await met(stage))
    await stage.press_last("rivera", "They did not come")
    again = words_of(only_card(await stage.press("rivera", "handoff.here:1")))
    assert "Somebody else changed this" in again
    assert (await kept(stage))[0].arrived_at is None


async def test_whoever_was_told_hears_that_they_do_not_want_to_after_all(stage: Stage):
    first = await met(stage)
    card = await walk(stage, first, note=NOTE)
    await walk(stage, first, consent="not_yet")
    off = stage.inbox("rivera")[-1]
    assert "P-7K2M" in words_of(off)
    assert "Do they want to go?: Not yet" in words_of(off)
    assert stage.inbox("okafor") == []
    for label in ("We are there", "It did not happen"):
        assert "not there any more" in words_of(only_card(await stage.press("maya", button_of(card, label))))
    (row,) = await kept(stage)
    assert (row.arrived_at, row.outcome, row.next_at) == (None, "", None)


async def test_not_yet_and_not_yet_again_tells_nobody(stage: Stage):
    first = await met(stage)
    await walk(stage, first, consent="not_yet")
    await walk(stage, first, consent="not_yet")
    assert stage.inbox("rivera") == []


@pytest.mark.parametrize("way", ["They said yes", "Walk to an adult"])
async def test_what_the_helper_wrote_stands_in_the_form_that_changes_it(stage: Stage, way: str):
    first = await met(stage)
    card = await walk(stage, first, consent="not_yet", note=NOTE)
    form = only_form(await stage.press("maya", button_of({"They said yes": card}.get(way, first), way)))
    assert next(item.value for item in form.inputs if item.name == "note") == NOTE
    await stage.submit("maya", form, consent="yes", planned="now")
    assert NOTE in words_of(only_card(await stage.press_last("rivera", "Show the note")))


# --- somebody asks how it went -----------------------------------------------------------------


async def test_where_nobody_says_whether_they_arrived_both_are_asked_twice_at_most(stage: Stage):
    await walk(stage, await met(stage))
    await stage.wait(59)
    assert len(stage.inbox("rivera")) == 1
    await stage.wait(1)
    assert "Did they come?" in last(stage, "rivera")
    assert "Did you get there?" in last(stage, "maya")
    await stage.wait(5 * DAY)
    assert len([card for card in stage.inbox("rivera") if card.title == "Did they come?"]) == 2
    assert len([card for card in stage.inbox("maya") if card.title == "Did you get there?"]) == 2


async def test_nobody_is_asked_once_it_is_known(stage: Stage):
    await walk(stage, await met(stage))
    await stage.press_last("rivera", "They are here")
    await stage.wait(5 * DAY)
    assert not [card for card in stage.inbox("maya") if card.title == "Did you get there?"]


async def test_a_referral_is_followed_up_on_its_morning(stage: Stage):
    await walk(stage, await met(stage))
    form = only_form(await stage.press_last("rivera", "Referred on"))
    assert next(item.value for item in form.inputs if item.name == "day") == "2026-03-16"
    card = only_card(
        await stage.submit("rivera", form, where="the youth clinic, Ms. Placeholder", day="2026-03-10")
    )
    assert "clinic" not in words_of(card)
    await stage.wait(7 * DAY + 20 * 60)  # Tuesday, 7 in the morning: the clock has gone forward
    assert "follow up" not in last(stage, "rivera")
    await stage.wait(61)
    assert "P-7K2M was referred on. Did it work out?" in last(stage, "rivera")
    assert "clinic" not in last(stage, "rivera")
    assert "the youth clinic" in words_of(only_card(await stage.press_last("rivera", "Show the note")))
    week = only_card(await stage.press_last("rivera", "Ask in a week"))
    assert "I ask again on" in words_of(week)
    before = len(stage.inbox("rivera"))
    await stage.wait(7 * DAY)
    assert len(stage.inbox("rivera")) == before + 1
    await stage.press_last("rivera", "It is done")
    await stage.wait(30 * DAY)
    assert len(stage.inbox("rivera")) == before + 1
    assert "None is open" in words_of(only_card(await stage.press("rivera", "handoffs")))


@pytest.mark.parametrize("day", ["soon", "2026-03-02", "2026-02-01", "2029-01-01", "2026-13-40"])
async def test_a_day_that_cannot_be_is_asked_again_and_nothing_is_lost(stage: Stage, day: str):
    await walk(stage, await met(stage))
    form = only_form(await stage.press_last("rivera", "Referred on"))
    refused = (await stage.submit("rivera", form, where="the clinic", day=day))[0]
    assert isinstance(refused, FormErrors)
    assert "day" in refused.errors
    assert next(item.value for item in refused.form.inputs if item.name == "where") == "the clinic"
    assert (await kept(stage))[0].outcome == ""


async def test_where_they_arrived_the_adults_are_asked_once_how_it_went(stage: Stage):
    await walk(stage, await met(stage))
    await stage.press("maya", "handoff.there:1")
    await stage.wait(5 * DAY)
    titles = [card.title for card in stage.inbox("rivera")]
    assert titles.count("How did it go?") == 1
    assert "Did they come?" not in titles
    await stage.press_last("rivera", "They come again")
    assert (await kept(stage))[0].outcome == "come_again"


async def test_a_later_walk_with_the_same_peer_is_another_one(stage: Stage):
    await walk(stage, await met(stage))
    await stage.press("maya", "handoff.there:1")
    await stage.wait(DAY)
    await walk(stage, await met(stage), planned="today")
    first, second = await kept(stage)
    assert first.arrived_at is not None
    assert second.arrived_at is None


# --- it never stands in a page's place ---------------------------------------------------------


async def test_words_in_it_are_screened_and_page_and_stand_with_the_case_alone(stage: Stage):
    form = only_form(await stage.press("maya", button_of(await met(stage), "Walk to an adult")))
    await stage.submit("maya", form, consent="yes", planned="later", note="she wants to kill herself tonight")
    titles = [card.title for card in stage.inbox("rivera")]
    assert any("E-1" in title for title in titles), "the page"
    assert any("would like to talk" in title for title in titles), "and the walk"
    assert (await kept(stage))[0].note == ""
    assert (await kept(stage))[0].case_id == 1
    shown = "\n".join(words_of(card) for card in stage.inbox("rivera"))
    assert "kill herself" not in shown


async def test_they_page_before_anything_is_refused(stage: Stage):
    await met(stage)
    for effects in (
        await stage.submit("maya", "handoff:1", note="she wants to kill herself tonight"),
        await stage.submit("leo", "handoff:1", consent="yes", note="he wants to kill himself tonight"),
    ):
        assert effects
    assert len([card for card in stage.inbox("rivera") if "E-" in card.title]) == 2
    assert await kept(stage) == []


async def test_an_adult_whom_the_words_are_about_is_told_nothing_of_the_walk(stage: Stage):
    form = only_form(await stage.press("maya", button_of(await met(stage), "Walk to an adult")))
    effects = await stage.submit(
        "maya", form, consent="yes", planned="now", note="Ms. Rivera hits her, she is afraid to go home"
    )
    assert "Mr. Okafor is told" in "\n".join(words_of(effect.card) for effect in effects)
    assert stage.inbox("rivera") == []
    assert "would like to talk with you" in "\n".join(card.title for card in stage.inbox("okafor"))
    assert "None is open" in words_of(only_card(await stage.press("rivera", "handoffs")))
    for deed in ("handoff.here:1", "handoff.note:1", "handoff.end:1:talked", "handoff.refer:1"):
        assert "somebody else's" in words_of(only_card(await stage.press("rivera", deed)))
    await stage.wait(61)
    assert "Did they come?" not in stage.sees("rivera")


async def test_so_is_one_whom_an_earlier_check_in_with_that_peer_is_about(stage: Stage):
    await met(stage)
    logged = await stage.command(
        "maya", "/checkin P-7K2M listening 20m Ms. Rivera hits her, she is afraid to go home"
    )
    await walk(stage, logged[-1].card)
    assert stage.inbox("rivera") == []
    await met(stage, "P-9QQ2")
    assert "would like to talk" in "\n".join(card.title for card in stage.inbox("okafor"))


@pytest.mark.parametrize("how", ["later words", "the writer", "an edit"])
async def test_what_somebody_was_told_is_taken_away_once_a_case_leaves_them_out(stage: Stage, how: str):
    """Of a walk with the same peer, or from the same check-in; another peer's stays."""
    first = await met(stage)
    await walk(stage, await met(stage, "P-9QQ2"))
    await walk(stage, first)
    await stage.wait(61)
    assert "P-7K2M" in stage.sees("rivera")
    if how == "later words":
        await stage.command("maya", "/urgent P-7K2M Ms. Rivera hits her, she is afraid to go home")
    elif how == "an edit":
        form = only_form(await stage.press("maya", button_of(first, "Edit")))
        await stage.submit("maya", form, peer="", note="Ms. Rivera hits her, she is afraid to go home")
    else:
        await stage.command("maya", "/urgent P-7K2M is not well")
        assert "E-1" in stage.sees("rivera")
        asked = only_card(await stage.press("maya", "writer.staff:1"))
        await stage.choose("maya", asked, "Ms. Rivera")
    titles = [words_of(card) for card in stage.inbox("rivera")]
    assert not [each for each in titles if "P-7K2M" in each]
    assert [each for each in titles if "P-9QQ2" in each]


ABUSE = "Ms. Rivera hits her, she is afraid to go home"


async def test_what_was_told_of_a_walk_is_taken_away_once_the_case_gets_its_peer_s_code(stage: Stage):
    await met(stage)
    logged = (await stage.command("maya", f"/checkin listening 20m {ABUSE}"))[-1].card
    listed = only_card(await stage.command("maya", "/peers"))
    await walk(stage, only_card(await stage.choose("maya", listed, "P-7K2M")))
    assert "P-7K2M" in stage.sees("rivera"), "nobody knows yet that it is about this peer"
    form = only_form(await stage.press("maya", button_of(logged, "Edit")))
    await stage.submit("maya", form, peer="P-7K2M", concern="none")
    assert "P-7K2M" not in "\n".join(words_of(card) for card in stage.inbox("rivera"))
    assert "None is open" in words_of(only_card(await stage.press("rivera", "handoffs")))
    told = [card.title for card in stage.inbox("okafor") if "would like to talk" in card.title]
    assert len(told) == 1, "another adult waits for the peer in her place"
    await stage.submit("maya", form, peer="P-7K2M", minutes="30", concern="none")
    assert len([card for card in stage.inbox("okafor") if "would like to talk" in card.title]) == 1


async def test_a_case_about_somebody_new_keeps_its_adult_from_the_walk_with_them(stage: Stage):
    """The code is made after the case was opened, in the same form."""
    form = only_form(await stage.press("maya", "checkin"))
    await stage.submit(
        "maya", form, peer="new", service="listening", minutes="20", concern="none", note=ABUSE
    )
    listed = only_card(await stage.command("maya", "/peers"))
    await walk(stage, only_card(await stage.choose("maya", listed, "P-")))
    assert "would like to talk with you" not in "\n".join(card.title for card in stage.inbox("rivera"))
    assert "would like to talk with you" in "\n".join(card.title for card in stage.inbox("okafor"))


async def test_where_nobody_is_left_to_tell_the_helper_knows(stage: Stage):
    async with stage.app.database.write() as tx:
        from storage import roster

        for person in (3, 4):
            await roster.set_roles(tx, person, [])
    shown = words_of(await walk(stage, await met(stage)))
    assert "Nobody is told by this. Go together to an adult whom you both trust." in shown


async def test_who_is_away_is_told_only_where_nobody_else_is_there(stage: Stage):
    await stage.add("chen", "Ms. Chen", Role.COORDINATOR)
    form = only_form(await stage.press("rivera", "rota.away"))
    await stage.submit("rivera", form, first="2026-03-02", last="2026-03-03")
    await walk(stage, await met(stage))
    assert "would like to talk" in last(stage, "chen")
    assert stage.inbox("rivera") == []


# --- whose it is -------------------------------------------------------------------------------


@pytest.mark.parametrize("user", ["maya", "leo", "ana"])
@pytest.mark.parametrize(
    "deed",
    [
        "handoffs",
        "handoff.open",
        "handoff.here:1",
        "handoff.note:1",
        "handoff.end:1:talked",
        "handoff.refer:1",
        "handoff.followed:1:done",
    ],
)
async def test_what_comes_of_it_is_for_adults(stage: Stage, user: str, deed: str):
    await stage.add("ana", "Ana", Role.LEAD)
    await walk(stage, await met(stage), note=NOTE)
    shown = words_of(only_card(await stage.press(user, deed, value="1")))
    assert "That is for coordinators" in shown
    assert NOTE not in shown


@pytest.mark.parametrize(
    "deed", ["handoff:1", "handoff.peer:1", "handoff.again:1", "handoff.there:1", "handoff.no:1"]
)
async def test_a_walk_is_its_own_helper_s(stage: Stage, deed: str):
    await walk(stage, await met(stage))
    assert "somebody else's" in words_of(only_card(await stage.press("leo", deed)))


async def test_another_programme_finds_nothing_here(stage: Stage):
    await walk(stage, await met(stage))
    there = await stage.elsewhere()
    assert "None is open" in words_of(only_card(await there.press("tanaka", "handoffs")))
    assert "somebody else's" in words_of(only_card(await there.press("tanaka", "handoff.here:1")))


# --- the figure --------------------------------------------------------------------------------


async def figure(stage: Stage, since: int = 0, until: int = 30) -> tuple[int, int]:
    async with stage.app.database.read() as tx:
        found = await handoffs.asked_at_first_contact(
            tx, 1, START + timedelta(days=since), START + timedelta(days=until)
        )
    return found.asked, found.contacts


async def test_nobody_met_is_a_figure_of_none(stage: Stage):
    assert await figure(stage) == (0, 0)


async def test_how_many_asked_to_be_walked_to_the_counselor_at_their_first_contact(stage: Stage):
    for number, code in enumerate(("P-2222", "P-3333", "P-4444", "P-5555")):
        card = await met(stage, code)
        if number < 2:
            await walk(stage, card)
        if number == 2:
            await walk(stage, card, consent="not_yet")
    await stage.command("maya", "/checkin tutoring 20m")  # nobody in particular: no first contact
    assert await figure(stage) == (2, 4)


async def test_a_walk_that_came_to_nothing_was_asked_for_all_the_same(stage: Stage):
    await walk(stage, await met(stage))
    await stage.press_last("rivera", "They did not come")
    assert await figure(stage) == (1, 1)


async def test_a_walk_at_a_later_contact_is_not_one_at_the_first(stage: Stage):
    await met(stage)
    await stage.wait(3 * DAY)
    await walk(stage, await met(stage))
    assert await figure(stage) == (0, 1)
    assert await figure(stage, since=1) == (0, 0), "the first contact was before"


async def test_somebody_met_again_by_another_helper_is_no_first_contact(stage: Stage):
    await met(stage)
    await stage.wait(2 * DAY)
    await walk(stage, await met(stage, user="leo"), user="leo")
    assert await figure(stage) == (0, 1)


async def test_a_check_in_taken_back_is_no_contact(stage: Stage):
    card = await met(stage)
    await stage.press("maya", button_of(card, "Undo"))
    assert await figure(stage) == (0, 0)


async def test_outcomes_are_counted(stage: Stage):
    for code, label in (("P-2222", "We talked"), ("P-3333", "We talked"), ("P-4444", "They come again")):
        await walk(stage, await met(stage, code))
        await stage.press_last("rivera", label)
    await walk(stage, await met(stage, "P-5555"))
    async with stage.app.database.read() as tx:
        found = await handoffs.outcomes(tx, 1, START, START + timedelta(days=1))
    assert found == [("talked", 2), ("", 1), ("come_again", 1)]


async def test_no_adult_is_asked_at_night_whether_somebody_came(stage: Stage):
    await stage.wait(9 * 60)  # 19:00 at the school
    await walk(stage, await met(stage), planned="today")
    before = {user: len(stage.inbox(user)) for user in ("rivera", "maya")}
    await stage.wait(5 * 60)  # midnight
    assert {user: len(stage.inbox(user)) for user in before} == before
    await stage.wait(10 * 60)
    assert len(stage.inbox("rivera")) == before["rivera"] + 1
    assert len(stage.inbox("maya")) == before["maya"] + 1

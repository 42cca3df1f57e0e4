"""A coordinator writes to the team: seen first, with remarks, sent once, in people's own hours."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from handlers.chat import Card, Effect, FormErrors, Reply
from storage import people
from storage.models import CaseRow, DraftRow, OutboxRow, PeerRow, ProgrammeRow
from storage.words import Lane, Role
from tests.stage import Stage, button_of, only_card, only_form, words_of

NEWS = "We meet in the library this week. Bring a friend."
ABOUT = "World Suicide Prevention Day is on Thursday. We put up posters in the hall at lunch."
DANGER = "He told me that he is going to kill himself tonight."


async def write(
    stage: Stage, words: str = NEWS, subject: str = "This week", by: str = "rivera"
) -> Sequence[Effect]:
    """Fill in the form, and see what the team would read."""
    form = only_form(await stage.command(by, "/handrail announce"))
    return await stage.submit(by, form, subject=subject, words=words)


async def send(stage: Stage, seen: Card, by: str = "rivera", key: str = "") -> Card:
    return only_card(await stage.press(by, button_of(seen, "Send it"), key=key))


def refused(effects: Sequence[Effect]) -> tuple[FormErrors, str]:
    (errors,) = effects
    assert isinstance(errors, FormErrors)
    return errors, " ".join(errors.errors.values())


async def test_the_team_reads_exactly_what_was_seen_before_and_nobody_else_does(stage: Stage) -> None:
    await stage.add("kim", "Kim", Role.LEAD)
    effects = await write(stage)
    (seen,) = effects
    assert isinstance(seen, Reply)
    assert seen.fleeting
    assert stage.inbox("maya") == [], "nothing has gone yet"
    sent = await send(stage, seen.card)
    assert "3 helpers get it" in words_of(sent)
    for user in ("maya", "leo", "kim"):
        (card,) = stage.inbox(user)
        assert card.title == "This week"
        for line in words_of(card).splitlines():
            assert line in words_of(seen.card)
        assert NEWS not in card.fallback
        assert "This week" not in card.fallback
        assert "Rivera" not in card.fallback
    assert stage.inbox("okafor") == []
    assert stage.inbox("rivera") == []
    assert "988" not in words_of(stage.inbox("maya")[0])


async def test_it_is_no_page_and_gives_way_to_them(stage: Stage) -> None:
    await send(stage, only_card(await write(stage)))
    async with stage.app.database.read() as tx:
        rows = list(await tx.scalars(select(OutboxRow)))
    assert {(row.lane, row.page) for row in rows} == {(Lane.REST, False)}
    assert not [row.key for row in rows if "library" in row.key]


async def test_at_night_it_waits_for_each_helpers_own_morning(stage: Stage) -> None:
    await stage.wishes("leo", quiet=("20", "10"))
    stage.clock.moment += timedelta(hours=12)  # 22:00 at the school
    await send(stage, only_card(await write(stage)))
    assert stage.inbox("maya") == []
    stage.clock.moment += timedelta(hours=10, minutes=1)
    await stage.tick()
    assert NEWS in words_of(stage.inbox("maya")[-1])
    assert stage.inbox("leo") == []
    stage.clock.moment += timedelta(hours=2)
    await stage.tick()
    assert NEWS in words_of(stage.inbox("leo")[-1])


async def test_pressed_twice_it_goes_once(stage: Stage) -> None:
    seen = only_card(await write(stage))
    await asyncio.gather(send(stage, seen, key="one"), send(stage, seen, key="two"))
    await send(stage, seen)
    assert len(stage.inbox("maya")) == 1
    assert "not there any more" in stage.sees("rivera")


async def test_two_coordinators_who_send_the_same_reach_the_team_once(stage: Stage) -> None:
    await stage.add("silva", "Mx. Silva", Role.COORDINATOR)
    own, other = only_card(await write(stage)), only_card(await write(stage, by="silva"))
    answers = await asyncio.gather(send(stage, own), send(stage, other, by="silva"))
    assert sorted(card.title for card in answers) == ["Not sent again", "On its way"]
    assert len(stage.inbox("maya")) == 1
    stage.clock.moment += timedelta(hours=25)
    await send(stage, only_card(await write(stage)))
    assert len(stage.inbox("maya")) == 2, "the next day it is news again"


async def test_nobody_sends_what_somebody_else_wrote(stage: Stage) -> None:
    await stage.add("silva", "Mx. Silva", Role.COORDINATOR)
    seen = only_card(await write(stage))
    for label in ("Send it", "Change it", "Don't send it"):
        effects = await stage.press("silva", button_of(seen, label))
        assert "somebody else's" in words_of(only_card(effects))
    assert stage.inbox("maya") == []


async def test_what_was_changed_takes_the_place_of_what_was_there(stage: Stage) -> None:
    first = only_card(await write(stage))
    form = only_form(await stage.press("rivera", button_of(first, "Change it")))
    assert [item.value for item in form.inputs] == ["This week", NEWS]
    second = only_card(await stage.submit("rivera", form, words="We meet in the gym."))
    assert "not there any more" in words_of(await send(stage, first))
    await send(stage, second)
    (card,) = stage.inbox("maya")
    assert "gym" in words_of(card)


async def test_what_is_dropped_is_gone(stage: Stage) -> None:
    seen = only_card(await write(stage))
    assert "nothing of it is kept" in words_of(
        only_card(await stage.press("rivera", button_of(seen, "Don't")))
    )
    await send(stage, seen)
    assert stage.inbox("maya") == []
    async with stage.app.database.read() as tx:
        assert list(await tx.scalars(select(DraftRow))) == []


# --- safe messaging ----------------------------------------------------------------------------


async def test_about_suicide_it_always_says_where_help_is_in_each_readers_language(stage: Stage) -> None:
    async with stage.app.database.write() as tx:
        leo = await people.by_account(tx, 1, "leo")
        assert leo is not None
        await people.set_locale(tx, leo.id, "es")
    seen = only_card(await write(stage, ABOUT))
    assert "Software found nothing" in words_of(seen)
    assert "Crisis line, any hour: 988." in words_of(seen)
    await send(stage, seen)
    for user in ("maya", "leo"):
        told = words_of(stage.inbox(user)[-1])
        assert ABOUT in told
        assert "988" in told
        assert "911" in told


async def test_without_a_crisis_line_the_coordinator_is_told_and_the_rest_still_stands_there(
    stage: Stage,
) -> None:
    async with stage.app.database.write() as tx:
        await tx.execute(update(ProgrammeRow).values(crisis_line=""))
    seen = words_of(only_card(await write(stage, ABOUT)))
    assert "your programme has none" in seen
    assert "In danger now: 911." in seen


@pytest.mark.parametrize(
    ("words", "remark"),
    [
        ("A former student committed suicide. We remember them on Friday.", "died by suicide"),
        ("Sam died by suicide because of his grades.", "Leave the reason out"),
        ("He died by suicide and is in a better place now.", "no way out"),
        ("There is a suicide epidemic. One in five of you thinks about it.", "look common"),
        ("Suicide is selfish.", "words that judge"),
        ("He died by suicide and left a letter.", "Leave out notes"),
        ("Whatever students tell us stays secret.", "No secret can be promised"),
        ("Leo made the poster for Suicide Prevention Day.", "“Leo”: leave out the names"),
    ],
)
async def test_remarks_advise_and_do_not_decide(stage: Stage, words: str, remark: str) -> None:
    seen = only_card(await write(stage, words))
    assert remark in words_of(seen)
    assert "You decide" in words_of(seen)
    await send(stage, seen)
    assert words in words_of(stage.inbox("maya")[-1])
    assert remark not in words_of(stage.inbox("maya")[-1]), "remarks are for whoever wrote it"


async def test_ordinary_news_gets_no_remark(stage: Stage) -> None:
    seen = words_of(only_card(await write(stage, "Thank you, Maya and Leo! Pizza on Friday.")))
    assert "You decide" not in seen
    assert "988" not in seen


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("Our talk on suicide: last year somebody took many pills.", "tells how somebody was hurt"),
        ("P-7K2M gets a new tutor.", "leave peer codes out"),
        ("noor haddad gets a new tutor.", "“Noor Haddad” is somebody who is helped"),
        (" ", "fill this in"),
        ("word " * 201, "At most 1000 characters"),
    ],
)
async def test_what_cannot_go_is_refused_with_its_reason_and_kept_in_the_form(
    stage: Stage, words: str, why: str
) -> None:
    async with stage.app.database.write() as tx:
        tx.add(PeerRow(programme_id=1, code="P-4HNA", name="Noor Haddad", created_at=stage.clock.now()))
    errors, told = refused(await write(stage, words))
    assert why in told
    subject, kept = errors.form.inputs
    assert (subject.value, kept.value.strip()) == ("This week", words[:1000].strip())
    assert stage.inbox("maya") == []


async def test_one_word_of_a_peers_name_is_a_remark(stage: Stage) -> None:
    async with stage.app.database.write() as tx:
        tx.add(PeerRow(programme_id=1, code="P-4HNA", name="Grace Haddad", created_at=stage.clock.now()))
    assert "“Grace”: leave out" in words_of(only_card(await write(stage, "Grace is looking for a tutor.")))
    assert "leave out" not in words_of(only_card(await write(stage, "We act with grace.")))


# --- screening ---------------------------------------------------------------------------------


async def test_words_that_sound_like_danger_page_an_adult_and_are_not_sent(stage: Stage) -> None:
    effects = await write(stage, DANGER)
    held = effects[-1]
    assert isinstance(held, Reply)
    assert "not sent to the team" in words_of(held.card)
    assert any("E-1" in card.title for card in stage.inbox("rivera") + stage.inbox("okafor"))
    change = button_of(held.card, "Change it")
    await stage.press("rivera", change.action.replace("change", "send"))
    assert stage.inbox("maya") == []
    form = only_form(await stage.press("rivera", change))
    assert form.inputs[1].value == DANGER
    await send(stage, only_card(await stage.submit("rivera", form, words=NEWS)))
    assert NEWS in words_of(stage.inbox("maya")[-1])


async def test_words_that_may_be_a_concern_are_asked_about_and_can_still_go(stage: Stage) -> None:
    words = "If somebody tells you that they want to die, bring them to an adult at once."
    asked, seen = await write(stage, words)
    assert isinstance(asked, Reply)
    assert isinstance(seen, Reply)
    assert "need your coordinator now" in asked.card.title
    assert "sounds like a concern" in words_of(seen.card)
    await send(stage, seen.card)
    assert words in words_of(stage.inbox("maya")[-1])


async def test_whoever_may_not_write_to_the_team_is_heard_all_the_same(stage: Stage) -> None:
    await stage.submit("maya", "announce", subject="News", words=DANGER)
    assert "not for your role" in stage.sees("maya").casefold() or "coordinator" in stage.sees("maya")
    assert stage.inbox("leo") == []
    async with stage.app.database.read() as tx:
        assert len(list(await tx.scalars(select(CaseRow)))) == 1

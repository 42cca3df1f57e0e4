"""Nothing swallows a disclosure: whatever is refused, an adult is paged and the sender is told."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import cycle

import pytest

from handlers.chat import (
    Card,
    CommandUsed,
    Effect,
    FormErrors,
    Membership,
    Place,
    PlaceKind,
    Rank,
    User,
)
from handlers.due import keep_house
from handlers.refusals import Refusal
from handlers.registry import load
from storage import people, programmes, roster, supervision
from storage.words import Platform, Role
from tests.stage import Stage, button_of, only_card, only_form, words_of

DISCLOSURE = "he told me he wants to kill himself tonight"
LONG = f"{'we did fractions again. ' * 420}{DISCLOSURE}. {'then we did more. ' * 560}"
OUTCOME = {"outcome": "talked", "report": "made", "parents": "told"}
REGISTRY = load()

Deed = Callable[[Stage], Awaitable[Sequence[Effect]]]


async def suspend_maya(stage: Stage) -> None:
    async with stage.app.database.write() as tx:
        await people.suspend(tx, 1)


def pages(stage: Stage, user: str) -> list[Card]:
    """The pages that somebody got: cards that ask for an answer."""
    return [card for card in stage.inbox(user) if "I can't]" in words_of(card)]


# --- every refusal, with a disclosure in the words ---------------------------------------------


@dataclass(frozen=True)
class Provoked:
    """How a refusal is provoked by an event that carries words, who sends it and who is paged."""

    deed: Deed
    user: str = "maya"
    paged: str = "rivera"


async def by_a_suspended_helper(stage: Stage) -> Sequence[Effect]:
    await suspend_maya(stage)
    return await stage.write("maya", DISCLOSURE.replace("he told", "P-7K2M he told"))


async def by_an_observer(stage: Stage) -> Sequence[Effect]:
    await stage.add("reyes", "Dr. Reyes", Role.OBSERVER)
    return await stage.write("reyes", DISCLOSURE)


WITH_WORDS = {
    Refusal.FIGURES_ONLY: Provoked(by_an_observer, user="reyes"),
    Refusal.NOT_ON_ROSTER: Provoked(lambda it: it.command("sam", f"/checkin tutoring {DISCLOSURE}"), "sam"),
    Refusal.SUSPENDED: Provoked(by_a_suspended_helper),
    Refusal.NOT_ALLOWED: Provoked(lambda it: it.submit("maya", "roster.add", name=DISCLOSURE)),
    Refusal.NOT_FOUND: Provoked(lambda it: it.submit("maya", "checkin.edit:999", note=DISCLOSURE)),
    # The adult who raises a concern needs another one.
    Refusal.NO_SUCH_CODE: Provoked(
        lambda it: it.command("rivera", f"/peer {DISCLOSURE}"), user="rivera", paged="okafor"
    ),
    Refusal.OLD_BUTTON: Provoked(lambda it: it.submit("maya", "draft:x", note=DISCLOSURE)),
    Refusal.OLD_FORM: Provoked(lambda it: it.submit("maya", "nonsense", note=DISCLOSURE)),
    Refusal.NO_SUCH_COMMAND: Provoked(lambda it: it.command("maya", f"/nonsense {DISCLOSURE}")),
}


@pytest.mark.parametrize("refusal", WITH_WORDS, ids=lambda it: it.name.lower())
async def test_a_refused_disclosure_is_paged_and_its_writer_is_told_both(stage: Stage, refusal: Refusal):
    provoked = WITH_WORDS[refusal]
    effects = await provoked.deed(stage)

    page = words_of(stage.inbox(provoked.paged)[0])
    assert page.startswith("E-1 · Immediate")
    assert "Concern: Self-harm" in page
    raised, refused = (words_of(effect.card) for effect in effects)
    assert "is being told now" in raised
    assert refused == f"Not done\n{refusal.value}"


# --- every refusal of a button, which carries no words -----------------------------------------


async def close(stage: Stage, case_id: int) -> None:
    await stage.press("rivera", f"case.ack:{case_id}:now")
    form = only_form(await stage.press("rivera", f"case.close:{case_id}"))
    await stage.submit("rivera", form, **OUTCOME)


async def another_adult(stage: Stage) -> Sequence[Effect]:
    await stage.outside_contact()
    return await stage.press("hale", "case.note:1")


async def of_a_closed_case(stage: Stage) -> Sequence[Effect]:
    await stage.command("maya", "/urgent")
    await close(stage, 2)
    return await stage.press("okafor", "case.ack:2:now")


async def of_a_case_that_is_taken(stage: Stage) -> Sequence[Effect]:
    await stage.command("maya", "/urgent")
    await stage.press("rivera", "case.ack:2:now")
    return await stage.press("okafor", "case.ack:2:now")


async def a_no_that_comes_late(stage: Stage) -> Sequence[Effect]:
    await stage.write("maya", "I feel so hopeless")
    await stage.wait(10)
    return await stage.press("maya", "ask.no:2")


async def one_person_for_two(stage: Stage) -> Sequence[Effect]:
    await stage.command("leo", "/urgent I want to kill myself tonight")
    return await stage.press("leo", "writer.same:2:1")


async def an_outcome_over_a_new_note(stage: Stage) -> Sequence[Effect]:
    await stage.command("maya", "/urgent P-7K2M is not well")
    await stage.press("rivera", "case.ack:2:now")
    form = only_form(await stage.press("rivera", "case.close:2"))
    await stage.command("maya", "/urgent P-7K2M is worse now")
    return await stage.submit("rivera", form, **OUTCOME)


async def a_change_of_what_was_changed(stage: Stage) -> Sequence[Effect]:
    await keep_house(stage.app.database, stage.clock.now())
    return await stage.press("rivera", "schedule.pause:1:99")


async def a_second_round_at_once(stage: Stage) -> Sequence[Effect]:
    await keep_house(stage.app.database, stage.clock.now())
    async with stage.app.database.read() as tx:
        schedule = await supervision.of_prompt(tx, 1, "wellbeing")
    assert schedule is not None
    await stage.press("rivera", f"schedule.start:{schedule.id}")
    return await stage.press("rivera", f"schedule.start:{schedule.id}")


async def leads_about_what_they_may_not_read(stage: Stage) -> Sequence[Effect]:
    form = only_form(await stage.command("sam", "/nominate"))
    await stage.submit("sam", form, name="Sam")
    return await stage.press("rivera", "nomination.ask:1")


async def planned(stage: Stage, at: str = "15:30") -> None:
    form = only_form(await stage.press("rivera", "meeting.plan"))
    read = only_card(await stage.submit("rivera", form, when=f"once 2026-03-02 {at}"))
    await stage.press("rivera", button_of(read, "Save"))


async def who_came_to_a_meeting_to_come(stage: Stage) -> Sequence[Effect]:
    await planned(stage)
    return await stage.press("rivera", "meeting.tick:1:0")


async def calling_off_what_has_begun(stage: Stage) -> Sequence[Effect]:
    await planned(stage, "10:10")
    await stage.wait(10)
    return await stage.press("rivera", "meeting.off:1")


async def a_no_to_a_meeting_called_off(stage: Stage) -> Sequence[Effect]:
    await planned(stage)
    await stage.press("rivera", "meeting.off:1")
    return await stage.press("maya", "meeting.cannot:1")


def beginning(platform: Platform, rank: Rank, *, coordinated: bool = False) -> Deed:
    """Somebody begins the set-up where nobody coordinates; who was paged is an adult here all the same."""

    async def deed(stage: Stage) -> Sequence[Effect]:
        async with stage.app.database.write() as tx:
            await programmes.connect(tx, 1, platform, "there")
            if not coordinated:
                await roster.set_roles(tx, 3, {Role.BACKUP})
        event = CommandUsed(
            dedupe_key="begins",
            user=User(platform, "there", "sam"),
            place=Place(PlaceKind.CHANNEL, "hall"),
            at=stage.clock.now(),
            name="handrail",
            text="setup",
            membership=Membership(rank),
        )
        return await stage.receive(event)

    return deed


WITHOUT_WORDS: dict[Refusal, Deed] = {
    Refusal.SLACK_ADMIN_NEEDED: beginning(Platform.SLACK, Rank.MEMBER),
    Refusal.SLACK_DID_NOT_SAY: beginning(Platform.SLACK, Rank.UNKNOWN),
    Refusal.DISCORD_ADMIN_NEEDED: beginning(Platform.DISCORD, Rank.MEMBER),
    Refusal.DISCORD_DID_NOT_SAY: beginning(Platform.DISCORD, Rank.UNKNOWN),
    Refusal.COORDINATOR_THERE: beginning(Platform.SLACK, Rank.ADMINISTRATOR, coordinated=True),
    Refusal.NOT_YET: who_came_to_a_meeting_to_come,
    Refusal.MEETING_OVER: calling_off_what_has_begun,
    Refusal.NOT_HELD: a_no_to_a_meeting_called_off,
    Refusal.CHANGED: a_change_of_what_was_changed,
    Refusal.ROUND_OPEN: a_second_round_at_once,
    Refusal.NOT_ON_ROSTER: lambda it: it.press("sam", "checkin"),
    Refusal.NOT_ALLOWED: lambda it: it.press("maya", "case.note:1"),
    Refusal.NOT_ON_LADDER: another_adult,
    Refusal.LAST_COORDINATOR: lambda it: it.press("rivera", "roster.pause:3"),
    Refusal.NOT_SHARED: leads_about_what_they_may_not_read,
    Refusal.NO_HELPERS: lambda it: it.press("rivera", "training.record:9"),
    Refusal.NOT_FOUND: lambda it: it.press("maya", "writer.mistake:1"),
    Refusal.CASE_CLOSED: of_a_closed_case,
    Refusal.ALREADY_TAKEN: of_a_case_that_is_taken,
    Refusal.PAGED_ALREADY: a_no_that_comes_late,
    Refusal.NOT_ONE_PERSON: one_person_for_two,
    Refusal.NEW_NOTE: an_outcome_over_a_new_note,
    Refusal.OLD_BUTTON: lambda it: it.press("rivera", "case.ack:1:whenever"),
}


@pytest.mark.parametrize("refusal", WITHOUT_WORDS, ids=lambda it: it.name.lower())
async def test_a_refused_button_is_answered_and_what_was_raised_before_goes_on_being_paged(
    stage: Stage, refusal: Refusal
):
    await stage.command("leo", f"/urgent {DISCLOSURE}")
    effects = await WITHOUT_WORDS[refusal](stage)
    assert words_of(only_card(effects)) == f"Not done\n{refusal.value}"

    def paged() -> int:
        return sum(card.title.startswith("E-1 · Immediate") for card in pages(stage, "rivera"))

    before = paged()
    assert before
    await stage.wait(5)
    assert paged() > before


def test_every_refusal_is_provoked():
    assert set(WITH_WORDS) | set(WITHOUT_WORDS) == set(Refusal), "a new refusal needs a line in a table"


# --- every command and every form, from whoever sends it ---------------------------------------

ARGUMENTS = ("", ":x", ":1", ":999999", ":1:1", ":-1:yes", f":{10**30}")
"""What may stand behind a form's name: nothing, nonsense, ids of others' things, ids of nothing."""
SENDERS = ("sam", "maya", "leo")
"""Somebody off the roster, a suspended helper, a helper."""
one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what goes through the whole registry: it is the same front door on every database."""


@pytest.fixture
async def busy(stage: Stage) -> Stage:
    """Leo is a helper, Maya is suspended, Sam is nobody; others' cases and check-ins are there already."""
    await suspend_maya(stage)
    await stage.command("kim", "/urgent")
    await stage.command("rivera", "/checkin tutoring 20m went well")
    return stage


def typed(words: str) -> dict[str, object]:
    """Words in every text input that there is, and in one that there may be one day."""
    return dict.fromkeys(("note", "text", "where", "who", "name", "phone", "something_new"), words)


async def assert_paged_and_answered(stage: Stage, effects: Sequence[Effect], before: int) -> None:
    assert len(pages(stage, "rivera")) > before
    assert effects, "never answered with nothing"
    cards = [words_of(effect.card) for effect in effects if hasattr(effect, "card")]
    assert "is being told now" in cards[0]
    assert not any("That did not work" in card for card in cards)


@one_database
@pytest.mark.parametrize("words", [DISCLOSURE, LONG], ids=["short", "20,000"])
@pytest.mark.parametrize("sender", SENDERS)
@pytest.mark.parametrize("name", sorted(REGISTRY.commands))
async def test_every_command_pages_what_is_written_behind_it(busy: Stage, name: str, sender: str, words: str):
    for channel in (False, True):
        before = len(pages(busy, "rivera"))
        effects = await busy.command(sender, f"/{name} {words} {channel}", channel=channel)
        await assert_paged_and_answered(busy, effects, before)


@one_database
@pytest.mark.parametrize("sender", SENDERS)
@pytest.mark.parametrize("name", sorted(REGISTRY.forms))
async def test_every_form_pages_what_is_written_in_it(busy: Stage, name: str, sender: str):
    for number, arguments in enumerate(ARGUMENTS):
        before = len(pages(busy, "rivera"))
        effects = await busy.submit(sender, f"{name}{arguments}", **typed(f"{DISCLOSURE} {number}"))
        await assert_paged_and_answered(busy, effects, before)


@one_database
@pytest.mark.parametrize(("name", "sender"), list(zip(sorted(REGISTRY.forms), cycle(SENDERS), strict=False)))
async def test_every_form_pages_a_disclosure_in_the_middle_of_far_too_much_text(
    busy: Stage, name: str, sender: str
):
    assert len(LONG) > 20_000
    for arguments in ("", ":1"):
        before = len(pages(busy, "rivera"))
        words = {"note": "x", "text": LONG, "where": f"{arguments} {LONG}", "who": "y", "name": LONG}
        effects = await busy.submit(sender, f"{name}{arguments}", **words)
        await assert_paged_and_answered(busy, effects, before)
        note = only_card(await busy.press_last("rivera", "Show the note"))
        assert "the note" in note.title


@one_database
@pytest.mark.parametrize("words", [DISCLOSURE, LONG], ids=["short", "20,000"])
@pytest.mark.parametrize("sender", SENDERS)
@pytest.mark.parametrize("name", sorted(name for name in REGISTRY.forms if name.startswith("writer.")))
async def test_words_in_a_form_about_ones_own_case_join_it_and_page(
    busy: Stage, name: str, sender: str, words: str
):
    await busy.command(sender, "/urgent")
    before = len(pages(busy, "rivera"))
    effects = await busy.submit(sender, f"{name}:2", **typed(words))
    await assert_paged_and_answered(busy, effects, before)
    assert {card.title.split(" · ")[0] for card in busy.inbox("rivera")} == {"E-1", "E-2"}
    note = words_of(only_card(await busy.press("rivera", "case.note:2")))
    assert "the note" in note
    if words == DISCLOSURE:
        assert DISCLOSURE in note


@pytest.mark.parametrize("name", sorted(name for name, (_, it) in REGISTRY.forms.items() if not it.screened))
async def test_an_adults_own_report_pages_nobody_and_is_answered(busy: Stage, name: str):
    for arguments in ARGUMENTS:
        assert await busy.submit("rivera", f"{name}{arguments}", **typed(DISCLOSURE))
    assert {card.title.split(" · ")[0] for card in busy.inbox("rivera")} == {"E-1"}
    assert busy.inbox("okafor") == []


@pytest.mark.parametrize("name", sorted(name for name, (_, it) in REGISTRY.forms.items() if not it.screened))
def test_what_is_not_screened_is_only_for_adults(name: str):
    _, rights = REGISTRY.forms[name]
    assert rights.roles
    assert not {role.value for role in rights.roles} & {"helper", "lead"}
    assert not rights.anyone


# --- a form that is asked for again ------------------------------------------------------------


@pytest.mark.parametrize("peer", ["P-7K2M", "new", "none"])
@pytest.mark.parametrize("wrong", ["concern", "minutes", "service"])
async def test_a_form_with_errors_has_paged_and_the_corrected_one_is_the_same_case(
    stage: Stage, peer: str, wrong: str
):
    asked = only_card(await stage.command("maya", "/checkin P-7K2M tutoring 30m"))
    await stage.press("maya", button_of(asked, "Log it"))
    form = only_form(await stage.command("maya", "/checkin"))
    given = {"peer": peer, "note": DISCLOSURE, "concern": "soon"}

    refused = await stage.submit("maya", form, **{**given, wrong: ""})
    assert "Ms. Rivera is being told now" in words_of(refused[0].card)
    assert isinstance(refused[1], FormErrors)
    assert set(refused[1].errors) == {wrong}
    assert len(stage.inbox("rivera")) == 1

    corrected = await stage.submit("maya", form, **given)
    assert [words_of(effect.card).splitlines()[0] for effect in corrected] == [
        "Added to E-1. Ms. Rivera is being told now",
        "Logged",
    ]
    assert len(stage.inbox("rivera")) == 1, "the page is there already"
    assert "E-2" not in stage.sees("maya")
    await stage.wait(2)
    assert [card.title.split(" · ")[0] for card in stage.inbox("rivera")] == ["E-1", "E-1"]


async def test_a_corrected_form_that_now_says_danger_is_the_same_case_and_pages_again(stage: Stage):
    form = only_form(await stage.command("maya", "/checkin"))
    note = "P-7K2M he wants to die"
    await stage.submit("maya", form, peer="new", minutes="", concern="soon", note=note)
    assert words_of(stage.inbox("rivera")[0]).startswith("E-1 · Soon")
    await stage.submit("maya", form, peer="new", concern="immediate", note=note)
    assert words_of(stage.inbox("rivera")[-1]).startswith("E-1 · Immediate")
    assert "E-2" not in stage.sees("rivera")


async def test_the_same_words_typed_again_are_the_same_case_and_page_again(stage: Stage):
    """Somebody who types the same cry twice means: has nobody heard me?"""
    await stage.command("maya", "/urgent help")
    await stage.press_last("rivera", "I've got it")
    await stage.press("rivera", "case.seen:1:yes")
    await stage.wait(20)
    before = len(pages(stage, "rivera"))
    await stage.command("maya", "/urgent help")
    assert len(pages(stage, "rivera")) > before
    assert "E-2" not in stage.sees("rivera")

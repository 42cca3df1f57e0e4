"""A programme teaches the screening: its own words are tried, saved, found, counted, and taken away again."""

import asyncio
import logging
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from io import StringIO

import pytest
import structlog
from sqlalchemy import select, text

from bot import logs
from handlers import cardjson
from handlers.chat import Card, Effect, FormErrors, Reply
from handlers.local_words import MOST
from storage import cases, events, local_words
from storage.db import Database
from storage.models import Base, CheckInRow, OutboxRow
from storage.words import Category, Role, Urgency
from tests.integration.test_meetings import plan, until, write_note
from tests.stage import Stage, button_of, only_card, only_form, words_of

PHRASE = "old quarry"
NOTE = "tutoring 30m we looked at the map, he drew the OLD QUARRRY again"
DULL = "fractions again, we used pizza slices"
ALREADY = f"he wants to kill himself tonight at the {PHRASE}"


async def trial(stage: Stage, words: str = PHRASE, by: str = "rivera", **values: str) -> Sequence[Effect]:
    """Fill in the form and see what the words would have done."""
    listing = only_card(await stage.command(by, "/handrail words"))
    form = only_form(await stage.press(by, button_of(listing, "Add words")))
    return await stage.submit(by, form, **{"words": words, "category": "self_harm", "deed": "soon", **values})


async def teach(stage: Stage, words: str = PHRASE, by: str = "rivera", **values: str) -> Card:
    """The whole way, to the list with the words on it."""
    tried = only_card(await trial(stage, words, by, **values))
    return only_card(await stage.press(by, button_of(tried, "Save")))


async def untaught(stage: Stage, listing: Card, words: str = PHRASE) -> Card:
    one = only_card(await stage.choose("rivera", listing, f"“{words}”"))
    return only_card(await stage.press("rivera", button_of(one, "Remove")))


def refused(effects: Sequence[Effect]) -> str:
    (errors,) = effects
    assert isinstance(errors, FormErrors)
    return " ".join(errors.errors.values())


async def rows(stage: Stage) -> list[local_words.Entry]:
    async with stage.app.database.read() as tx:
        return await local_words.entries(tx, 1)


# --- from words to a page ----------------------------------------------------------------------


async def test_words_that_are_added_page_an_adult_with_a_theme_and_without_the_words(stage: Stage):
    await stage.command("maya", f"/checkin {NOTE}")
    assert stage.inbox("rivera") == [], "nobody looks for them yet"
    listing = await teach(stage)
    assert f"Saved. Handrail looks for “{PHRASE}” from now on." in words_of(listing)
    assert f"“{PHRASE}” · Self-harm or suicide · Page an adult" in words_of(listing)

    answer = await stage.command("maya", f"/checkin {NOTE}")
    assert "is being told now" in words_of(only_card(answer[:1]))
    (page,) = stage.inbox("rivera")
    assert "Self-harm or suicide" in words_of(page)
    assert "the programme's own words" in words_of(page)
    assert "found by screening" in words_of(page)
    assert "quarr" not in words_of(page).casefold()
    assert "quarr" not in page.fallback.casefold()
    note = words_of(only_card(await stage.press("rivera", button_of(page, "Show the note"))))
    assert "These are words that your programme looks for. “OLD QUARRRY”" in note


async def test_words_that_are_removed_page_nobody_any_more(stage: Stage):
    listing = await untaught(stage, await teach(stage))
    assert f"Removed. Handrail no longer looks for “{PHRASE}”." in words_of(listing)
    assert "None yet" in words_of(listing)
    await stage.command("maya", f"/checkin {NOTE}")
    assert stage.inbox("rivera") == []


async def test_words_that_only_ask_page_nobody_before_the_writer_has_answered(stage: Stage):
    await teach(stage, deed="possible", category="unsure")
    asked = await stage.write("maya", f"he drew the {PHRASE} again and went quiet")
    assert "now?" in words_of(only_card(asked))
    assert stage.inbox("rivera") == []
    await stage.wait(11)
    assert "the programme's own words" in words_of(stage.inbox("rivera")[0])


async def test_they_are_found_in_a_channel_that_is_read_and_in_a_form(stage: Stage):
    await teach(stage)
    await stage.write("leo", f"who else is going to the {PHRASE}", channel=True)
    assert len(stage.inbox("rivera")) == 1
    form = only_form(await stage.command("maya", "/checkin"))
    await stage.submit("maya", form, concern="none", note=f"he drew the {PHRASE}")
    assert len(stage.inbox("rivera")) == 2


async def test_what_rules_find_stays_as_urgent_as_it_was(stage: Stage):
    await teach(stage, deed="possible")
    await stage.write("maya", ALREADY)
    assert words_of(stage.inbox("rivera")[0]).startswith("E-1 · Immediate")


async def test_a_programmes_words_are_nobody_elses(stage: Stage):
    await teach(stage)
    elsewhere = await stage.elsewhere()
    await elsewhere.write("nina", f"he drew the {PHRASE} again and went quiet")
    assert stage.inbox("tanaka") == []
    assert PHRASE not in words_of(only_card(await elsewhere.command("tanaka", "/handrail words")))
    assert "Not done" in words_of(only_card(await elsewhere.press("tanaka", "words.remove:1")))
    assert "Not done" in words_of(only_card(await elsewhere.press("tanaka", "words.pick", value="1")))
    await stage.write("maya", f"he drew the {PHRASE} again and went quiet")
    assert len(stage.inbox("rivera")) == 1


# --- what may be added -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("the", "harmless texts that come with Handrail hold this"),
        ("he", "harmless texts that come with Handrail hold this"),
        ("School", "harmless texts that come with Handrail hold this"),
        ("...", "Please write at least two letters."),
        ("z!", "Please write at least two letters."),
        ("one two three four five six seven", "At most 6 words, please."),
        ("quarry " * 9, "At most 60 characters, please; these are 62."),
        ("with P-7K2M", "Please leave peer codes out"),
        ("  ", "Please fill this in."),
    ],
)
async def test_what_cannot_be_looked_for_is_refused_and_kept_in_the_form(stage: Stage, words: str, why: str):
    effects = await trial(stage, words)
    assert why in refused(effects)
    assert isinstance(effects[0], FormErrors)
    kept = [getattr(each, "value", "") for each in effects[0].form.inputs]
    assert kept == [words.strip()[:60], "self_harm", "soon"]
    assert await rows(stage) == []


@pytest.mark.parametrize("values", [{"category": ""}, {"deed": ""}, {"deed": "immediate"}])
async def test_what_was_not_chosen_is_asked_for_and_nothing_is_immediate(
    stage: Stage, values: dict[str, str]
):
    assert refused(await trial(stage, **values)) == "Please choose one."
    assert await rows(stage) == []


async def test_signs_of_rules_are_taken_as_plain_words(stage: Stage):
    tried = only_card(await trial(stage, "(map|quarry)* .. ?"))
    assert "Looked for as: map quarry" in words_of(tried)
    await stage.press("rivera", button_of(tried, "Save"))
    await stage.write("maya", "he drew a map of the quarrying works, it took an hour")
    assert stage.inbox("rivera") == []
    await stage.write("maya", "he drew that map, quarry and all, it took an hour")
    assert len(stage.inbox("rivera")) == 1


async def test_words_of_danger_can_be_typed_into_the_form_without_a_page(stage: Stage):
    await trial(stage, "wants to kill himself")
    assert stage.inbox("okafor") == stage.inbox("rivera") == []


async def test_but_not_by_a_helper(stage: Stage):
    (_, answer) = await stage.submit("maya", "words.add", words="he wants to kill himself tonight")
    assert isinstance(answer, Reply)
    assert "That is for coordinators" in words_of(answer.card)
    assert len(stage.inbox("rivera")) == 1


async def test_the_same_words_are_there_once_whatever_their_capitals(stage: Stage):
    await teach(stage)
    assert "on your list already" in refused(await trial(stage, "Óld  QUARRY!"))


async def test_several_who_add_the_same_at_once_add_it_once(stage: Stage):
    everybody = ["rivera", "ito", "amin", "lund"]
    for user in everybody[1:]:
        await stage.add(user, f"Ms. {user}", Role.COORDINATOR)
    saves = [button_of(only_card(await trial(stage, by=by)), "Save") for by in everybody]
    # Every one of them has a connection to the database by now.
    await asyncio.gather(*(stage.press(by, "words") for by in everybody))
    answers = await asyncio.gather(*(stage.press(*each) for each in zip(everybody, saves, strict=True)))
    assert len(await rows(stage)) == 1
    said = [words_of(only_card(answer)) for answer in answers]
    assert sum("Saved." in each for each in said) == 1
    assert sum("on your list already" in each for each in said) == 3


async def test_a_trial_is_somebodys_own_and_saved_once(stage: Stage):
    await stage.add("ito", "Ms. Ito", Role.COORDINATOR)
    tried = only_card(await trial(stage))
    save = button_of(tried, "Save")
    assert "Not done" in words_of(only_card(await stage.press("ito", save)))
    await stage.press("rivera", save)
    assert "Not done" in words_of(only_card(await stage.press("rivera", save)))
    assert len(await rows(stage)) == 1


async def test_what_was_tried_can_be_changed_or_left(stage: Stage):
    tried = only_card(await trial(stage))
    form = only_form(await stage.press("rivera", button_of(tried, "Change")))
    again = only_card(await stage.submit("rivera", form, words="new quarry"))
    assert "“new quarry”" in words_of(again)
    left = only_card(await stage.press("rivera", button_of(again, "Don't save")))
    assert "Nothing was saved." in words_of(left)
    assert await rows(stage) == []


async def test_a_programme_has_a_hundred_at_most_on_pages(stage: Stage):
    async with stage.app.database.write() as tx:
        for number in range(MOST - 1):
            await local_words.add(
                tx,
                1,
                words=f"quarry {number}",
                category=Category.UNSURE,
                urgency=Urgency.POSSIBLE,
                added_by=3,
                now=stage.clock.now(),
            )
    early = only_card(await trial(stage, "new quarry"))
    full = await teach(stage)
    assert words_of(full).startswith("Your own words: 100")
    assert "[Add words]" not in words_of(full)
    assert "Your list is full" in words_of(only_card(await stage.press("rivera", button_of(early, "Save"))))
    form = only_form(await stage.press("rivera", "words.add"))
    assert "Your list is full" in refused(
        await stage.submit("rivera", form, words="a third one", category="abuse", deed="soon")
    )
    for _ in range(6):
        full = only_card(await stage.press("rivera", button_of(full, "More")))
    assert PHRASE in words_of(full)
    assert "[More]" not in words_of(full)


async def test_who_added_words_and_when_is_told_and_all_is_in_the_audit_trail(stage: Stage):
    one = only_card(await stage.choose("rivera", await teach(stage), f"“{PHRASE}”"))
    assert "Added by: Ms. Rivera, March 2, 2026" in words_of(one)
    await stage.press("rivera", button_of(one, "Remove"))
    assert "Not done" in words_of(only_card(await stage.press("rivera", button_of(one, "Remove"))))
    async with stage.app.database.read() as tx:
        trail = await events.audited(tx, "words:1") + await events.audited(tx, "programme:1")
    assert sorted(line.deed for line in trail) == ["words_added", "words_removed", "words_tried"]
    assert {line.person_id for line in trail} == {3}


async def test_a_number_of_words_that_were_removed_is_never_given_to_others(stage: Stage):
    await untaught(stage, await teach(stage))
    await teach(stage, "new quarry")
    assert [each.id for each in await rows(stage)] == [2]


# --- the trial ---------------------------------------------------------------------------------


async def test_the_trial_counts_the_last_months_texts_and_what_paged_anyway(stage: Stage):
    await stage.command("maya", f"/checkin tutoring 30m the {PHRASE}, months ago")
    stage.clock.moment += timedelta(days=31)
    await stage.command("maya", f"/checkin {NOTE}")
    await stage.command("leo", f"/checkin tutoring 20m {DULL}")
    await stage.command("leo", f"/checkin tutoring 20m {ALREADY}")
    await stage.write("maya", f"we walked to the {PHRASE} and back, I feel so hopeless")
    elsewhere = await stage.elsewhere()
    await elsewhere.command("nina", f"/checkin mentoring 20m {PHRASE}")

    pages = words_of(only_card(await trial(stage)))
    assert "Last month 3 of 4 texts held it. 1 of them paged anyway." in pages
    assert "It would have paged 2 more times." in pages
    asks = words_of(only_card(await trial(stage, deed="possible")))
    assert "3 of 4 texts held it. 2 of them paged, or were asked about, anyway." in asks
    assert "It would have asked 1 more time." in asks
    for private in ("map", "drew", "hopeless", "walked", "tonight"):
        assert private not in pages.casefold(), "numbers only"


async def test_the_trial_counts_requests_notes_of_walks_answers_and_notes_of_meetings(stage: Stage):
    async def counted() -> str:
        return words_of(only_card(await trial(stage)))

    form = only_form(await stage.press("rivera", "request.new"))
    await stage.submit("rivera", form, text=f"Who knows the plants of the {PHRASE}?", subject="science")
    assert "1 of 1 texts held it" in await counted()
    check_in = only_card(await stage.command("maya", "/checkin tutoring 20m"))
    form = only_form(await stage.press("maya", button_of(check_in, "Walk to an adult")))
    chosen = {"consent": "yes", "planned": "now", "walker": "me"}
    await stage.submit("maya", form, note=f"about the trip to the {PHRASE}", **chosen)
    assert "2 of 2 texts held it" in await counted()
    form = only_form(await stage.press("rivera", "poll.make"))
    made = await stage.submit("rivera", form, title="Our trip", question="Where to?", kind="text", options="")
    await stage.press("rivera", button_of(only_card(made), "Send it now"))
    answers = only_form(await stage.press("maya", button_of(stage.inbox("maya")[-1], "Answer")))
    await stage.submit("maya", answers, q1=f"the {PHRASE}, please")
    assert "3 of 3 texts held it" in await counted()
    await plan(stage)
    await until(stage, 7)
    await write_note(stage, "rivera", f"we chose the {PHRASE} for the trip")
    assert "4 of 4 texts held it" in await counted()


async def test_the_trial_shows_harmless_texts_that_would_have_been_hit(stage: Stage):
    tried = words_of(only_card(await trial(stage, "bridge")))
    assert "There is no text of the last month to try it on." in tried
    assert "harmless texts that come with Handrail hold" in tried
    assert "We took pics, I was standing on the bridge" in tried


async def test_words_that_half_the_team_writes_are_too_common(stage: Stage):
    for number in range(6):
        await stage.command("maya", f"/checkin tutoring 20m the {PHRASE} is where we meet, part {number}")
    why = refused(await trial(stage))
    assert "6 of the 6 texts of the last month hold this. That is too common" in why
    assert "Please add the words that stand beside it." in why
    assert "Looked for as" in words_of(only_card(await trial(stage, f"{PHRASE} alone")))


async def test_of_cases_that_somebody_is_left_out_of_nothing_is_counted(stage: Stage):
    await stage.command("maya", f"/checkin tutoring 20m Ms. Rivera hit him by the {PHRASE}, he says")
    # What is offered with a message is logged in other words, a moment later.
    offer = await stage.write("leo", f"P-7K2M tutoring 30m Ms. Rivera hit her by the {PHRASE}, she told me")
    (card,) = [each.card for each in offer if isinstance(each, Reply) and "[Log it" in words_of(each.card)]
    form = only_form(await stage.press("leo", button_of(card, "Edit")))
    await stage.submit("leo", form, concern="none", peer="none", note=f"we spoke of the walk to the {PHRASE}")
    async with stage.app.database.read() as tx:
        assert len(list(await tx.scalars(select(CheckInRow.id)))) == 2, "both were logged"
        assert len(await cases.of_programme(tx, 1)) == 2
    await stage.add("ito", "Ms. Ito", Role.COORDINATOR)
    for by in ("rivera", "ito"):  # for nobody, so that nobody can tell from another's figures
        tried = words_of(only_card(await trial(stage, by=by)))
        assert "There is no text of the last month to try it on." in tried


# --- what was no concern -----------------------------------------------------------------------


async def close(stage: Stage, case: int, outcome: str, by: str = "rivera") -> None:
    await stage.press(by, f"case.ack:{case}:now")
    form = only_form(await stage.press(by, f"case.close:{case}"))
    await stage.submit(by, form, outcome=outcome, report="made", parents="told")


async def review(stage: Stage) -> str:
    listing = only_card(await stage.command("rivera", "/handrail words"))
    return words_of(only_card(await stage.press("rivera", button_of(listing, "What was no concern"))))


async def test_what_was_no_concern_is_counted_by_its_reason_and_nothing_is_unlearned(stage: Stage):
    assert "No case that screening found has come to an end" in await review(stage)
    await teach(stage)
    for number, outcome in enumerate(("not_a_concern", "not_a_concern", "talked"), 1):
        await stage.write("maya", f"he drew the {PHRASE} again, picture {number}")
        await close(stage, number, outcome)
    await stage.write("leo", "he told me he wants to kill himself tonight")
    await close(stage, 4, "talked")
    await stage.write("leo", "I feel so hopeless")
    await stage.press("leo", "ask.no:5")
    await stage.command("leo", "/urgent")
    await close(stage, 6, "not_a_concern")

    shown = await review(stage)
    lines = [line for line in shown.splitlines() if line.startswith("• ")]
    assert lines[0] == f"• “{PHRASE}” (your own words) · no concern: 2 · a concern: 1"
    assert any("no concern: 0 · a concern: 1" in line for line in lines[1:])
    assert any("the writer said no: 1" in line for line in lines[1:])
    assert "the helper is worried" not in shown, "a person is never counted as wrong"
    assert "Nothing is switched off by this" in shown
    await stage.write("maya", f"he drew the {PHRASE} again, one more")
    assert words_of(stage.inbox("rivera")[-1]).startswith("E-7")

    await untaught(stage, only_card(await stage.command("rivera", "/handrail words")))
    assert f"“{PHRASE}” (removed) · no concern: 2" in await review(stage)
    stage.clock.moment += timedelta(days=91)
    assert "No case that screening found has come to an end" in await review(stage)


async def test_the_reader_is_counted_beside_the_rules(stage: Stage):
    await teach(stage)
    await stage.write("maya", f"he drew the {PHRASE} again")
    async with stage.app.database.write() as tx:
        await tx.execute(text("UPDATE flags SET rule = 'reader', theme = 'sounds like self-harm'"))
    await close(stage, 1, "not_a_concern")
    assert "• sounds like self-harm (the learned reader) · no concern: 1 · a concern: 0" in await review(
        stage
    )


async def test_a_case_that_somebody_is_left_out_of_is_counted_for_nobody(stage: Stage):
    await teach(stage, category="abuse")
    await stage.write("maya", f"Ms. Rivera, the {PHRASE}, he told me")
    assert stage.inbox("rivera") == []
    await close(stage, 1, "not_a_concern", by="okafor")
    assert "No case that screening found has come to an end" in await review(stage)


# --- when things fail --------------------------------------------------------------------------


async def test_words_that_cannot_be_read_never_stop_screening(stage: Stage):
    async with stage.app.database.write() as tx:
        await tx.execute(text("ALTER TABLE local_words RENAME TO gone"))
    await stage.write("maya", "he told me he wants to kill himself tonight")
    assert words_of(stage.inbox("rivera")[0]).startswith("E-1 · Immediate")


async def test_words_that_no_key_opens_are_passed_over(stage: Stage):
    await teach(stage)
    await teach(stage, "new quarry")
    async with stage.app.database.write() as tx:
        row = text("UPDATE local_words SET words = :words WHERE id = 1")
        await tx.execute(row, {"words": b"no key opens this"})
    await stage.write("maya", f"he drew the {PHRASE} again")
    assert stage.inbox("rivera") == []
    await stage.write("maya", "he drew the new quarry again")
    assert len(stage.inbox("rivera")) == 1
    listing = only_card(await stage.command("rivera", "/handrail words"))
    assert listing.title == "Your own words: 2", "it can still be removed"


# --- privacy -----------------------------------------------------------------------------------

Logged = Callable[[], str]


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> Iterator[Logged]:
    root, stream = logging.getLogger(), StringIO()
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(root, "level", root.level)
    monkeypatch.setattr(sys, "stderr", stream)
    logs.configure("DEBUG")
    yield stream.getvalue
    structlog.reset_defaults()


async def test_the_words_stand_in_no_log_no_message_and_no_table_in_the_clear(
    stage: Stage, database: Database, logged: Logged
):
    secret = "marmot-meadow"
    tried = only_card(await trial(stage, secret))
    await stage.press("rivera", button_of(tried, "Save"))
    await trial(stage, "marmot-meadow two")  # a draft that stays
    await stage.write("maya", f"he drew the {secret} again")
    await untaught(stage, only_card(await stage.command("rivera", "/handrail words")), secret)
    async with database.read() as tx:
        cards = [cardjson.load(card) for card in await tx.scalars(select(OutboxRow.card))]
        for table in Base.metadata.sorted_tables:
            found = (await tx.execute(text(f'SELECT * FROM "{table.name}"'))).all()  # noqa: S608 - our own names
            stored = "\n".join(
                value.decode(errors="replace") if isinstance(value, bytes) else str(value)
                for row in found
                for value in row
            )
            assert "marmot" not in stored, table.name
    assert cards
    for card in cards:
        assert "marmot" not in words_of(card) + card.fallback
    assert "marmot" not in logged()
    answers = [each for each in stage.answers["rivera"] if isinstance(each, Reply)]
    shown = [each for each in answers if "marmot" in words_of(each.card)]
    assert shown
    assert all(each.private and each.fleeting and "marmot" not in each.card.fallback for each in shown)

"""A database that cannot be written: adults are told all the same, once, and nothing is lost."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

import adapters.fallback
from adapters.base import Ambiguous, Outgoing, RateLimited, Sent, Unreachable
from bot.app import assemble
from bot.emergency import AGAIN, Emergency
from handlers.chat import ButtonPressed, CommandUsed, FormSubmitted, MessageRaised, Place, PlaceKind, User
from handlers.eventjson import dump, load
from storage import cases, fallbacks, local_words, people
from storage.db import Database, DatabaseUnavailable, Tx
from storage.sealed import Keys
from storage.words import Category, Channel, Urgency
from tests.integration.left_out import BOTH, leave_out
from tests.integration.provider import provider_on_loopback
from tests.stage import START, Stage, only_card, words_of

SECRET = "i want to die tonight"


@dataclass
class Outage:
    """A stage whose database can be taken away and brought back."""

    stage: Stage
    emergency: Emergency
    spool: Path
    pauses: list[float] = field(default_factory=list)
    passed: asyncio.Event = field(default_factory=asyncio.Event)
    away: bool = False

    async def pause(self, seconds: float) -> None:
        """What waits goes on once ``passed`` is set."""
        self.pauses.append(seconds)
        await self.passed.wait()

    async def tried(self) -> None:
        """Until each adult was told, or the next try is waited for."""
        for _ in range(20):
            await asyncio.sleep(0)

    async def back(self) -> int:
        """The database is back, and the bot looks."""
        self.away = False
        taken = await self.emergency.replay(self.stage.app.database, self.stage.app.intake.receive)
        await self.stage.app.delivery.drain()
        return taken


@pytest.fixture
async def outage(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Outage]:
    stage = await Stage.open(database)
    keys, spool = Keys([Keys.make()]), tmp_path / "handrail.spool"

    async def pause(seconds: float) -> None:
        await found.pause(seconds)

    emergency = Emergency([stage.platform], spool, keys, clock=stage.clock.now, pause=pause)
    stage.app = assemble(database, stage.clock, [stage.platform], emergency)
    await emergency.refresh(database)
    found = Outage(stage, emergency, spool)
    await emergency.replay(database, stage.app.intake.receive)
    write = database.write

    @asynccontextmanager
    async def maybe() -> AsyncIterator[Tx]:
        if found.away:
            raise DatabaseUnavailable("away")
        async with write() as tx:
            yield tx

    monkeypatch.setattr(database, "write", maybe)
    found.away = True
    yield found
    await emergency.close()


async def _cases(stage: Stage) -> list[cases.Case]:
    async with stage.app.database.read() as tx:
        return await cases.of_programme(tx, 1)


async def test_every_adult_is_told_at_once_and_the_writer_is_sent_to_a_person(outage: Outage) -> None:
    answer = words_of(only_card(await outage.stage.write("maya", SECRET)))
    assert "Go to an adult now" in answer
    assert "were sent a message" in answer
    assert "555-0114" in answer
    for adult in ("rivera", "okafor"):
        (page,) = outage.stage.inbox(adult)
        said = words_of(page)
        assert "Reach Maya now" in said
        assert "die" not in said
        assert "Maya" not in page.fallback
        assert "[" not in said, "a button could not be taken"


async def test_once_the_database_is_back_it_is_a_case_like_any_other(outage: Outage) -> None:
    await outage.stage.write("maya", SECRET)
    assert await outage.back() == 1
    (case,) = await _cases(outage.stage)
    page = words_of(outage.stage.inbox("rivera")[-1])
    assert "[I've got it: going now]" in page
    assert await outage.back() == 0
    assert len(await _cases(outage.stage)) == 1
    assert not outage.spool.exists()
    assert case.helper_id is not None


async def test_the_programmes_own_words_count_as_they_were_last_seen(outage: Outage) -> None:
    said = "he drew the old quarry again"
    outage.away = False
    async with outage.stage.app.database.write() as tx:
        await local_words.add(
            tx,
            1,
            words="old quarry",
            category=Category.SELF_HARM,
            urgency=Urgency.SOON,
            added_by=3,
            now=START,
        )
    outage.away = True
    assert "not saved" in words_of(only_card(await outage.stage.write("maya", said)))
    assert outage.stage.inbox("rivera") == []
    await outage.emergency.refresh(outage.stage.app.database)
    assert "Go to an adult now" in words_of(only_card(await outage.stage.write("maya", said)))
    assert "Reach Maya now" in words_of(outage.stage.inbox("rivera")[0])
    await outage.back()
    assert "the programme's own words" in words_of(outage.stage.inbox("rivera")[-1])


async def test_the_same_event_brought_again_pages_nobody_twice(outage: Outage) -> None:
    for _ in range(3):
        await outage.stage.write("maya", SECRET, message="m1", key="same")
    assert len(outage.stage.inbox("rivera")) == 1
    await outage.back()
    assert len(await _cases(outage.stage)) == 1


async def test_words_stand_in_the_spool_sealed(outage: Outage) -> None:
    await outage.stage.write("maya", SECRET)
    kept = outage.spool.read_bytes()
    assert kept
    assert b"die" not in kept
    assert b"maya" not in kept
    assert outage.spool.stat().st_mode & 0o077 == 0


async def test_a_process_that_died_leaves_its_spool_to_the_next_one(outage: Outage) -> None:
    await outage.stage.write("maya", SECRET)
    outage.spool.rename(outage.spool.with_name("handrail.spool.0badc0de"))
    stage = outage.stage
    after = Emergency([], outage.spool, outage.emergency._keys, clock=stage.clock.now)
    outage.away = False
    assert await after.replay(stage.app.database, stage.app.intake.receive) == 1
    assert len(await _cases(stage)) == 1


async def test_what_no_key_opens_or_no_team_wrote_is_kept_for_the_next_start(outage: Outage) -> None:
    await outage.stage.write("maya", SECRET)
    outage.away = False
    app = outage.stage.app
    without_the_key = Emergency([], outage.spool, Keys([Keys.make()]), clock=outage.stage.clock.now)
    assert await without_the_key.replay(app.database, app.intake.receive) == 0
    async with app.database.write() as tx:
        await tx.execute(text("UPDATE connections SET workspace = 'moved'"))
    in_another_database = Emergency([], outage.spool, outage.emergency._keys, clock=outage.stage.clock.now)
    assert await in_another_database.replay(app.database, app.intake.receive) == 0
    assert await in_another_database.replay(app.database, app.intake.receive) == 0
    assert await _cases(outage.stage) == []
    async with app.database.write() as tx:
        await tx.execute(text("UPDATE connections SET workspace = 'sandbox'"))
    after = Emergency([], outage.spool, outage.emergency._keys, clock=outage.stage.clock.now)
    assert await after.replay(app.database, app.intake.receive) == 1
    assert len(await _cases(outage.stage)) == 1
    assert list(outage.spool.parent.glob("handrail.spool*")) == []


async def test_a_full_disk_is_no_reason_to_stay_silent(outage: Outage) -> None:
    outage.spool.mkdir()  # nothing can be appended to it
    await outage.stage.write("maya", SECRET)
    assert len(outage.stage.inbox("rivera")) == 1
    outage.spool.rmdir()
    assert await outage.back() == 1
    assert len(await _cases(outage.stage)) == 1


async def test_a_line_that_a_full_disk_cut_short_spoils_no_other(outage: Outage) -> None:
    await outage.stage.write("maya", SECRET)
    cut = outage.spool.read_bytes().strip()[:50]
    with outage.spool.open("ab") as file:
        file.write(cut)
    await outage.stage.write("leo", SECRET)
    assert await outage.back() == 2
    assert len(await _cases(outage.stage)) == 2


async def test_who_is_named_in_words_about_abuse_is_told_nothing(outage: Outage) -> None:
    answer = words_of(only_card(await outage.stage.write("maya", "ms rivera hits me when nobody is there")))
    assert outage.stage.inbox("rivera") == []
    assert len(outage.stage.inbox("okafor")) == 1
    assert "555-0114" not in answer, "the team's own phone may be hers"


async def test_an_adult_who_is_not_reached_is_tried_again_and_the_writer_told_when_nobody_was(
    outage: Outage,
) -> None:
    outage.stage.platform.fails |= {"rivera": Unreachable("closed"), "okafor": Unreachable("closed")}
    for _ in range(2):
        answer = words_of(only_card(await outage.stage.write("maya", SECRET, message="m1", key="same")))
        assert "No adult could be sent a message" in answer
        await outage.tried()
    assert outage.pauses.count(5.0) == 2
    outage.stage.platform.fails.clear()
    outage.passed.set()
    await outage.tried()
    for adult in ("rivera", "okafor"):
        assert len(outage.stage.inbox(adult)) == 1


async def test_adults_are_tried_for_as_long_as_no_ladder_can_go_on(outage: Outage) -> None:
    outage.stage.platform.fails |= {"rivera": Unreachable("closed"), "okafor": Unreachable("closed")}
    await outage.stage.write("maya", SECRET)
    outage.passed.set()
    while len(outage.pauses) < 4 * len(AGAIN):
        await outage.tried()
    assert set(outage.pauses[2 * len(AGAIN) :]) == {AGAIN[-1]}
    await outage.back()
    await outage.tried()
    tries = len(outage.pauses)
    await outage.tried()
    assert len(outage.pauses) == tries, "the ladder pages them now"


@pytest.mark.parametrize("found", [True, False], ids=["found", "not to be looked for"])
async def test_what_may_have_arrived_is_looked_for_and_never_sent_twice_without_a_mark(
    outage: Outage, monkeypatch: pytest.MonkeyPatch, found: bool
) -> None:
    platform = outage.stage.platform
    send, tried = platform.send, Counter[str]()

    async def breaks_off(message: Outgoing) -> Sent:
        sent = await send(message)
        tried[message.to.user] += 1
        if tried[message.to.user] == 1:
            raise Ambiguous("timed out")
        return sent

    async def not_now(*_given: object) -> None:
        raise RateLimited(60)

    monkeypatch.setattr(platform, "send", breaks_off)
    if not found:
        monkeypatch.setattr(platform, "find", not_now)
    await outage.stage.write("maya", SECRET)
    outage.passed.set()
    await outage.tried()
    for adult in ("rivera", "okafor"):
        cards = [words_of(card) for card in outage.stage.inbox(adult)]
        assert ["Possibly sent twice" in card for card in cards] == ([False] if found else [False, True])


async def test_texts_and_calls_stay_under_their_cap_while_the_database_is_away(
    outage: Outage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapters.fallback, "SECOND_CHANCE", 0.0)
    stage = outage.stage
    outage.away = False
    with provider_on_loopback(stage.clock) as provider:
        async with stage.app.database.write() as tx:
            rivera = await people.by_account(tx, 1, "rivera")
            assert rivera is not None
            await fallbacks.add_fallback(tx, rivera.id, 1, Channel.SMS, provider.url("sms"))
        await outage.emergency.refresh(stage.app.database)
        outage.away = True
        for number in range(6):
            await stage.write("maya", f"{SECRET}, {number}")
            await asyncio.gather(*outage.emergency._calling)
        assert len(stage.inbox("rivera")) == 6, "chat has no cap"
        assert len(provider.taken) == 4
        stage.clock.moment += timedelta(hours=1)
        await stage.write("maya", SECRET)
        await asyncio.gather(*outage.emergency._calling)
        assert len(provider.taken) == 5


async def test_the_writer_is_told_of_one_adult_who_was_reached_while_another_is_tried_again(
    outage: Outage,
) -> None:
    outage.stage.platform.fails |= {"rivera": Unreachable("closed")}
    assert "were sent a message" in words_of(only_card(await outage.stage.write("maya", SECRET)))


async def test_a_message_that_may_still_arrive_is_not_called_unsent(
    outage: Outage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow(_: Outgoing) -> Sent:
        await outage.passed.wait()
        return Sent("m1")

    monkeypatch.setattr("bot.emergency.ANSWER", 0.01)
    monkeypatch.setattr(outage.stage.platform, "send", slow)
    assert "were sent a message" in words_of(only_card(await outage.stage.write("maya", SECRET)))


async def test_the_outside_contact_is_told_where_the_only_adult_left_has_no_address(outage: Outage) -> None:
    outage.away = False
    app = outage.stage.app
    await outage.stage.outside_contact()
    async with app.database.write() as tx:
        await tx.execute(text("DELETE FROM accounts WHERE \"user\" = 'okafor'"))
    await outage.emergency.refresh(app.database)
    outage.away = True
    answer = words_of(only_card(await outage.stage.write("maya", "ms rivera hits me when nobody is there")))
    assert "were sent a message" in answer
    assert outage.stage.inbox("rivera") == []
    assert "Reach Maya now" in words_of(outage.stage.inbox("hale")[0])


async def test_who_wrote_the_words_that_somebody_points_out_is_told_nothing(outage: Outage) -> None:
    stage = outage.stage
    await stage.app.intake.receive(
        MessageRaised(
            **stage._common("maya", ""),
            name="concern",
            text="you will not tell anybody about last night",
            message_id="m1",
            author="rivera",
        )
    )
    assert stage.inbox("rivera") == []
    assert len(stage.inbox("okafor")) == 1


async def test_who_is_left_out_of_what_somebody_raised_hears_nothing_more_of_them(outage: Outage) -> None:
    outage.away = False
    stage = outage.stage
    await stage.command("maya", "/urgent her stepfather hits her")
    await leave_out(stage, "Ms. Rivera")
    await outage.emergency.refresh(stage.app.database)
    outage.away = True
    before = len(stage.inbox("okafor"))
    answer = words_of(only_card(await stage.write("maya", SECRET)))
    assert stage.inbox("rivera") == []
    assert len(stage.inbox("okafor")) == before + 1
    assert "555-0114" not in answer, "the team's own phone may be hers"
    await stage.write("leo", SECRET)
    assert len(stage.inbox("rivera")) == 1, "what Leo raises is another matter"


async def test_where_nobody_else_is_left_adults_hear_of_new_danger_all_the_same(outage: Outage) -> None:
    outage.away = False
    stage = outage.stage
    await stage.command("maya", f"/urgent {BOTH}")
    await outage.emergency.refresh(stage.app.database)
    outage.away = True
    answer = words_of(only_card(await stage.write("maya", SECRET)))
    assert "were sent a message" in answer
    for adult in ("rivera", "okafor"):
        assert "Reach Maya now" in words_of(stage.inbox(adult)[-1])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("see you at lunch", False),
        ("/urgent", True),
        ("/urgent he is on the roof", True),
        ("/checkin", False),
    ],
)
async def test_only_what_raises_a_concern_is_taken_over(outage: Outage, text: str, told: bool) -> None:
    stage = outage.stage
    answer = await (stage.command("maya", text) if text.startswith("/") else stage.write("maya", text))
    assert bool(stage.inbox("rivera")) is told
    assert ("That was not saved" in words_of(only_card(answer))) is not told


async def test_an_adults_own_report_pages_nobody(outage: Outage) -> None:
    outage.away = False
    await outage.stage.command("maya", "/urgent")
    pages = len(outage.stage.inbox("okafor"))
    await outage.stage.press_last("rivera", "I've got it: going now")
    outage.away = True
    await outage.stage.submit(
        "rivera", "case.outcome:1:1", note="the student wanted to die, is safe now", outcome=("safe",)
    )
    assert len(outage.stage.inbox("okafor")) == pages


async def test_somebody_added_since_is_told_after_the_next_look(outage: Outage) -> None:
    outage.away = False
    await outage.stage.add("chen", "Ms. Chen", people.Role.BACKUP)
    await outage.emergency.refresh(outage.stage.app.database)
    outage.away = True
    await outage.stage.write("maya", SECRET)
    assert len(outage.stage.inbox("chen")) == 1


@pytest.mark.parametrize(
    "event",
    [
        CommandUsed(
            **(
                _common := {
                    "dedupe_key": "k",
                    "user": User("web", "w", "u"),
                    "place": Place(PlaceKind.DIRECT, "d"),
                    "at": START,
                }
            ),
            name="urgent",
            text="x",
        ),
        ButtonPressed(**_common, action="case.ack:1:now", value="7"),
        FormSubmitted(**_common, form="checkin", values={"note": "fine", "done": ("a", "b")}, closed=True),
        MessageRaised(**_common, name="concern", text="x", message_id="m", author="a", author_name="b"),
    ],
)
def test_an_event_comes_back_as_it_was(event: object) -> None:
    assert load(dump(event)) == event  # type: ignore[arg-type]

"""Who may begin where nobody coordinates, as a table; what the audit trail tells; what is never believed."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import pytest

from bot.first_start import FirstAdult, make_sure
from handlers import first_coordinator
from handlers.chat import CommandUsed, Effect, Membership, Place, PlaceKind, Rank, User
from handlers.eventjson import dump, load
from handlers.refusals import Refusal
from storage import events, people, programmes, roster
from storage.db import Database
from storage.words import Platform, Role
from tests.stage import START, Stage, only_card, words_of

BEGUN = "Setting up Test school"
NEEDED = {Platform.SLACK: Refusal.SLACK_ADMIN_NEEDED, Platform.DISCORD: Refusal.DISCORD_ADMIN_NEEDED}
SILENT = {Platform.SLACK: Refusal.SLACK_DID_NOT_SAY, Platform.DISCORD: Refusal.DISCORD_DID_NOT_SAY}
MAY_BEGIN = {
    None: True,
    Role.BACKUP: True,
    Role.HELPER: False,
    Role.LEAD: False,
    Role.OUTSIDE_CONTACT: False,
    Role.OBSERVER: False,
}
"""Who becomes coordinator where the platform says that they administer it; ``None`` is on no list."""


@pytest.fixture
async def unled(database: Database) -> Stage:
    """Two helpers, and no adult."""
    return await Stage.open(database, adults=False)


async def begins(stage: Stage, platform: Platform, rank: Rank, *, user: str = "sam") -> Sequence[Effect]:
    """Somebody types it, of whom the platform says this."""
    event = CommandUsed(
        dedupe_key=f"{platform}:{rank}",
        user=User(platform, "there", user),
        place=Place(PlaceKind.CHANNEL, "hall"),
        at=stage.clock.now(),
        name="handrail",
        text="setup",
        membership=Membership(rank, "Sam Lee"),
    )
    return await stage.receive(event)


async def connected(stage: Stage, platform: Platform, role: Role | None = None) -> int:
    """The programme talks on the platform; Sam has this role there. Returns the connection's id."""
    async with stage.app.database.write() as tx:
        connection = await programmes.connect(tx, 1, platform, "there")
        if role is not None:
            person = await people.add(tx, programme_id=1, name="Sam Lee", roles=[role])
            await people.add_account(tx, person, connection.id, "sam")
    return connection.id


async def coordinators(stage: Stage) -> list[str]:
    async with stage.app.database.read() as tx:
        return [entry.name for entry in await roster.entries(tx, 1, {Role.COORDINATOR})]


def test_the_table_has_every_role_but_the_one_that_closes_the_way() -> None:
    assert set(MAY_BEGIN) == {None, *Role} - {Role.COORDINATOR}


@pytest.mark.parametrize("platform", [Platform.SLACK, Platform.DISCORD])
@pytest.mark.parametrize("rank", Rank)
@pytest.mark.parametrize("role", MAY_BEGIN)
async def test_who_may_begin(unled: Stage, role: Role | None, rank: Rank, platform: Platform) -> None:
    await connected(unled, platform, role)
    told = words_of(only_card(await begins(unled, platform, rank)))
    if rank is Rank.ADMINISTRATOR and MAY_BEGIN[role]:
        assert BEGUN in told
        assert await coordinators(unled) == ["Sam Lee"]
        return
    expected = SILENT if rank is Rank.UNKNOWN else NEEDED
    assert told == f"Not done\n{expected[platform].value}"
    assert await coordinators(unled) == []


async def test_who_is_paused_does_not_begin(unled: Stage) -> None:
    await connected(unled, Platform.SLACK, Role.BACKUP)
    async with unled.app.database.write() as tx:
        await people.suspend(tx, 3)
    told = words_of(only_card(await begins(unled, Platform.SLACK, Rank.ADMINISTRATOR)))
    assert told == f"Not done\n{Refusal.SUSPENDED.value}"
    assert await coordinators(unled) == []


@pytest.mark.parametrize("role", [Role.HELPER, Role.BACKUP, Role.OBSERVER])
async def test_beside_a_coordinator_nobody_becomes_one(stage: Stage, role: Role) -> None:
    await connected(stage, Platform.SLACK, role)
    told = words_of(only_card(await begins(stage, Platform.SLACK, Rank.ADMINISTRATOR)))
    assert BEGUN not in told
    assert await coordinators(stage) == ["Ms. Rivera"]


async def test_without_a_word_of_the_platform_everything_is_as_ever(unled: Stage) -> None:
    for user, refusal in (("sam", Refusal.NOT_ON_ROSTER), ("maya", Refusal.NOT_ALLOWED)):
        told = words_of(only_card(await unled.command(user, "/handrail setup")))
        assert told == f"Not done\n{refusal.value}"
    assert await coordinators(unled) == []


async def test_a_case_of_before_stands_in_front_of_the_first_coordinator(
    unled: Stage,
) -> None:
    await connected(unled, Platform.SLACK)
    raised = words_of(only_card(await unled.command("maya", "/urgent he wants to kill himself tonight")))
    assert "988" in raised
    await begins(unled, Platform.SLACK, Rank.ADMINISTRATOR)
    event = CommandUsed(
        dedupe_key="looks",
        user=User(Platform.SLACK, "there", "sam"),
        place=Place(PlaceKind.DIRECT, "sam"),
        at=unled.clock.now(),
        name="handrail",
    )
    assert "[Open cases]" in words_of(only_card(await unled.receive(event)))


# --- cases from before there was anybody ---------------------------------------------------------

DANGER = "/urgent he wants to kill himself tonight"
LONG = 90
"""Minutes after which a case without anybody is paged every quarter of an hour, if there were somebody."""


async def by_setup(stage: Stage) -> None:
    """Whoever administers the workspace begins the set-up."""
    stage.platform.workspaces |= {"there"}
    await connected(stage, Platform.WEB)
    await begins(stage, Platform.WEB, Rank.ADMINISTRATOR)


async def by_environment(stage: Stage, *names: str) -> None:
    """The bot starts again, and the environment names somebody by now: Sam, unless ``names`` are given."""
    adults = [FirstAdult(name.split()[-1].casefold(), name) for name in names or ("Dr. Sam",)]
    database, now = stage.app.database, stage.clock.now()
    await make_sure(database, Platform.WEB, "sandbox", team_name="", coordinators=adults, now=now)
    await stage.app.delivery.drain()


def pages(stage: Stage, user: str) -> list[str]:
    return [words_of(card) for card in stage.inbox(user) if "Urgent peer concern" in card.fallback]


@pytest.mark.parametrize(("comes", "workspace"), [(by_setup, "there"), (by_environment, "sandbox")])
async def test_a_case_of_before_pages_the_first_coordinator_at_once_and_climbs_from_its_first_step(
    unled: Stage, comes: Callable[[Stage], Awaitable[None]], workspace: str
) -> None:
    await unled.command("maya", DANGER)
    await unled.wait(LONG)
    await comes(unled)
    [page] = pages(unled, "sam")
    assert "Immediate" in page
    await unled.wait(2)
    assert len(pages(unled, "sam")) == 2, "two minutes later once more, as with any new case"
    await replace(unled, workspace=workspace).press_last("sam", "I've got it")
    assert "Sam" in words_of(unled.inbox("maya")[-1])
    await unled.wait(10)
    assert len(unled.inbox("sam")) == 2, "nobody pages who has it"


async def test_of_two_who_come_at_once_the_second_is_paged_when_the_first_does_not_answer(
    unled: Stage,
) -> None:
    await unled.command("maya", DANGER)
    await unled.wait(LONG)
    await by_environment(unled, "Dr. Sam", "Ms. Ito")
    assert (len(pages(unled, "sam")), len(pages(unled, "ito"))) == (1, 0)
    await unled.wait(10)
    assert pages(unled, "ito")


async def test_whom_a_case_of_before_may_be_about_is_not_paged_for_it(unled: Stage) -> None:
    await unled.command("maya", "/urgent Ms. Rivera touches him when they are alone")
    await unled.wait(LONG)
    await by_environment(unled, "Ms. Rivera", "Ms. Ito")
    assert len(pages(unled, "ito")) == 1
    await unled.wait(LONG)
    assert unled.inbox("rivera") == []


async def test_a_case_that_a_backup_was_paged_for_goes_on_as_it_was(unled: Stage) -> None:
    await unled.add("okafor", "Mr. Okafor", Role.BACKUP)
    await unled.command("maya", DANGER)
    await unled.wait(1)
    await by_setup(unled)
    assert len(pages(unled, "okafor")) == 1


# --- what the audit trail tells ------------------------------------------------------------------


async def test_it_tells_how_somebody_became_coordinator(database: Database) -> None:
    adults = [FirstAdult("U1", "Ms. Rivera")]
    await make_sure(database, Platform.SLACK, "T1", team_name="Harbor", coordinators=adults, now=START)
    async with database.read() as tx:
        [line] = await events.audited(tx, "person:1")
    assert (line.deed, line.person_id, line.at) == (first_coordinator.NAMED, 1, START)


# --- what is never believed ----------------------------------------------------------------------


async def test_what_was_said_of_rights_is_not_kept_for_later() -> None:
    event = CommandUsed(
        dedupe_key="k",
        user=User(Platform.SLACK, "there", "sam"),
        place=Place(PlaceKind.DIRECT, "sam"),
        at=START,
        name="handrail",
        text="setup",
        membership=Membership(Rank.ADMINISTRATOR, "Sam Lee"),
    )
    kept = dump(event)
    assert "Sam Lee" not in kept
    found = load(kept)
    assert isinstance(found, CommandUsed)
    assert (found.text, found.membership) == ("setup", None)
    assert "Sam Lee" not in repr(event)


async def test_a_database_that_does_not_tell_asks_nobody(database: Database) -> None:
    stage = await Stage.open(database, adults=False)
    await connected(stage, Platform.SLACK)
    event = CommandUsed(
        dedupe_key="k",
        user=User(Platform.SLACK, "there", "sam"),
        place=Place(PlaceKind.DIRECT, "sam"),
        at=START,
        name="handrail",
        text=" SETUP ",
    )
    assert await first_coordinator.asks(database, event)

    def away() -> None:
        raise OSError("the database is away")

    database.read = away  # type: ignore[method-assign,assignment]
    assert not await first_coordinator.asks(database, event)

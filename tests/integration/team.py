"""A programme on one of the suite's own platforms: two helpers, a coordinator and a backup.

What holds on every platform; the platforms' own are in ``discord_team`` and ``slack_team``.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from bot.app import App
from handlers.due import next_due
from storage.models import Base, CaseRow, CheckInRow
from tests import discord, slack
from tests.scenarios.world import World

Person = discord.Person | slack.Person
DANGER = "I want to kill myself tonight"
ABOUT_A_PEER = "she told me she wants to kill herself tonight"


class PlatformTeam:
    """The people, what they do and see, and what there is."""

    driver: Any

    def __init__(self, world: World) -> None:
        self.world = world
        self.driver = world.driver

    # --- parts ---------------------------------------------------------------------------------

    @property
    def app(self) -> App:
        return self.world.app

    def named(self, name: str) -> Any:
        """Somebody's hands and eyes."""
        raise NotImplementedError

    @property
    def maya(self) -> Any:
        return self.named("Maya")

    @property
    def leo(self) -> Any:
        return self.named("Leo")

    @property
    def rivera(self) -> Any:
        return self.named("Ms. Rivera")

    @property
    def okafor(self) -> Any:
        return self.named("Mr. Okafor")

    # --- time and sending ----------------------------------------------------------------------

    async def settle(self) -> None:
        """Let everything that is due be done and sent, and every answer arrive."""
        await self.driver.settled()
        await self.world.settle()
        await self.driver.settled()

    async def wait(self, minutes: float) -> None:
        """Let time pass; what falls due on the way happens at its time."""
        until = self.world.clock.now() + timedelta(minutes=minutes)
        while (due := await next_due(self.world.database)) is not None and due <= until:
            self.world.clock.set(max(due, self.world.clock.now()))
            await self.settle()
        self.world.clock.set(until)
        await self.settle()

    def pass_seconds(self, seconds: float) -> None:
        """Let the clock go on while everything else stands still."""
        self.world.clock.set(self.world.clock.now() + timedelta(seconds=seconds))

    # --- what there is -------------------------------------------------------------------------

    async def cases(self) -> int:
        """How many cases there are."""
        return await self._count(CaseRow)

    async def check_ins(self) -> int:
        """How many check-ins there are."""
        return await self._count(CheckInRow)

    async def _count(self, row: Any) -> int:
        async with self.world.database.read() as tx:
            return await tx.scalar(select(func.count()).select_from(row)) or 0

    async def rows(self) -> dict[str, int]:
        """How many rows every table has."""
        async with self.world.database.read() as tx:
            return {
                table.name: await tx.scalar(select(func.count()).select_from(table)) or 0
                for table in Base.metadata.sorted_tables
            }


def from_app(person: Person) -> list[Any]:
    """What Handrail has put into somebody's direct messages, ephemeral answers left aside."""
    return [seen for seen in person.dm if seen.by_app and not seen.only_me]


def told(person: Person) -> str:
    """All that stands in front of somebody that they have not written themselves."""
    return "\n---\n".join(seen.text for seen in person.everything if not seen.mine)


def check_in(person: Person, note: str = "", worried: str = "Not worried") -> Any:
    """The form that somebody has open, filled in and not yet sent."""
    form = person.modal
    assert form is not None, f"no form in front of {person.account.name}"
    form.fill("How worried are you?", worried)
    form.fill("A note, if you like", note)
    return form

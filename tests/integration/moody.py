"""A platform that fails as it is told, for the tests of delivery."""

import asyncio
from collections.abc import Sequence
from typing import Any

from sqlalchemy import text

from adapters.base import Address, Outgoing, SendError, Sent
from bot.delivery import Delivery
from bot.metrics import Metrics
from handlers import cardjson
from handlers.chat import Card, CommandUsed
from storage import cases
from tests.stage import RecordingPlatform, Stage

QUESTION = Card("Question", (), "Handrail has a question.")
QUESTION_JSON = cardjson.dump(QUESTION)


class Moody(RecordingPlatform):
    """Fails each person's sends as told, one after the other; ``lost`` tells whether a failed one arrived."""

    def __init__(self) -> None:
        super().__init__()
        self.moods: dict[str, list[SendError | None]] = {}
        self.arrives_all_the_same = False
        self.looks: list[Exception | None] = []
        self.looked = 0
        self.held: dict[str, tuple[asyncio.Event, asyncio.Event]] = {}

    async def send(self, message: Outgoing) -> Sent:
        if hold := self.held.get(message.to.user):
            reached, release = hold
            reached.set()
            await release.wait()
        moods = self.moods.get(message.to.user)
        error = moods.pop(0) if moods else None
        if error is not None:
            if self.arrives_all_the_same:
                await super().send(message)
            raise error
        return await super().send(message)

    async def find(self, to: Address, outbox_id: int) -> Sent | None:
        self.looked += 1
        error = self.looks.pop(0) if self.looks else None
        if error is not None:
            raise error
        return await super().find(to, outbox_id)

    def hold(self, user: str) -> tuple[asyncio.Event, asyncio.Event]:
        """Let sends to somebody hang. Returns (a send has begun, let it go on)."""
        self.held[user] = (asyncio.Event(), asyncio.Event())
        return self.held[user]


def urgent(stage: Stage, user: str = "maya") -> CommandUsed:
    """An event that pages, for taking in without sending."""
    return CommandUsed(**stage._common(user, ""), name="urgent", text="")


def another(stage: Stage, platform: RecordingPlatform | None = None) -> Delivery:
    """Delivery as a second process would run it."""
    return Delivery(stage.app.database, [platform or stage.platform], stage.clock.now, Metrics())


async def reasons(stage: Stage) -> list[tuple[str, Any]]:
    """What happened to the first case, and why."""
    async with stage.app.database.read() as tx:
        return [(line.kind, line.facts.get("reason")) for line in await cases.timeline(tx, 1)]


async def states(stage: Stage, user: str) -> Sequence[tuple[str, bool]]:
    """Of each message to somebody: its state, and whether it may stand there twice."""
    async with stage.app.database.read() as tx:
        rows = await tx.execute(
            text('SELECT state, possible_repeat FROM outbox WHERE "user" = :user ORDER BY id'), {"user": user}
        )
        return [(state, bool(repeat)) for state, repeat in rows]


async def wait_seconds(stage: Stage, seconds: float) -> None:
    await stage.wait(seconds / 60)

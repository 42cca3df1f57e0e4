"""Answers to whoever acted: forms and cards, each where Discord lets it stand.

What was done has been committed before any of this runs. An interaction is answered once within 3 s, and more
often for 15 minutes; these answers are for one person's eyes and kept in no history (Discord calls them
ephemeral). What fails is logged by Discord's number for it, without anybody's words.

https://docs.discord.com/developers/interactions/receiving-and-responding
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import uuid4

import structlog

from adapters.base import Ambiguous, RateLimited, Rejected, SendError
from adapters.discord import render
from adapters.discord.client import call
from adapters.discord.parse import Deed, Surface, Way
from adapters.discord.sender import DiscordAdapter, files_of
from handlers.chat import Card, Effect, Form, OpenForm, Reply, Text, UpdateCard
from handlers.languages import LANGUAGES, mark, say_in

log = structlog.get_logger(__name__)

CALLBACK = "/interactions/{webhook_id}/{webhook_token}/callback"
FOLLOW_UP = "/webhooks/{webhook_id}/{webhook_token}"
FIRST_ANSWER = "/webhooks/{webhook_id}/{webhook_token}/messages/@original"
_MESSAGE, _LATER, _SILENCE, _REPLACE, _CHOICES, _MODAL = 4, 5, 6, 7, 8, 9
LAST_WORDS = 2.0
FIRST = 1.2
"""Seconds that one try at a first answer may take; two of them fit into the three that Discord gives."""
ANSWERED_ALREADY = 40060
TRIES = 3
"""Tries to put an answer into somebody's messages."""
LONGEST = 30.0
"""Seconds of waiting, at Discord's wish, after which an answer is no news any more."""
AGAIN = 1.0
NONCE = 25
"""Characters that Discord takes."""
_LATE = mark("Discord did not take the answer in time. What you wrote was kept. Please do that once more.")
_ELSEWHERE = mark("Handrail works in another server.")

Shown = Reply | UpdateCard
Pause = Callable[[float], Awaitable[None]]


class Answers:
    """Shows people what their deeds led to. ``application`` is the bot's application id."""

    def __init__(self, adapter: DiscordAdapter, application: str, pause: Pause = asyncio.sleep) -> None:
        self._adapter = adapter
        self._pause = pause
        self._client = adapter.client
        self._application = application
        self._under_way: set[asyncio.Task[None]] = set()

    async def show(self, deed: Deed, effects: Sequence[Effect]) -> None:
        """Answer a deed; returns once an interaction's first answer is out, and never raises."""
        form = next((effect.form for effect in effects if isinstance(effect, OpenForm)), None)
        cards = [effect for effect in effects if isinstance(effect, Reply | UpdateCard)]
        if deed.way.surface is Surface.TEXT:
            self._start(self._to_a_message(deed.way, cards))
            return
        first: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._start(self._to_an_interaction(deed.way, form, cards, first))
        await first

    async def refuse(self, way: Way) -> None:
        """Tell somebody in a server that is not ours."""
        await self._safely(self._respond(way, _MESSAGE, render.answer(_in_every_language(_ELSEWHERE))))

    async def complete(self, way: Way, choices: Sequence[tuple[str, str]]) -> None:
        """Offer (label, value) pairs for what somebody is typing."""
        offered = [{"name": label, "value": value} for label, value in choices]
        await self._safely(self._respond(way, _CHOICES, {"choices": offered}))

    async def settled(self) -> None:
        """Wait until every answer is out."""
        while self._under_way:
            await asyncio.wait(set(self._under_way))

    async def close(self) -> None:
        """Give answers that are under way a moment, then let go of them."""
        if self._under_way:
            _, late = await asyncio.wait(set(self._under_way), timeout=LAST_WORDS)
            for task in late:
                task.cancel()

    def _start(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(self._safely(work))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _safely(self, work: Awaitable[None]) -> None:
        try:
            await work
        except SendError as error:
            log.warning("answer_not_shown", reason=str(error))
        except Exception:
            log.error("answer_failed", exc_info=True)

    # --- messages ------------------------------------------------------------------------------

    async def _to_a_message(self, way: Way, cards: Sequence[Shown]) -> None:
        """An answer to what somebody wrote stands in their messages with the bot, wherever they wrote it."""
        for effect in cards:
            await self._safely(self._in_person(way, effect.card))

    async def _in_person(self, way: Way, card: Card) -> None:
        """Say something in somebody's messages; again where it may not have arrived, yet there once."""
        once = {"nonce": uuid4().hex[:NONCE], "enforce_nonce": True}
        for left in reversed(range(TRIES)):
            try:
                channel = way.channel if way.direct else await self._adapter.conversation(way.user)
                await self._adapter.post(channel, card, **once)
            except (RateLimited, Ambiguous) as error:
                wait = error.after if isinstance(error, RateLimited) else AGAIN
                if not left or wait > LONGEST:
                    raise
                await self._pause(wait)
            else:
                return

    # --- interactions --------------------------------------------------------------------------

    async def _to_an_interaction(
        self, way: Way, form: Form | None, cards: list[Shown], first: "asyncio.Future[None]"
    ) -> None:
        try:
            left = await self._first(way, form, cards)
        finally:
            first.set_result(None)
        for effect in left:
            await self._one(way, effect)

    async def _first(self, way: Way, form: Form | None, cards: list[Shown]) -> list[Shown]:
        """The one answer that has to come at once. Returns what it did not show."""
        try:
            if form is not None:
                await self._respond(way, _MODAL, render.modal(form))
                return cards
            if not cards:
                await self._nothing(way)
                return []
            await self._respond(way, *_as_answer(way, cards[0]), cards[0].card)
            return cards[1:]
        except SendError as error:
            log.warning("first_answer_not_taken", reason=str(error))
            if _answered_already(error):
                # By another process, say. More can be said then, but no form can be opened.
                return [*cards, *([Reply(_in_every_language(_LATE))] if form is not None else [])]
        await self._too_late(way, form, cards)
        return []

    async def _too_late(self, way: Way, form: Form | None, cards: Sequence[Shown]) -> None:
        """Discord takes no answer any more: what may be kept is said in person."""
        kept = [effect.card for effect in cards if not (isinstance(effect, Reply) and effect.fleeting)]
        if form is not None or len(kept) < len(cards):
            kept.append(_in_every_language(_LATE))
        for card in kept:
            await self._safely(self._in_person(way, card))

    async def _nothing(self, way: Way) -> None:
        """The deed was taken before: nothing new is to be seen."""
        if way.on_card:
            await self._respond(way, _SILENCE)
            return
        await self._respond(way, _LATER, {"flags": render.EPHEMERAL})
        await call(
            self._client, "DELETE", FIRST_ANSWER, webhook_id=self._application, webhook_token=way.token
        )

    async def _one(self, way: Way, effect: Shown) -> None:
        private = isinstance(effect, UpdateCard) or effect.private
        try:
            await call(
                self._client,
                "POST",
                FOLLOW_UP,
                webhook_id=self._application,
                webhook_token=way.token,
                body=render.answer(effect.card, private=private),
                files=files_of(effect.card),
            )
        except SendError as error:
            log.warning("answer_by_direct_message", reason=str(error))
            await self._too_late(way, None, [effect])

    async def _respond(
        self, way: Way, kind: int, data: dict[str, Any] | None = None, card: Card | None = None
    ) -> None:
        """Answer for the first time; again where it may not have arrived, for Discord takes it once only."""
        body = {"type": kind, **({"data": data} if data is not None else {})}
        try:
            await self._try(way, body, card)
        except Ambiguous:
            try:
                await self._try(way, body, card)
            except Rejected as error:
                if not _answered_already(error):
                    raise

    async def _try(self, way: Way, body: dict[str, Any], card: Card | None) -> None:
        """``card``: whose pictures go along."""
        try:
            async with asyncio.timeout(FIRST):
                await call(
                    self._client,
                    "POST",
                    CALLBACK,
                    webhook_id=way.interaction,
                    webhook_token=way.token,
                    body=body,
                    files=files_of(card) if card is not None else None,
                )
        except TimeoutError:
            raise Ambiguous("no answer in time") from None


def _answered_already(error: SendError) -> bool:
    return str(error).endswith(f"code_{ANSWERED_ALREADY}")


def _as_answer(way: Way, effect: Shown) -> tuple[int, dict[str, Any]]:
    match effect:
        case UpdateCard(card=card) if way.on_card:
            return _REPLACE, render.message(card, notified=not way.fleeting)
        case UpdateCard(card=card):
            return _MESSAGE, render.answer(card)
        case Reply(card=card, private=private):
            return _MESSAGE, render.answer(card, private=private)


def _in_every_language(text: str) -> Card:
    """A line in every language, for it is not known here which the person reads."""
    lines = "\n".join(say_in(language)(text) for language in LANGUAGES)
    return Card("Handrail", (Text(lines),), "Handrail")

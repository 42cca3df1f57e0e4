"""The front door: every event of every platform comes in here.

In one transaction: the event is marked as taken, its words are screened into flags, a case and a page,
and only then is it handled. Where handling fails or is refused, what was flagged stays. The platform is
told "received" after the commit, and no send is ever waited for.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import monotonic
from typing import Protocol

import structlog

from handlers import first_coordinator, mending, red_flags, writers
from handlers.cards import helpers as helper_cards
from handlers.chat import (
    ButtonPressed,
    CommandUsed,
    Effect,
    Event,
    FormSubmitted,
    MessageRaised,
    PlaceKind,
    Reply,
    TextPosted,
    User,
    split_action,
)
from handlers.context import Arguments, Context, Effects, FallbackAddresses
from handlers.direct_messages import answer_mention, read_direct_message, words_about_a_case
from handlers.languages import say_in
from handlers.pages import Pages
from handlers.red_flags import Concern
from handlers.refusals import Refusal, Refused
from handlers.registry import Registry, Rights, Said
from handlers.screening import Screening, by_rules, screen
from handlers.screening.local import with_local
from storage import events, last_seen, local_words, people, programmes
from storage.db import Database, DatabaseUnavailable, Tx, is_database_failure, savepoint
from storage.local_words import LocalWords
from storage.people import Person
from storage.programmes import Programme
from storage.words import Role

log = structlog.get_logger(__name__)

QUICK = 1.0
"""Seconds: a whole event is tried a second time only if the first try failed this fast (platforms give 3)."""
LONG = 100
"""From this many characters on, words are screened beside the event loop."""


class Emergency(Protocol):
    """Takes what raises a concern while the database cannot be written."""

    def person(self, user: User) -> Person | None:
        """Somebody as they stood on the roster when it was last seen."""

    def local_words(self, user: User) -> Sequence[LocalWords]:
        """What somebody's programme looked for itself when it was last seen."""

    async def take(self, event: Event, concern: Concern) -> Sequence[Effect] | None:
        """Keep it, tell the adults, and answer; ``None`` where the team is not known."""


@dataclass
class Intake:
    """Takes events. ``wake`` tells the sender that there may be something to send.

    ``emergency`` takes over where a concern cannot be saved; ``pages`` makes links to small pages.
    """

    database: Database
    registry: Registry
    clock: Callable[[], datetime]
    wake: Callable[[], None]
    addresses: FallbackAddresses
    emergency: Emergency | None = None
    pages: Pages | None = None
    _known: dict[tuple[str, str], Programme] = field(default_factory=dict)
    _languages: dict[User, str] = field(default_factory=dict)

    async def receive(self, event: Event) -> Sequence[Effect]:
        """Take an event; returns the answers to its writer after everything was committed.

        A repeated delivery changes nothing and is answered with nothing. Never raises. Where it cannot be
        saved it is tried once more (two may have met on the same rows), then without its handler, so that
        at least what must reach an adult does; only then the answer says that nothing was saved.
        """
        screening = await _screen(event.words)
        await self._load(event)
        began = monotonic()
        for attempt, handle in enumerate((True, True, False)):
            slow = monotonic() - began > QUICK
            if slow and (attempt == 1 or (attempt and self.emergency is not None)):
                continue
            try:
                async with self.database.write() as tx:
                    effects = await self._take(tx, event, screening, handle=handle)
            except Exception as error:
                log.error("event_not_saved", kind=type(event).__name__, handle=handle, exc_info=error)
            else:
                self.wake()
                return effects
        if (answers := await self._in_emergency(event, screening)) is not None:
            return answers
        known = self._known.get((event.user.platform, event.user.workspace))
        language = self._languages.get(event.user) or (known.locale if known else "")
        return [Reply(helper_cards.not_saved(say_in(language), known))]

    async def _load(self, event: Event) -> None:
        """What its handler needs and takes long to load: now, while no transaction is open."""
        rights, _ = self._rights(event)
        if rights is None or rights.loads is None:
            return
        try:
            await asyncio.to_thread(rights.loads)
        except Exception:  # the handler meets it again, and says that it failed
            log.error("not_loaded", kind=type(event).__name__, exc_info=True)

    async def _in_emergency(self, event: Event, screening: Screening) -> Sequence[Effect] | None:
        """What is done where nothing could be saved; ``None`` if the words raise no concern."""
        if self.emergency is None:
            return None
        rights, arguments = self._rights(event)
        screening = with_local(event.words, screening, self.emergency.local_words(event.user))
        concern = red_flags.combine(_said(event, rights, arguments), screening)
        if concern is None:
            return None
        if _own_report(self.emergency.person(event.user), rights):
            return None
        try:
            return await self.emergency.take(event, concern)
        except Exception:
            log.error("emergency_failed", kind=type(event).__name__, exc_info=True)
            return None

    async def _take(self, tx: Tx, event: Event, screening: Screening, *, handle: bool) -> Effects:
        talks = await programmes.at(tx, event.user.platform, event.user.workspace)
        if talks is None:
            log.warning("unknown_workspace", platform=event.user.platform)
            return []
        connection, programme = talks
        self._known[event.user.platform, event.user.workspace] = programme
        now = self.clock()
        if self._remembered(event) and not await events.first_time(
            tx, f"{connection.id}:{event.dedupe_key}", now
        ):
            return []
        if _said_to_all(event) and not await programmes.is_watched(tx, connection.id, event.place.id):
            return []
        if isinstance(event, TextPosted) and not _by_name(event):
            await last_seen.saw(tx, connection.id, event.place.id, event.at)
        person = await people.by_account(tx, connection.id, event.user.id)
        if person is not None:
            self._languages[event.user] = person.locale
        ctx = Context(
            tx=tx,
            now=now,
            programme=programme,
            connection=connection,
            person=person,
            raised=None,
            addresses=self.addresses,
            pages=self.pages,
        )
        if event.words:
            own = await self._local_words(tx, event, programme, handle=handle)
            screening = with_local(event.words, screening, own)
        return await self._screen_then_handle(ctx, event, screening, handle=handle)

    async def _local_words(
        self, tx: Tx, event: Event, programme: Programme, *, handle: bool
    ) -> Sequence[LocalWords]:
        """What the programme looks for itself. The last try does not ask for it: it may be what failed."""
        if handle:
            return await local_words.looked_for(tx, programme.id)
        return () if self.emergency is None else self.emergency.local_words(event.user)

    async def _screen_then_handle(
        self, ctx: Context, event: Event, screening: Screening, *, handle: bool
    ) -> Effects:
        rights, arguments = self._rights(event)
        said = _said(event, rights, arguments)
        concern = None if _own_report(ctx.person, rights) else red_flags.combine(said, screening)
        answers: Effects = []
        if concern is not None:
            raised = await red_flags.raise_case(ctx, event, said, concern)
            ctx = replace(ctx, raised=raised)
            in_channel = isinstance(event, TextPosted) and event.place.kind is PlaceKind.CHANNEL
            card = await writers.card_for(ctx, raised.case, joined=raised.joined, in_channel=in_channel)
            answers.append(Reply(card))
        if not handle:
            if ctx.raised is None:
                raise DatabaseUnavailable("nothing but the handler's part is left, and that failed")
            return [*answers, Reply(helper_cards.failed(ctx.say, raised=ctx.raised is not None))]
        try:
            async with savepoint(ctx.tx):
                effects = await self._handle(ctx, event, rights, arguments)
                answers += [await mending.answer(ctx, event, effect) for effect in effects]
        except Refused as refused:
            answers.append(Reply(helper_cards.refused(ctx.say, refused.refusal)))
        except Exception as error:
            if is_database_failure(error):
                raise  # SQLite may have undone everything, not just the handler's part
            log.error("handler_failed", kind=type(event).__name__, exc_info=True)
            answers.append(Reply(helper_cards.failed(ctx.say, raised=ctx.raised is not None)))
        return answers

    def _remembered(self, event: Event) -> bool:
        """Whether it is kept that this was done: not of an answer without a name, unless it has words."""
        rights, _ = self._rights(event)
        return rights is None or rights.remembered or bool(event.words)

    def _rights(self, event: Event) -> tuple[Rights | None, Arguments]:
        """Who may do this, and what the event says of itself; ``None`` if there is nothing of its name."""
        match event:
            case CommandUsed(name=name):
                command = self.registry.commands.get(name)
                return (command.rights if command else None), Arguments(())
            case ButtonPressed(action=custom_id):
                name, words = split_action(custom_id)
                button = self.registry.buttons.get(name)
                return (button[1] if button else None), Arguments(words)
            case FormSubmitted(form=form_id):
                name, words = split_action(form_id)
                form = self.registry.forms.get(name)
                return (form[1] if form else None), Arguments(words)
            case MessageRaised(name=name):
                entry = self.registry.on_messages.get(name)
                return (entry.rights if entry else None), Arguments(())
            case _:
                return None, Arguments(())

    async def _handle(
        self, ctx: Context, event: Event, rights: Rights | None, arguments: Arguments
    ) -> Effects:
        if isinstance(event, TextPosted):
            # What stands in a channel was screened; only direct messages are spoken to the bot.
            if event.place.kind is not PlaceKind.DIRECT:
                return await answer_mention(ctx, event)
            if (about_case := await words_about_a_case(ctx, event)) is not None:
                return about_case
            if ctx.raised is not None and ctx.person is None:
                return []
            _check_person(ctx.person, Rights())
            return await read_direct_message(ctx, event)
        if rights is None:
            raise Refused(_unknown(event))
        ctx = await first_coordinator.let_in(ctx, event)
        _check_person(ctx.person, rights)
        match event:
            case CommandUsed(name=name):
                return await self.registry.commands[name].handler(ctx, event)
            case ButtonPressed(action=custom_id):
                handler, _ = self.registry.buttons[split_action(custom_id)[0]]
                return await handler(ctx, event, arguments)
            case FormSubmitted(form=form_id):
                take, _ = self.registry.forms[split_action(form_id)[0]]
                return await take(ctx, event, arguments)
            case MessageRaised(name=name):
                return await self.registry.on_messages[name].handler(ctx, event)
            case _:
                raise Refused(Refusal.OLD_BUTTON)


async def _screen(words: str) -> Screening:
    """What stands in the words. A defect in the reader costs neither what rules find nor the event itself."""
    for read in (screen, by_rules):
        try:
            return read(words) if len(words) < LONG else await asyncio.to_thread(read, words)
        except Exception:
            log.error("screening_failed", how=read.__name__, exc_info=True)
    return Screening()


def _said(event: Event, rights: Rights | None, arguments: Arguments) -> Said:
    """What the event says by itself; nothing where it is garbled, which its handler will refuse."""
    try:
        return rights.says(event, arguments) if rights else Said()
    except Refused:
        return Said()


def _own_report(person: Person | None, rights: Rights | None) -> bool:
    """Whether this is an adult's own report about a case, which pages nobody."""
    return (
        rights is not None
        and not rights.screened
        and person is not None
        and not person.suspended
        and bool(rights.roles & person.roles)
    )


def _said_to_all(event: Event) -> bool:
    """Whether this was written in a channel, and not to the bot by its name."""
    return isinstance(event, TextPosted) and event.place.kind is PlaceKind.CHANNEL and not event.to_bot


def _by_name(event: TextPosted) -> bool:
    """Whether this was written in a channel to the bot, which may not be read otherwise."""
    return event.place.kind is PlaceKind.CHANNEL and event.to_bot


def _unknown(event: Event) -> Refusal:
    match event:
        case CommandUsed():
            return Refusal.NO_SUCH_COMMAND
        case FormSubmitted():
            return Refusal.OLD_FORM
        case _:
            return Refusal.OLD_BUTTON


def _check_person(person: Person | None, rights: Rights) -> None:
    if rights.anyone:
        return
    if person is None:
        raise Refused(Refusal.NOT_ON_ROSTER)
    if person.suspended:
        raise Refused(Refusal.SUSPENDED)
    if Role.OBSERVER in person.roles and not rights.roles & person.roles:
        raise Refused(Refusal.FIGURES_ONLY)
    if rights.roles and not rights.roles & person.roles:
        raise Refused(Refusal.NOT_ALLOWED)

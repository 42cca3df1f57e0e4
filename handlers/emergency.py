"""Who is told what while the database cannot be written, from what was last known of the team. Pure."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from handlers import exclusion
from handlers.cards import calls as call_cards
from handlers.cards import emergency as cards
from handlers.chat import Card, Event, MessageRaised
from handlers.languages import Say, say_in
from handlers.red_flags import Concern
from storage.adults import Adult
from storage.people import ADULTS, Person
from storage.teams import Team, Way
from storage.words import Channel


@dataclass(frozen=True)
class Call:
    """One adult, every way in which they are told, and what. ``elsewhere`` goes out beside chat."""

    person: int
    chat: tuple[Way, ...]
    fallback: tuple[Way, ...]
    card: Card
    elsewhere: Card


def calls(team: Team, event: Event, concern: Concern) -> list[Call]:
    """Whom to tell: every adult of the team but whom the words name; the outside contact if none is left.

    Who has no address, neither in chat nor beside it, cannot be told and is as good as none.
    """
    writer = writer_of(team, event)
    kept_away = left_out(team, event, concern)
    reachable = [adult for adult in team.adults if team.ways.get(adult.person_id)]
    told = [adult for adult in reachable if adult.roles & ADULTS and adult.person_id not in kept_away]
    chosen = told or [adult for adult in reachable if not adult.roles & ADULTS]
    return [_call(team, adult, writer) for adult in chosen]


def to_all(team: Team, card: Callable[[Say], Card]) -> list[Call]:
    """The same few words to every adult of the team, by every way."""
    found = []
    for adult in team.adults:
        if adult.roles & ADULTS:
            said = card(_say(team, None, adult.person_id))
            found.append(replace(_call(team, adult, None), card=said, elsewhere=said))
    return found


def shared(team: Team, ways: Sequence[Way], card: Callable[[Say], Card] = cards.page_elsewhere) -> list[Call]:
    """The same to addresses that are nobody's own; tried again each by itself."""
    said = card(_say(team, None))
    return [Call(person=0, chat=(), fallback=(way,), card=said, elsewhere=said) for way in ways]


def left_out(team: Team, event: Event, concern: Concern) -> frozenset[int]:
    """The adults whom it may be about: by the words (:mod:`handlers.exclusion`), or as who wrote them.

    What else somebody raised may go on in these words. So whom their live cases keep away is left out too,
    as long as somebody else can be told.
    """
    writer = writer_of(team, event)
    reachable = {adult.person_id for adult in team.adults if team.ways.get(adult.person_id)}
    named = exclusion.named(
        event.words,
        concern.categories,
        team.adults,
        reachable=reachable,
        writer_id=writer.id if writer else None,
    )
    named |= _author(team, event)
    before = team.left_out.get((event.user.platform, event.user.workspace, event.user.id), frozenset())
    return named | before if reachable - named - before else named


def _author(team: Team, event: Event) -> frozenset[int]:
    """Who wrote a message that somebody else points out: it may be about its own writer."""
    if not isinstance(event, MessageRaised) or not event.by_another:
        return frozenset()
    author = team.accounts.get((event.user.platform, event.user.workspace, event.author))
    return frozenset({author.id}) if author else frozenset()


def writer_of(team: Team, event: Event) -> Person | None:
    """Who wrote it, if they are on the roster."""
    return team.accounts.get((event.user.platform, event.user.workspace, event.user.id))


def answer(team: Team, event: Event, kept_away: Collection[int], *, anybody: bool, now: datetime) -> Card:
    """What the writer is told; never a number of somebody whom it may be about."""
    others = tuple((adult.name, adult.phone) for adult in team.adults if adult.person_id not in kept_away)
    numbers = (
        call_cards.outside_team(team.programme, others[:3], now)
        if kept_away
        else call_cards.of_team(team.programme, now)
    )
    return cards.told(_say(team, writer_of(team, event)), numbers, anybody=anybody)


def _say(team: Team, person: Person | None, person_id: int = 0) -> Say:
    own = person.locale if person else team.locales.get(person_id, "")
    return say_in(own or team.programme.locale)


def _call(team: Team, adult: Adult, writer: Person | None) -> Call:
    ways = team.ways.get(adult.person_id, ())
    say = _say(team, None, adult.person_id)
    return Call(
        person=adult.person_id,
        chat=tuple(way for way in ways if way.channel is Channel.CHAT),
        fallback=tuple(way for way in ways if way.channel is not Channel.CHAT),
        card=cards.page(say, writer.name if writer else ""),
        elsewhere=cards.page_elsewhere(say),
    )

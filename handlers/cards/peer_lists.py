"""Peers by their codes: a helper's own, and for coordinators everybody's. Never a name of a peer."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from handlers.cards.helpers import FALLBACK, plain
from handlers.cards.paging import more
from handlers.cards.roster import grade_input
from handlers.cards.words import short
from handlers.chat import (
    OPTION_TEXT,
    OPTIONS,
    Block,
    Button,
    Buttons,
    Card,
    Fields,
    Form,
    Option,
    Select,
    Text,
    TextStyle,
    action,
)
from handlers.languages import Say
from storage.peers import AnyPeer, CodeUsed, OwnPeer

_LINES = 2_600
TOLD = 5
"""Codes used by somebody else that stand on one card."""


def own(say: Say, peers: Sequence[OwnPeer], *, following: int, zone: ZoneInfo, now: datetime) -> Card:
    """A helper's own peers. ``following``: where the list goes on, 0 if it does not."""
    if not peers:
        text = say("No peers yet. They come with your first check-in, or when you are paired with somebody.")
        blocks: list[Block] = [Text(text)]
    else:
        lines = [_own_line(say, each, zone, now) for each in peers]
        options = tuple(Option(str(each.peer_id), each.code) for each in peers)
        blocks = [
            Text("\n".join(lines)[:_LINES]),
            Select(say("Open one of them"), action("peers.one"), options),
        ]
    row = [Button(say("What I can give"), action("offer")), Button(say("What to say"), action("limits"))]
    row += more(say, "peers", following)
    return Card(say("My peers"), (*blocks, Buttons(tuple(row))), say(FALLBACK))


def _own_line(say: Say, peer: OwnPeer, zone: ZoneInfo, now: datetime) -> str:
    parts = [peer.code, _last(say, peer.last_at, zone, now)]
    if peer.pairing_id is not None:
        parts.append(say("paired"))
    return " · ".join(parts)


def _last(say: Say, last_at: datetime | None, zone: ZoneInfo, now: datetime) -> str:
    if last_at is None:
        return say("no contact yet")
    return say("last contact {time}", time=say.clock_time(last_at, zone, now))


def one(say: Say, peer: OwnPeer, *, zone: ZoneInfo, now: datetime) -> Card:
    """One of a helper's own peers, and what can be done."""
    facts = [
        (say("Last contact"), say.clock_time(peer.last_at, zone, now) if peer.last_at else say("none yet")),
        (say("Check-ins"), str(peer.contacts)),
        (say("Paired"), say("yes") if peer.pairing_id is not None else say("no")),
        (say("Grade"), peer.grade or say("not known")),
    ]
    row = [Button(say("Walk to an adult"), action("handoff.peer", peer.peer_id))]
    if not peer.said:
        row.append(Button(say("I said it"), action("limits.said", peer.peer_id)))
    if peer.pairing_id is not None:
        row.append(Button(say("We come to an end"), action("pairing.ends", peer.pairing_id)))
    row.append(Button(say("Change the grade"), action("peers.grade", peer.peer_id)))
    blocks: list[Block] = [Fields(tuple(facts))]
    if not peer.said:
        text = say("Tick it once for {code}: “I said what I can't keep secret.”", code=peer.code)
        blocks.append(Text(text, TextStyle.QUIET))
    return Card(peer.code, (*blocks, Buttons(tuple(row))), say(FALLBACK))


def grade_form(say: Say, peer_id: int, code: str, grade: str) -> Form:
    """Which year or class a peer is in."""
    help_ = say("Such as 9, Year 10 or 2e, never a name. Only for the term's figures; empty: not known.")
    typed = grade_input(say("Year or grade"), help_, grade)
    return Form(action("peers.grade", peer_id), say("{code}: grade", code=code), (typed,), submit=say("Save"))


def grade_kept(say: Say, code: str, grade: str) -> Card:
    """What stands there now."""
    return plain(say, code, say("Grade: {grade}", grade=grade or say("not known")))


def everybody(
    say: Say,
    peers: Sequence[AnyPeer],
    names: Mapping[int, str],
    *,
    codes_used: Sequence[CodeUsed],
    following: int,
    zone: ZoneInfo,
    now: datetime,
    news: str = "",
) -> Card:
    """Everybody who is helped, for coordinators; and who used a code of somebody else's peer."""
    blocks: list[Block] = [Text(news)] if news else []
    if codes_used:
        lines = [
            say(
                "• {helper} logged {code}, {time}",
                helper=_helper(say, names, each.helper_id),
                code=each.code,
                time=say.clock_time(each.at, zone, now),
            )
            for each in codes_used[:TOLD]
        ]
        blocks.append(Text("\n".join([say("Codes that usually see somebody else:"), *lines])))
        options = tuple(
            Option(
                f"{each.helper_id}-{each.peer_id}",
                f"{each.code} · {_helper(say, names, each.helper_id)}"[:OPTION_TEXT],
            )
            for each in codes_used[:OPTIONS]
        )
        blocks.append(Select(say("It is all right"), action("peers.settle"), options))
    listed = [_line(say, each, names, zone, now) for each in peers]
    blocks.append(Text("\n".join(listed)[:_LINES] or say("Nobody has logged a peer yet.")))
    row = [Button(say("Pairing"), action("pair")), Button(say("Walks to an adult"), action("handoffs"))]
    row += more(say, "peers", following)
    return Card(say("All peers, by code"), (*blocks, Buttons(tuple(row))), say(FALLBACK))


def _helper(say: Say, names: Mapping[int, str], helper_id: int) -> str:
    return short(say, names.get(helper_id, ""))


def _line(say: Say, peer: AnyPeer, names: Mapping[int, str], zone: ZoneInfo, now: datetime) -> str:
    if peer.waiting_since is not None:
        who = say("waits for a helper")
    elif peer.helper_ids:
        who = say.all_of([_helper(say, names, each) for each in peer.helper_ids])
    else:
        who = say("not paired")
    return f"{peer.code} · {who} · {_last(say, peer.last_at, zone, now)}"

"""Groups: whom each lead helper looks after, and what a lead sees of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handlers.cards.helpers import FALLBACK
from handlers.cards.meetings import PAGE
from handlers.cards.words import short
from handlers.chat import (
    BUTTONS,
    OPTIONS,
    TEXT_BLOCK,
    Block,
    Button,
    Buttons,
    ButtonStyle,
    Card,
    Option,
    Select,
    Text,
    TextStyle,
    action,
)
from handlers.languages import Say, mark


@dataclass(frozen=True)
class Seen:
    """What a lead sees of a helper: how often they came, and whether they left the last question open.

    ``check_ins`` is a number alone: with whom, about what and how long is not a lead's to know.
    """

    name: str
    came: int
    invited: int
    silent: bool
    check_ins: int = 0


def groups(say: Say, leads: Sequence[tuple[int, str]], of_lead: Mapping[int, Sequence[str]]) -> Card:
    """Every lead with their helpers."""
    lines = []
    for number, name in leads:
        helpers = [short(say, each) for each in of_lead.get(number, ())]
        lines.append(f"• {short(say, name)}: {', '.join(helpers) or '–'}")
    if not leads:
        text = say("There is no lead helper yet. Add one with /roster add.")
        return Card(say("Groups"), (Text(text),), say(FALLBACK))
    options = tuple(Option(str(number), short(say, name)) for number, name in leads[:OPTIONS])
    blocks: tuple[Block, ...] = (
        Text("\n".join(lines)[:TEXT_BLOCK]),
        Select(say("Open a group"), action("meeting.group"), options),
        Text(
            say("Leads see how many check-ins, who came and who did not answer. They see no case."),
            TextStyle.QUIET,
        ),
    )
    return Card(say("Groups"), blocks, say(FALLBACK))


def group(
    say: Say, lead_id: int, lead: str, helpers: Sequence[Seen], *, choose_from: int, news: str = ""
) -> Card:
    """One group. ``choose_from``: of how many helpers a coordinator can choose; 0 for the lead itself."""
    lines = [_line(say, each) for each in helpers]
    blocks: list[Block] = [Text(news)] if news else []
    blocks.append(Text("\n".join(lines)[:TEXT_BLOCK] or say("Nobody is in this group yet.")))
    if helpers:
        text = say("Check-ins and meetings of the last 8 weeks, and the last weekly question.")
        blocks.append(Text(text, TextStyle.QUIET))
    if choose_from:
        buttons = [
            Button(
                _label(say, start, choose_from),
                action("meeting.members", lead_id, start),
                ButtonStyle.PRIMARY,
            )
            for start in range(0, choose_from, PAGE)
        ]
        blocks.append(Buttons(tuple(buttons[:BUTTONS])))
    return Card(say("{name}'s group", name=short(say, lead)), tuple(blocks), say(FALLBACK))


def _label(say: Say, start: int, total: int) -> str:
    if total <= PAGE:
        return say("Who is in it?")
    return say("Who is in it? {first}–{last}", first=start + 1, last=min(start + PAGE, total))


def _line(say: Say, seen: Seen) -> str:
    parts = [short(say, seen.name)]
    if seen.check_ins:
        one, more = mark("{count} check-in"), mark("{count} check-ins")
        parts.append(say.counted(seen.check_ins, one, more))
    if seen.invited:
        parts.append(say("came to {came} of {count}", came=seen.came, count=seen.invited))
    if seen.silent:
        parts.append(say("no answer yet"))
    return "• " + " · ".join(parts)

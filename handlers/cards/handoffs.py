"""Walking a peer to an adult: asked of the helper, told to the adults, and what came of it.

It never stands in a page's place, and every card of it says so where somebody could think it does.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from handlers.cards.helpers import FALLBACK, plain
from handlers.cards.words import short
from handlers.chat import (
    OPTION_TEXT,
    OPTIONS,
    Block,
    Button,
    Buttons,
    ButtonStyle,
    Card,
    Choice,
    Fields,
    Form,
    Option,
    Select,
    Text,
    TextInput,
    TextStyle,
    action,
)
from handlers.languages import Say, mark
from storage.handoffs import Handoff

CONSENT = {"yes": mark("Yes, they want to"), "not_yet": mark("Not yet")}
PLANNED = {
    "now": mark("Now"),
    "today": mark("Later today"),
    "later": mark("Another day"),
}
WALKER = {
    "me": mark("I walk with them"),
    "alone": mark("They go by themselves"),
    "another": mark("Another helper walks with them"),
    "adult": mark("An adult comes to us"),
}
WALKS = {
    "me": mark("the helper walks with them"),
    "alone": mark("they come by themselves"),
    "another": mark("another helper walks with them"),
    "adult": mark("please come to them"),
}
OUTCOME = {
    "talked": mark("We talked"),
    "come_again": mark("They come again"),
    "referred": mark("Referred on"),
    "did_not_come": mark("They did not come"),
}
NOTE = 1_000
WHERE = 200
DATE = 10


def form(say: Say, form_id: str, values: Mapping[str, str]) -> Form:
    """Asked after a check-in, or of a peer. ``values`` were chosen before."""
    return Form(
        form_id,
        say("Walk to an adult"),
        (
            _choice("consent", say("Do they want to go?"), say, CONSENT, values, required=True),
            _choice("planned", say("When?"), say, PLANNED, values),
            _choice("walker", say("Who walks with them?"), say, WALKER, values),
            TextInput(
                name="note",
                label=say("What should the adult know?"),
                help=say("No names. In danger, don't wait for this: use /urgent."),
                value=values.get("note", "")[:NOTE],
                multiline=True,
                most=NOTE,
            ),
        ),
        submit=say("Save"),
    )


def _choice(
    name: str,
    label: str,
    say: Say,
    texts: Mapping[str, str],
    values: Mapping[str, str],
    *,
    required: bool = False,
) -> Choice:
    value = values.get(name, "")
    return Choice(
        name=name,
        label=label,
        options=tuple(Option(key, say(text)) for key, text in texts.items()),
        value=value if value in texts else "",
        required=required,
    )


def _who(say: Say, handoff: Handoff) -> str:
    return handoff.code or say("somebody without a code")


# --- to the helper -----------------------------------------------------------------------------


def not_yet(say: Say, handoff: Handoff) -> Card:
    """The peer does not want to go yet. (Warm handoff: their choice, the offer stays open.)"""
    text = say(
        "That is their choice. Say that the offer stands, and that you would come along. "
        "Nobody is told. If somebody may be in danger, an adult must know all the same: use /urgent."
    )
    row = Buttons(
        (
            Button(say("They said yes"), action("handoff.again", handoff.id), ButtonStyle.PRIMARY),
            Button(say("I'm worried"), action("worried")),
        )
    )
    return Card(say("Not yet, and that is all right"), (Text(text), row), say(FALLBACK))


def on_the_way(say: Say, handoff: Handoff, adults: Sequence[str], where: str) -> Card:
    """The peer agreed, and these adults are told; ``where`` is the team's room."""
    if adults:
        names = say.all_of([short(say, name) for name in adults])
        lines = [say("{adult} is told that {code} comes.", adult=names, code=_who(say, handoff))]
    else:
        lines = [say("Nobody is told by this. Go together to an adult whom you both trust.")]
    if where and adults:
        lines.append(say("Go to: {room}", room=where))
    lines.append(say("This is no page. In danger, use /urgent as well."))
    row = Buttons(
        (
            Button(say("We are there"), action("handoff.there", handoff.id), ButtonStyle.PRIMARY),
            Button(say("It did not happen"), action("handoff.no", handoff.id)),
            Button(say("I'm worried"), action("worried")),
        )
    )
    return Card(say("Thank you for walking with them"), (Text("\n".join(lines)[:1_500]), row), say(FALLBACK))


def there(say: Say) -> Card:
    """To the helper who says that they have arrived."""
    text = say("An adult has it from here. You don't have to stay, unless they would like you to.")
    return plain(say, say("Well done"), text)


def did_not_happen(say: Say) -> Card:
    """To the helper, when it came to nothing."""
    text = say("That happens. The offer stays open, and your coordinator sees that it did not happen.")
    return plain(say, say("Thank you for saying so"), text)


def arrived(say: Say, handoff: Handoff) -> Card:
    """To the helper: the adult has seen them. Nothing of what was said there."""
    text = say("{code} has come to an adult. Thank you for walking with them.", code=_who(say, handoff))
    return plain(say, say("They have arrived"), text)


def ask_helper(say: Say, handoff: Handoff) -> Card:
    """To the helper, when nobody has said whether they arrived."""
    text = say("You were going to an adult with {code}. How did it go?", code=_who(say, handoff))
    row = Buttons(
        (
            Button(say("We are there"), action("handoff.there", handoff.id), ButtonStyle.PRIMARY),
            Button(say("It did not happen"), action("handoff.no", handoff.id)),
        )
    )
    return Card(say("Did you get there?"), (Text(text), row), say(FALLBACK))


# --- to the adults -----------------------------------------------------------------------------


def coming(say: Say, handoff: Handoff, helper: str, *, again: bool = False) -> Card:
    """To the adults: somebody is on the way. ``again``: nobody has said whether they came, or how it went."""
    if again:
        title = say("Did they come?") if handoff.arrived_at is None else say("How did it go?")
    else:
        title = say("A peer would like to talk with you")
    return Card(title, _about(say, handoff, helper), say(FALLBACK))


def off(say: Say, handoff: Handoff, helper: str) -> Card:
    """To the adults who were told that somebody comes: they do not want to yet."""
    facts = (
        (say("Who"), _who(say, handoff)),
        (say("With"), short(say, helper)),
        (say("Do they want to go?"), say(CONSENT["not_yet"])),
    )
    return Card(say("Walk to an adult"), (Fields(facts),), say(FALLBACK))


def _about(say: Say, handoff: Handoff, helper: str) -> tuple[Block, ...]:
    facts = [(say("Who"), _who(say, handoff)), (say("With"), short(say, helper))]
    if handoff.planned:
        facts.append((say("When"), say(PLANNED[handoff.planned])))
    if handoff.walker:
        facts.append((say("How"), say(WALKS[handoff.walker])))
    row = []
    if handoff.outcome == "":
        if handoff.arrived_at is None:
            row.append(Button(say("They are here"), action("handoff.here", handoff.id), ButtonStyle.PRIMARY))
        row += [
            Button(say(OUTCOME["talked"]), action("handoff.end", handoff.id, "talked")),
            Button(say(OUTCOME["come_again"]), action("handoff.end", handoff.id, "come_again")),
            Button(say(OUTCOME["referred"]), action("handoff.refer", handoff.id)),
            Button(say(OUTCOME["did_not_come"]), action("handoff.end", handoff.id, "did_not_come")),
        ]
    else:
        facts.append((say("Outcome"), say(OUTCOME[handoff.outcome])))
    blocks: list[Block] = [Fields(tuple(facts))]
    if handoff.follow_up_on is not None:
        row += _follow_up(say, handoff)
    if row:
        blocks.append(Buttons(tuple(row)))
    if handoff.note or handoff.referred_to:
        blocks.append(Buttons((Button(say("Show the note"), action("handoff.note", handoff.id)),)))
    return tuple(blocks)


def one(say: Say, handoff: Handoff, helper: str, *, zone: ZoneInfo, now: datetime, news: str = "") -> Card:
    """One walk, as adults see it later."""
    blocks: list[Block] = [Text(news)] if news else []
    since = handoff.agreed_at or handoff.asked_at
    line = say("Agreed {time}.", time=say.clock_time(since, zone, now))
    if handoff.arrived_at is not None:
        line += " " + say("Arrived {time}.", time=say.clock_time(handoff.arrived_at, zone, now))
    if handoff.follow_up_on is not None:
        line += " " + say("Follow up on {day}.", day=say.day(handoff.follow_up_on))
    blocks += [Text(line), *_about(say, handoff, helper)]
    return Card(say("Walk to an adult"), tuple(blocks), say(FALLBACK))


def note(say: Say, handoff: Handoff) -> Card:
    """What was written, shown and not kept in the chat."""
    blocks: list[Block] = [Text(handoff.note, TextStyle.QUOTE)] if handoff.note else []
    if handoff.referred_to:
        blocks += [Text(say("Referred to:")), Text(handoff.referred_to, TextStyle.QUOTE)]
    return Card(say("The note"), tuple(blocks) or (Text(say("Nothing was written.")),), say(FALLBACK))


def refer_form(say: Say, form_id: str, where: str, day: str) -> Form:
    """Where somebody was referred to, and when that is followed up."""
    return Form(
        form_id,
        say("Referred on"),
        (
            TextInput(
                name="where",
                label=say("Where to?"),
                help=say("A service outside, such as a clinic. Kept sealed."),
                value=where[:WHERE],
                required=True,
                most=WHERE,
            ),
            TextInput(
                name="day",
                label=say("When do you follow it up?"),
                help=say("Such as 2026-03-09. You are reminded that morning."),
                value=day[:DATE],
                required=True,
                most=DATE,
            ),
        ),
        submit=say("Save"),
    )


def follow_up(say: Say, handoff: Handoff) -> Card:
    """To the adults, on the morning of the day: did it work out?"""
    text = say("{code} was referred on. Did it work out?", code=_who(say, handoff))
    row = Buttons(
        (*_follow_up(say, handoff), Button(say("Show the note"), action("handoff.note", handoff.id)))
    )
    return Card(say("Please follow up a referral"), (Text(text), row), say(FALLBACK))


def _follow_up(say: Say, handoff: Handoff) -> list[Button]:
    return [
        Button(say("It is done"), action("handoff.followed", handoff.id, "done"), ButtonStyle.PRIMARY),
        Button(say("Ask in a week"), action("handoff.followed", handoff.id, "week")),
    ]


def followed(say: Say, on: date | None) -> Card:
    """The answer to it; ``on`` is when it is asked again."""
    text = say("I ask again on {day}.", day=say.day(on)) if on else say("The referral is followed up.")
    return plain(say, say("Thank you"), text)


def listing(
    say: Say, found: Sequence[Handoff], names: Mapping[int, str], *, zone: ZoneInfo, now: datetime
) -> Card:
    """Walks that are open, and referrals to follow up."""
    if not found:
        return plain(say, say("Walks to an adult"), say("None is open."))
    lines = []
    for each in found[:OPTIONS]:
        state = say(OUTCOME[each.outcome]) if each.outcome else say("open")
        when = say.clock_time(each.agreed_at or each.asked_at, zone, now)
        lines.append(f"{_who(say, each)} · {short(say, names.get(each.helper_id, ''))} · {when} · {state}")
    options = tuple(
        Option(str(each.id), line[:OPTION_TEXT]) for each, line in zip(found, lines, strict=False)
    )
    blocks = (
        Text("\n".join(lines)[:2_600]),
        Select(say("Open one of them"), action("handoff.open"), options),
    )
    return Card(say("Walks to an adult"), blocks, say(FALLBACK))

"""Pairing as coordinators and helpers see it: who waits, who could help and why, and how a pair ends."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from handlers.cards import matching, spoken
from handlers.cards.helpers import FALLBACK, plain
from handlers.cards.paging import more
from handlers.cards.words import short
from handlers.chat import (
    FIELD_TEXT,
    FORM_INPUTS,
    OPTION_TEXT,
    OPTIONS,
    Block,
    Button,
    Buttons,
    ButtonStyle,
    Card,
    Fields,
    Form,
    MultiChoice,
    Option,
    Select,
    Text,
    TextInput,
    TextStyle,
    action,
)
from handlers.languages import Say
from handlers.pairing import Misfit, Suggestion
from storage.pairing import Need, Offer, Pairing, Wishes

CODE = 20
LISTED = 15
ALTHOUGH = "although"
"""In a choice: the helper does not fit, and whoever chose was told so."""
NAMES_TOLD = 3
"""Times, subjects and interests that an explanation names; it is read in a moment."""


# --- what helpers give -------------------------------------------------------------------------


def offer_form(say: Say, offer: Offer) -> Form:
    """What a helper can give, for how many peers."""
    inputs = (*matching.inputs(say, offer.wishes, helper=True), matching.places(say, offer.places))
    return Form(action("offer"), say("What I can give"), inputs, submit=say("Save"))


def offered(say: Say, offer: Offer) -> Card:
    """It is kept."""
    pairs = (*matching.facts(say, offer.wishes), (say("Places"), str(offer.places)))
    text = say("Your coordinator pairs by it. Nothing happens by itself.")
    row = Buttons((Button(say("Change it"), action("offer")),))
    return Card(say("Kept"), (Fields(pairs), Text(text, TextStyle.QUIET), row), say(FALLBACK))


# --- the coordinator's overview ----------------------------------------------------------------


def overview(
    say: Say,
    waiting: Sequence[Need],
    *,
    pairs: int,
    free: int,
    silent: Sequence[str] = (),
    zone: ZoneInfo,
    now: datetime,
    news: str = "",
) -> Card:
    """Who waits, how many are paired, which places are free. ``silent`` have not said what they can give."""
    blocks: list[Block] = [Text(news)] if news else []
    figures = (
        (say("Waiting"), str(len(waiting))),
        (say("Pairs"), str(pairs)),
        (say("Free places"), str(free)),
    )
    blocks.append(Fields(figures))
    if waiting:
        lines = [
            say("{code} since {time}", code=each.code, time=say.clock_time(each.waiting_since, zone, now))
            for each in waiting[:LISTED]
            if each.waiting_since is not None
        ]
        blocks.append(Text("\n".join([say("Waiting for a helper:"), *lines])))
    if silent:
        names = ", ".join(short(say, name) for name in silent[:LISTED])
        text = say("Not said yet what they can give (/peers): {names}", names=names)
        blocks.append(Text(text, TextStyle.QUIET))
    row = [Button(say("Add a peer"), action("pair.add"))]
    if waiting:
        row.insert(0, Button(say("Suggest"), action("pair.suggest"), ButtonStyle.PRIMARY))
    if pairs:
        row.append(Button(say("Pairs"), action("pair.list")))
    blocks.append(Buttons(tuple(row)))
    if waiting:
        options = tuple(Option(str(each.peer_id), each.code) for each in waiting[:OPTIONS])
        blocks.append(Select(say("Open one of them"), action("pair.open"), options))
    return Card(say("Pairing"), tuple(blocks), say(FALLBACK))


def need_form(say: Say, form_id: str, wishes: Wishes, code: str = "", *, new: bool = True) -> Form:
    """What a peer looks for. A code, never a name; empty: one is made."""
    typed = TextInput(
        name="code",
        label=say("Peer code"),
        help=say("Such as P-7K2M, never a name. Empty: I make a new one."),
        value=code,
        most=CODE,
    )
    inputs = matching.inputs(say, wishes, helper=False)
    return Form(
        form_id, say("What a peer looks for"), (*([typed] if new else []), *inputs), submit=say("Save")
    )


def need(say: Say, found: Need, apart: Sequence[str], news: str = "") -> Card:
    """What one peer looks for, and what can be done."""
    pairs = matching.facts(say, found.wishes)
    if found.grade:
        pairs.append((say("Grade"), found.grade))
    if apart:
        pairs.append((say("Not with"), ", ".join(short(say, name) for name in apart)[:FIELD_TEXT]))
    blocks: list[Block] = [Text(news)] if news else []
    blocks.append(Fields(tuple(pairs)) if pairs else Text(say("Nothing is known of what they look for yet.")))
    row = [
        Button(say("Choose a helper"), action("pair.other", found.peer_id), ButtonStyle.PRIMARY),
        Button(say("Change it"), action("pair.change", found.peer_id)),
        Button(say("Not with …"), action("pair.apart", found.peer_id)),
        Button(say("Change the grade"), action("peers.grade", found.peer_id)),
    ]
    if found.waiting_since is not None:
        row.append(Button(say("Off the waiting list"), action("pair.unlist", found.peer_id)))
    return Card(found.code, (*blocks, Buttons(tuple(row))), say(FALLBACK))


APART_LISTED = OPTIONS * FORM_INPUTS
"""Helpers who can be chosen in the form."""


def apart_form(say: Say, peer_id: int, helpers: Sequence[tuple[int, str]], chosen: frozenset[int]) -> Form:
    """Helpers whom a peer is never paired with; the first :data:`APART_LISTED`, in lists of 25."""
    shown = helpers[:APART_LISTED]
    lists = [shown[at : at + OPTIONS] for at in range(0, len(shown), OPTIONS)]
    inputs = tuple(
        MultiChoice(
            name=f"helpers{number}",
            label=say("Not with") if number == 0 else say("Not with (more)"),
            help=say("It is told to nobody, and no reason is kept."),
            options=tuple(Option(str(person), short(say, name)) for person, name in some),
            values=tuple(str(person) for person, _ in some if person in chosen),
        )
        for number, some in enumerate(lists)
    )
    return Form(action("pair.apart", peer_id), say("Not with"), inputs, submit=say("Save"))


# --- suggestions -------------------------------------------------------------------------------


def why(say: Say, found: Suggestion) -> str:
    """In words why two fit: "speaks Português, free Tuesday after school, 2 of 4 places free"."""
    how, offer = found.fit, found.offer
    parts = []
    if how.language:
        parts.append(say("speaks {language}", language=spoken.name(say, how.language)))
    if how.times:
        times = [matching.time(say, each) for each in how.times[:NAMES_TOLD]]
        parts.append(say("free {times}", times=say.all_of(times)))
    if how.subjects:
        subjects = [say(matching.SUBJECTS[each]) for each in how.subjects[:NAMES_TOLD]]
        parts.append(say("helps with {subjects}", subjects=say.all_of(subjects)))
    if how.likes:
        likes = [say(matching.LIKES[each]) for each in how.likes[:NAMES_TOLD]]
        parts.append(say("both: {interests}", interests=say.all_of(likes)))
    free = offer.places - offer.taken
    parts.append(say("{free} of {places} places free", free=free, places=offer.places))
    return ", ".join(parts)


def suggestion(say: Say, found: Suggestion, helper: str, *, more: int, news: str = "") -> Card:
    """One pair that a coordinator decides on; ``more`` wait behind it."""
    blocks: list[Block] = [Text(news)] if news else []
    blocks += [Text(short(say, helper), TextStyle.STRONG), Text(why(say, found))]
    looks_for = matching.facts(say, found.need.wishes)
    if looks_for:
        blocks.append(Fields(tuple(looks_for)))
    peer, person = found.need.peer_id, found.offer.helper_id
    row = Buttons(
        (
            Button(say("Pair them"), action("pair.yes", peer, person), ButtonStyle.PRIMARY),
            Button(say("Somebody else"), action("pair.other", peer)),
            Button(say("Not now"), action("pair.later", peer)),
        )
    )
    blocks.append(row)
    if more:
        blocks.append(Text(say("{count} more to decide.", count=more), TextStyle.QUIET))
    title = say("{code}: a suggestion", code=found.need.code)
    return Card(title, tuple(blocks), say(FALLBACK))


def no_suggestion(say: Say, *, waiting: int, news: str = "") -> Card:
    """Nobody is left to decide on; perhaps some wait whom nobody fits."""
    text = (
        say(
            "For {count} who wait nobody fits now. Helpers say what they can give in /peers, "
            "or open a peer in /pair and choose by hand.",
            count=waiting,
        )
        if waiting
        else say("Nobody waits.")
    )
    blocks: list[Block] = [Text(news)] if news else []
    row = Buttons((Button(say("Pairing"), action("pair")),))
    return Card(say("No more suggestions"), (*blocks, Text(text), row), say(FALLBACK))


def others(
    say: Say,
    code: str,
    peer_id: int,
    found: Sequence[Suggestion | Misfit],
    names: Mapping[int, str],
    *,
    following: int = 0,
) -> Card:
    """Helpers to choose from for one peer: who fits, the best first; then who does not, with why not."""
    way = (
        Button(say("Not now"), action("pair.later", peer_id)),
        Button(say("Pairing"), action("pair")),
        *([Button(say("More"), action("pair.other", peer_id, following))] if following else []),
    )
    title = say("{code}: who else?", code=code)
    if not found:
        return Card(title, (Text(say("There are no helpers yet.")), Buttons(way)), say(FALLBACK))
    fits = [each for each in found if isinstance(each, Suggestion)]
    rest = [each for each in found if isinstance(each, Misfit)]
    lines = [f"• {short(say, names.get(each.offer.helper_id, ''))}: {why(say, each)}" for each in fits]
    if rest:
        lines.append(say("They do not fit, but you decide:"))
    lines += [
        f"• {short(say, names.get(each.helper_id, ''))}: {', '.join(say(reason) for reason in each.why)}"
        for each in rest
    ]
    chosen = [(each.offer.helper_id, "") for each in fits]
    chosen += [(each.helper_id, f"-{ALTHOUGH}") for each in rest if not each.refused]
    options = tuple(
        Option(f"{peer_id}-{helper}{although}", short(say, names.get(helper, ""))[:OPTION_TEXT])
        for helper, although in chosen
    )
    select = (Select(say("Pair them with"), action("pair.pick"), options),) if options else ()
    return Card(title, (Text("\n".join(lines)[:2_600]), *select, Buttons(way)), say(FALLBACK))


# --- pairs, and their end ----------------------------------------------------------------------


def pairs(
    say: Say,
    found: Sequence[tuple[Pairing, str]],
    names: Mapping[int, str],
    *,
    resting: Collection[int],
    following: int,
) -> Card:
    """Everybody who is paired; ``resting`` are helpers who are paused or take a break."""
    lines = [
        f"{code} · {short(say, names.get(pair.helper_id, ''))}"
        + (f" · {say('rests')}" if pair.helper_id in resting else "")
        for pair, code in found
    ]
    options = tuple(
        Option(str(pair.id), line[:OPTION_TEXT]) for (pair, _), line in zip(found, lines, strict=True)
    )
    blocks: list[Block] = [Text("\n".join(lines) or say("Nobody is paired."))]
    if options:
        blocks.append(Select(say("Open one of them"), action("pair.show"), options))
    row = [Button(say("Pairing"), action("pair")), *more(say, "pair.list", following)]
    return Card(say("Pairs"), (*blocks, Buttons(tuple(row))), say(FALLBACK))


def pair(
    say: Say, found: Pairing, code: str, helper: str, *, rests: bool, zone: ZoneInfo, now: datetime
) -> Card:
    """One pair, and what can be done. ``rests``: its helper is paused or takes a break."""
    facts = ((say("Helper"), short(say, helper)), (say("Since"), say.clock_time(found.since, zone, now)))
    row = Buttons(
        (
            Button(say("Find another helper"), action("pair.end", found.id, "changed")),
            Button(say("End it well"), action("pair.end", found.id, "done")),
        )
    )
    text = (
        say("It rests: the helper takes a break and is asked nothing. It goes on when they are back.")
        if rests
        else say("Either way the helper is asked for one closing conversation.")
    )
    return Card(code, (Fields(facts), row, Text(text, TextStyle.QUIET)), say(FALLBACK))


def ended(say: Say, code: str, *, waits: bool, asked: bool) -> Card:
    """A pair has come to its end. ``asked``: its helper was, for a closing conversation."""
    if waits and asked:
        text = say(
            "{code} is on the waiting list now. The helper is asked for a closing conversation.", code=code
        )
    elif asked:
        text = say("The helper is asked for a closing conversation with {code}.", code=code)
    else:
        lines = [say("{code} is on the waiting list.", code=code)] if waits else []
        text = "\n".join([*lines, say("The helper takes a break and was asked nothing.")])
    row = Buttons((Button(say("Pairing"), action("pair")),))
    return Card(say("The pair has ended"), (Text(text), row), say(FALLBACK))


def helper_left(say: Say, helper: str, codes: Sequence[str]) -> Card:
    """To coordinators: a helper is gone, and who waits because of it."""
    text = say(
        "{helper} helps no more. On the waiting list: {codes}. Please see to a good ending where it can be.",
        helper=short(say, helper),
        codes=", ".join(codes),
    )
    row = Buttons((Button(say("Suggest"), action("pair.suggest"), ButtonStyle.PRIMARY),))
    return Card(say("Peers without a helper"), (Text(text[:2_600]), row), say(FALLBACK))


# --- what the helper reads ---------------------------------------------------------------------


def new_peer(say: Say, pair_id: int, found: Need) -> Card:
    """To a helper: somebody to see."""
    text = say("Please find a time this week. Before you begin, say what you can't keep secret.")
    facts = matching.facts(say, found.wishes)
    blocks: list[Block] = [Text(text)]
    if facts:
        blocks.append(Fields(tuple(facts)))
    row = Buttons(
        (
            Button(say("What to say"), action("limits")),
            Button(say("I can't"), action("pairing.no", pair_id)),
        )
    )
    return Card(say("You have a new peer: {code}", code=found.code), (*blocks, row), say(FALLBACK))


def cannot(say: Say) -> Card:
    """To the helper who cannot."""
    return plain(say, say("Thank you for saying so"), say("Your coordinator looks for somebody else."))


def came_back(say: Say, helper: str, code: str) -> Card:
    """To coordinators: a helper cannot, or asks to end."""
    text = say(
        "{helper} can't see {code}. They are on the waiting list.", helper=short(say, helper), code=code
    )
    row = Buttons((Button(say("Suggest"), action("pair.suggest")),))
    return Card(say("A peer is waiting again"), (Text(text), row), say(FALLBACK))


def closing(say: Say, pair_id: int, code: str) -> Card:
    """To a helper: ending well. What was good, what comes next, and whom they can go to."""
    text = say(
        "Please have one closing conversation: what was good, what comes next, and whom they can go to now."
    )
    row = Buttons(
        (
            Button(say("We had it"), action("pairing.closed", pair_id, "had"), ButtonStyle.PRIMARY),
            Button(say("It could not be"), action("pairing.closed", pair_id, "missed")),
        )
    )
    return Card(say("{code} and you come to an end", code=code), (Text(text), row), say(FALLBACK))


def closed(say: Say, *, had: bool) -> Card:
    """The answer to it."""
    text = (
        say("A good ending is part of helping. Well done.")
        if had
        else say("That happens. Your coordinator sees it. Talk about it if it stays with you.")
    )
    return plain(say, say("Thank you"), text)


def ends(say: Say, helper: str, code: str) -> Card:
    """To coordinators: a helper and a peer have come to an end."""
    text = say(
        "{helper} and {code} come to an end. A closing conversation was asked for.",
        helper=short(say, helper),
        code=code,
    )
    row = Buttons((Button(say("Pairing"), action("pair")),))
    return Card(say("A pair comes to an end"), (Text(text), row), say(FALLBACK))

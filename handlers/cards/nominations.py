"""Nominating a helper, and deciding. Names and reasons stand only in private answers that are not kept."""

from collections.abc import Mapping, Sequence

from handlers.cards.helpers import FALLBACK, plain
from handlers.cards.roster import NAME
from handlers.cards.words import short
from handlers.chat import (
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
    UserInput,
    action,
)
from handlers.languages import Say, mark
from storage.nominations import Nomination, Opinion
from storage.roster import Entry
from storage.words import NominationKind, View

REASON = 1_000
COMMENT = 300
SAID = 8
"""Lead helpers whose view stands on the card; of more it says how many."""
KINDS = {
    NominationKind.SELF: mark("Myself: I would like to help"),
    NominationKind.PEER: mark("Another student"),
    NominationKind.APPLICATION: mark("My application: I was asked to write one"),
    NominationKind.STAFF: mark("A student, and I am staff"),
}
_HOW = {
    NominationKind.SELF: mark("by themselves"),
    NominationKind.PEER: mark("by another student"),
    NominationKind.APPLICATION: mark("in an application"),
    NominationKind.STAFF: mark("by staff"),
}
VIEWS = {
    View.YES: mark("Yes, a good helper"),
    View.UNSURE: mark("I am not sure"),
    View.NO: mark("Rather not now"),
}


def form(say: Say, values: Mapping[str, str]) -> Form:
    """Who, and why."""
    kind, readers = values.get("kind", ""), values.get("readers", "")
    return Form(
        action("nominate"),
        say("Nominate a helper"),
        (
            Choice(
                name="kind",
                label=say("Who is it?"),
                options=tuple(Option(each.value, say(label)) for each, label in KINDS.items()),
                value=kind if kind in set(NominationKind) else NominationKind.SELF.value,
                required=True,
            ),
            TextInput(
                name="name",
                label=say("Their name"),
                value=values.get("name", "")[:NAME],
                required=True,
                most=NAME,
            ),
            UserInput(
                name="who",
                label=say("Their account, if it is somebody else"),
                value=values.get("who", ""),
            ),
            TextInput(
                name="reason",
                label=say("What makes a good helper of them?"),
                help=say("Only good things, please. A worry about somebody goes to /urgent."),
                value=values.get("reason", "")[:REASON],
                multiline=True,
                most=REASON,
            ),
            Choice(
                name="readers",
                label=say("Who may read this?"),
                options=(
                    Option("coordinator", say("Only the coordinator")),
                    Option("team", say("Lead helpers too, if they are asked")),
                ),
                value=readers if readers in ("coordinator", "team") else "coordinator",
                required=True,
            ),
        ),
        say("Send"),
    )


def thanks(say: Say) -> Card:
    """It was kept."""
    return plain(say, say("Thank you"), say("The coordinator reads it and decides. They will talk to you."))


def many(say: Say) -> Card:
    """There are several of theirs already."""
    text = say("Several of yours wait for the coordinator already. Please talk to them first.")
    return plain(say, say("Not sent yet"), text)


def on_the_team(say: Say, *, own: bool) -> Card:
    """There is nothing to nominate."""
    text = say("You are on the team already.") if own else say("They are on the team already.")
    return plain(say, say("Thank you"), text)


def news(say: Say) -> Card:
    """Told to coordinators, without a name."""
    return Card(
        say("Somebody is nominated as a helper"),
        (Buttons((Button(say("Look at it"), action("nominations"), ButtonStyle.PRIMARY),)),),
        say(FALLBACK),
    )


# --- the coordinator's ---------------------------------------------------------------------------


def listing(say: Say, found: Sequence[Nomination], total: int) -> Card:
    """Who waits for a decision, the oldest first."""
    title = say("Nominations: {count}", count=total)
    if not found:
        return plain(say, title, say("Nobody waits for a decision. Anybody can type /nominate."))
    options = tuple(
        Option(str(each.id), f"{short(say, each.name)[:40]}, {say(_HOW[each.kind])}"[:75]) for each in found
    )
    return Card(title, (Select(say("Look at one"), action("nomination.pick"), options),), say(FALLBACK))


def one(say: Say, found: Nomination, said: Sequence[Opinion]) -> Card:
    """One nomination, with what lead helpers think of it."""
    blocks: list[Block] = [Fields(((say("Nominated"), say(_HOW[found.kind])),))]
    blocks.append(Text(found.reason or say("No reason was given."), TextStyle.QUOTE))
    lines = [
        f"{short(say, each.name)}: {say(VIEWS[each.view])}{f' – {each.comment}' if each.comment else ''}"
        for each in said[:SAID]
    ]
    if len(said) > SAID:
        lines.append(say("and {count} more", count=len(said) - SAID))
    if lines:
        blocks.append(Text("\n".join([say("What lead helpers think:"), *lines])[:2_000]))
    buttons = [
        Button(say("Accept as a helper"), action("nomination.accept", found.id), ButtonStyle.PRIMARY),
        Button(say("Not now"), action("nomination.later", found.id)),
    ]
    if found.shared:
        buttons.append(Button(say("Ask lead helpers"), action("nomination.ask", found.id)))
    else:
        blocks.append(Text(say("Only coordinators may read this one."), TextStyle.QUIET))
    blocks.append(Buttons(tuple(buttons)))
    return Card(short(say, found.name), tuple(blocks), say(FALLBACK))


def accepted(say: Say, entry: Entry) -> Card:
    """They are a helper now."""
    text = (
        say("They are welcomed and can begin.")
        if entry.accounts
        else say("They have no account here yet. Choose it now, so that they can begin.")
    )
    buttons = [Button(say("Who is on the team"), action("roster.page", 0))]
    if not entry.accounts:
        buttons.insert(0, Button(say("Their account"), action("roster.link", entry.id), ButtonStyle.PRIMARY))
    title = say("{name} is on the team", name=short(say, entry.name))
    return Card(title, (Text(text), Buttons(tuple(buttons))), say(FALLBACK))


def not_now(say: Say, name: str) -> Card:
    """Decided; the coordinator tells them."""
    text = say("Handrail tells nobody. Please say it yourself, kindly, to whoever asked.")
    return plain(say, say("{name}: not now", name=short(say, name)), text)


def asked(say: Say, count: int) -> Card:
    """Lead helpers were asked."""
    text = say("Their views stand with the nomination. You decide.")
    return plain(say, say("Lead helpers asked: {count}", count=count), text)


# --- the lead helper's -----------------------------------------------------------------------------


def ask(say: Say, number: int) -> Card:
    """Your view is asked; who it is about is behind the button."""
    return Card(
        say("Would this be a good helper?"),
        (
            Text(say("Somebody is nominated. The coordinator asks what you think. It stays with you two.")),
            Buttons((Button(say("Read it"), action("nomination.read", number), ButtonStyle.PRIMARY),)),
        ),
        say(FALLBACK),
    )


def for_lead(say: Say, found: Nomination) -> Card:
    """The name and the reason, nothing else."""
    blocks = (
        Text(found.reason or say("No reason was given."), TextStyle.QUOTE),
        Buttons((Button(say("Say what I think"), action("nomination.view", found.id), ButtonStyle.PRIMARY),)),
    )
    return Card(short(say, found.name), blocks, say(FALLBACK))


def view_form(say: Say, number: int, values: Mapping[str, str]) -> Form:
    """What a lead helper thinks."""
    view = values.get("view", "")
    return Form(
        action("nomination.view", number),
        say("What I think"),
        (
            Choice(
                name="view",
                label=say("Would this be a good helper?"),
                options=tuple(Option(each.value, say(label)) for each, label in VIEWS.items()),
                value=view if view in set(View) else "",
                required=True,
            ),
            TextInput(
                name="comment",
                label=say("Why, in a few words"),
                value=values.get("comment", "")[:COMMENT],
                most=COMMENT,
            ),
        ),
        say("Send"),
    )


def view_kept(say: Say) -> Card:
    """Thank you."""
    return plain(say, say("Thank you"), say("The coordinator reads it, and decides."))

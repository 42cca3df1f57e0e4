"""What helpers agree to, and how coordinators look after it.

The default text follows what programmes for peer helpers ask for: NAPPP, "Programmatic Standards and Ethics"
(respect, role and limits, no harm, supervision, confidentiality and what breaks it).
"""

from collections.abc import Sequence

from handlers.cards.helpers import FALLBACK
from handlers.cards.words import short
from handlers.chat import (
    FIELD_TEXT,
    TEXT_INPUT,
    Block,
    Button,
    Buttons,
    ButtonStyle,
    Card,
    Fields,
    Form,
    Text,
    TextInput,
    TextStyle,
    action,
)
from handlers.languages import Say, mark
from storage.agreements import Agreement

CHECK_IN = "checkin"
"""What comes after agreeing: the check-in that somebody was about to log."""
NAMED = 20
_DEFAULT = (
    mark("What stays with me"),
    mark(
        "What peers tell me stays with me and my coordinator. I use codes, not names. I do not talk or write "
        "about it with friends, at home or online."
    ),
    mark("What I always tell an adult, at once"),
    mark("Somebody may hurt themselves or end their life."),
    mark("Somebody may hurt somebody else."),
    mark("Somebody is abused, neglected or not safe."),
    mark("Somebody is very confused, or hears or sees what others do not."),
    mark("I am not sure. Then I ask."),
    mark(
        "I say this to a peer before we begin. I never promise secrecy. When I tell an adult, I say so to "
        "the peer and go with them if I can."
    ),
    mark("How I help"),
    mark("I listen, and I respect everybody. I treat nobody and tell nobody what to do."),
    mark("I help nobody who is family, my partner, or in a fight with me. I take no money and no gifts."),
    mark("I know my limits. I come to supervision, and I say when it is too much for me."),
    mark("Nothing here keeps me from telling an adult whom I trust."),
)
_HEADS = frozenset({_DEFAULT[0], _DEFAULT[2], _DEFAULT[9]})


def default_text(say: Say) -> str:
    """The text that Handrail brings."""
    lines = [f"\n{say(line)}" if line in _HEADS else f"• {say(line)}" for line in _DEFAULT]
    return "\n".join(lines).strip()


def text_of(say: Say, agreement: Agreement) -> str:
    """A version's text."""
    return agreement.text or default_text(say)


def read(say: Say, agreement: Agreement, *, after: str = "", kept: bool = False) -> Card:
    """The text, and the button. ``after`` is what follows; ``kept``: something was written already."""
    blocks: list[Block] = []
    if kept:
        blocks.append(Text(say("What you wrote is kept. Please read this first; then it is logged.")))
    elif after:
        blocks.append(Text(say("Please read this before you log a check-in. It takes a minute.")))
    blocks.append(Text(text_of(say, agreement)))
    agree = action("agreement.sign", agreement.id, *([after] if after else []))
    blocks.append(
        Buttons(
            (
                Button(say("I agree"), agree, ButtonStyle.PRIMARY),
                Button(say("I'm worried"), action("worried"), ButtonStyle.DANGER),
            )
        )
    )
    quiet = say(
        "Version {number}. A concern never waits for this: /urgent always works.", number=agreement.version
    )
    blocks.append(Text(quiet, TextStyle.QUIET))
    return Card(say("Our agreement"), tuple(blocks), say(FALLBACK))


def signed(say: Say, agreement: Agreement) -> Card:
    """The text, once it is agreed to."""
    thanks = say("You have agreed to this, version {number}. Thank you.", number=agreement.version)
    return Card(
        say("Our agreement"), (Text(thanks, TextStyle.STRONG), Text(text_of(say, agreement))), say(FALLBACK)
    )


def not_asked(say: Say) -> Card:
    """Nothing has to be signed here."""
    return Card(say("Our agreement"), (Text(say("Nothing has to be agreed to here.")),), say(FALLBACK))


# --- the coordinator's ---------------------------------------------------------------------------


def manage(
    say: Say, agreement: Agreement | None, helpers: int, unsigned: Sequence[str], news: str = ""
) -> Card:
    """Who has agreed, and what can be changed. ``agreement`` is ``None`` where there was never one."""
    blocks: list[Block] = [Text(news)] if news else []
    asked = agreement is not None and agreement.required
    if agreement is not None and asked:
        agreed = say("{count} of {all}", count=helpers - len(unsigned), all=helpers)
        facts = [(say("Version"), str(agreement.version)), (say("Have agreed"), agreed)]
        if unsigned:
            facts.append((say("Not yet"), names(say, unsigned)))
        blocks.append(Fields(tuple(facts)))
        blocks.append(Text(say("Who has not agreed reads it before the next check-in.")))
    else:
        blocks.append(Text(say("Helpers are not asked to agree to anything at the moment.")))
    switch = (
        Button(say("Ask for it no more"), action("agreement.off"))
        if asked
        else Button(say("Ask helpers for it"), action("agreement.on"), ButtonStyle.PRIMARY)
    )
    blocks.append(Buttons((Button(say("Read and change it"), action("agreement.text")), switch)))
    about = say("A changed text is a new version: everybody agrees again. So it is with each new term.")
    blocks.append(Text(about, TextStyle.QUIET))
    return Card(say("Confidentiality and ethics"), tuple(blocks), say(FALLBACK))


def names(say: Say, people: Sequence[str]) -> str:
    """Several people by name; of many, how many more."""
    shown = [short(say, name) for name in people[:NAMED]]
    if len(people) > NAMED:
        shown.append(say("and {count} more", count=len(people) - NAMED))
    return ", ".join(shown)[:FIELD_TEXT]


def text_form(say: Say, text: str) -> Form:
    """The text, to be changed."""
    return Form(
        action("agreement.text"),
        say("Our agreement"),
        (
            TextInput(
                name="text",
                label=say("What helpers agree to"),
                help=say("Keep what is always told to an adult: it protects helpers too. Empty: our text."),
                value=text[:TEXT_INPUT],
                multiline=True,
            ),
        ),
        say("Save"),
    )

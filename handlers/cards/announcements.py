"""An announcement to the team: the form, what the team will read with remarks beside it, and what it reads.

What a remark asks for, and by which guideline: ``handlers/safe_messaging/README.md``.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.cards.helpers import plain
from handlers.cards.words import short
from handlers.chat import (
    Block,
    Button,
    Buttons,
    ButtonStyle,
    Card,
    Divider,
    Form,
    Text,
    TextInput,
    TextStyle,
    action,
)
from handlers.languages import Say, mark
from handlers.safe_messaging import Find, Guideline
from storage.programmes import Programme

SUBJECT = 60
"""Characters of a subject."""
WORDS = 1_000
"""Characters of an announcement."""
_QUOTED = 60
"""Characters shown of what a remark is about."""
_NEWS = mark("News from your coordinator. Open Handrail.")
_YOURS = mark("Your announcement. Open Handrail.")
# Each as reportingonsuicide.org, #chatsafe (Orygen) and WHO ask for it; see the README beside the rules.
REMARKS = {
    Guideline.NAMED: mark(
        "Write “died by suicide” or “attempted suicide”. Other words sound like a crime, a success or a "
        "failure."
    ),
    Guideline.CAUSE: mark(
        "Leave the reason out. There is never a single one, and it may sound like an answer to somebody with "
        "the same trouble."
    ),
    Guideline.BEAUTY: mark(
        "Death is no peace, no way out and nothing brave or beautiful. Say that people find help and get "
        "through."
    ),
    Guideline.NUMBERS: mark(
        "Leave out figures that make it look common. Say that most people who struggle get through it."
    ),
    Guideline.BLAME: mark("Leave out words that judge. Somebody who feels like this may be reading."),
    Guideline.DETAILS: mark(
        "Leave out notes, the place and the last hours. They make it easy to imagine for somebody at risk."
    ),
    Guideline.SECRET: mark(
        "No secret can be promised here: helpers bring danger to an adult. Say that instead."
    ),
}


@dataclass(frozen=True)
class Announcement:
    """What a coordinator wrote. ``help``: it is about suicide or self-harm, so it says where help is."""

    subject: str
    words: str
    help: bool


@dataclass(frozen=True)
class Remarks:
    """What to think about before it goes. ``names`` are those that stand in it.

    ``concern``: it was read as one. ``no_line``: the programme has no crisis line that it could name.
    """

    finds: tuple[Find, ...] = ()
    names: tuple[str, ...] = ()
    concern: bool = False
    no_line: bool = False


@dataclass(frozen=True)
class Draft:
    """A text that is kept until it is sent. ``stamp``: no later one with the same number has it."""

    number: int
    stamp: str


def form_of(draft: Draft) -> str:
    """The form that takes a draft's place."""
    return action("announce", draft.number, draft.stamp)


def form(say: Say, form_id: str, values: Mapping[str, str]) -> Form:
    """The subject and the words. ``values`` are what was typed before."""
    return Form(
        form_id,
        say("Write to the team"),
        (
            TextInput(
                name="subject",
                label=say("What is it about?"),
                value=values.get("subject", "")[:SUBJECT],
                required=True,
                most=SUBJECT,
            ),
            TextInput(
                name="words",
                label=say("What should the team know?"),
                help=say("No names or codes of students. You see what the team will read before it goes."),
                value=values.get("words", "")[:WORDS],
                required=True,
                multiline=True,
                most=WORDS,
            ),
        ),
        submit=say("See it first"),
    )


# --- what the team reads -----------------------------------------------------------------------


def announced(say: Say, announcement: Announcement, *, name: str, programme: Programme) -> Card:
    """To each helper, in a direct message."""
    title, blocks = _as_read(say, announcement, name, programme)
    return Card(title, blocks, say(_NEWS))


def _as_read(
    say: Say, announcement: Announcement, name: str, programme: Programme
) -> tuple[str, tuple[Block, ...]]:
    """The title and the blocks, the same in the preview and in the message."""
    blocks: list[Block] = [
        Text(announcement.words),
        Text(say("From {adult}, to the whole team", adult=short(say, name)), TextStyle.QUIET),
    ]
    if announcement.help:
        blocks.append(Text(_help(say, programme), TextStyle.STRONG))
    return announcement.subject, tuple(blocks)


def _help(say: Say, programme: Programme) -> str:
    """Where help is, whatever the writer said. reportingonsuicide.org, #chatsafe: always with a number."""
    parts = [say("Is this about you, or about somebody you know? Tell an adult you trust today.")]
    if programme.crisis_line:
        parts.append(say("Crisis line, any hour: {number}.", number=programme.crisis_line))
    if programme.emergency_number:
        parts.append(say("In danger now: {number}.", number=programme.emergency_number))
    return " ".join(parts)


# --- before it goes ----------------------------------------------------------------------------


def preview(
    say: Say, announcement: Announcement, remarks: Remarks, draft: Draft, *, name: str, programme: Programme
) -> Card:
    """Exactly what the team will read, and beside it what goes against safe messaging."""
    title, read = _as_read(say, announcement, name, programme)
    lines = _lines(say, remarks)
    blocks: list[Block] = [
        Text(say("The team will read this:"), TextStyle.QUIET),
        Text(title, TextStyle.STRONG),
        *read,
        Divider(),
    ]
    if lines:
        blocks.append(Text(say("Please think about this first. You decide."), TextStyle.STRONG))
        blocks.append(Text("\n".join(f"• {line}" for line in lines)))
    elif announcement.help:
        good = say(
            "Software found nothing that safe-messaging guidelines advise against. Please look yourself."
        )
        blocks.append(Text(good))
    when = say("It goes to each helper alone, in the hours in which they want to be written to.")
    blocks.append(Text(when, TextStyle.QUIET))
    send, change = ButtonStyle.PRIMARY, ButtonStyle.PLAIN
    if lines:
        send, change = change, send
    blocks.append(
        Buttons(
            (
                Button(say("Send it"), action("announce.send", draft.number, draft.stamp), send),
                Button(say("Change it"), action("announce.change", draft.number, draft.stamp), change),
                Button(say("Don't send it"), action("announce.drop", draft.number, draft.stamp)),
            )
        )
    )
    return Card(say("Not sent yet"), tuple(blocks), say(_YOURS))


def _lines(say: Say, remarks: Remarks) -> list[str]:
    lines = [
        f"“{_cut(find.words)}”: {say(REMARKS[find.guideline])}"
        for find in remarks.finds
        if find.guideline in REMARKS
    ]
    if remarks.names:
        names = ", ".join(f"“{_cut(name)}”" for name in remarks.names)
        lines.append(
            say("{names}: leave out the names of people whom it is about. Others may guess.", names=names)
        )
    if remarks.concern:
        lines.append(
            say("It sounds like a concern, so you were asked about it. Send it only if it is about nobody.")
        )
    if remarks.no_line:
        lines.append(
            say("It should name a crisis line, and your programme has none. Add it with /handrail setup.")
        )
    return lines


def _cut(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= _QUOTED else f"{line[: _QUOTED - 1]}…"


def tells_a_method(say: Say, words: str) -> str:
    """Why it cannot go: nobody on the team should read how somebody was hurt."""
    return say(
        "“{words}” tells how somebody was hurt or died. That can put others at risk. Please leave it out.",
        words=_cut(words),
    )


def has_a_code(say: Say) -> str:
    """Why it cannot go: everybody would read whom it is about."""
    return say("Please leave peer codes out: the whole team reads this.")


def names_a_peer(say: Say, name: str) -> str:
    """Why it cannot go: everybody would read who is helped."""
    return say("“{name}” is somebody who is helped here. Please leave the name out.", name=_cut(name))


def held(say: Say, draft: Draft) -> Card:
    """The words raised a concern, or cannot go for another reason beside it. They are kept to be changed."""
    text = say(
        "These words sound like a concern, so they were taken as one and not sent to the team. "
        "If they were meant as news, please write them in another way."
    )
    buttons = (
        Button(say("Change it"), action("announce.change", draft.number, draft.stamp), ButtonStyle.PRIMARY),
        Button(say("Don't send it"), action("announce.drop", draft.number, draft.stamp)),
    )
    return Card(say("Not sent"), (Text(text), Buttons(buttons)), say(_YOURS))


# --- afterwards --------------------------------------------------------------------------------


def sent(say: Say, count: int) -> Card:
    """To whoever wrote it."""
    to = say.counted(
        count,
        mark("{count} helper gets it, in the hours in which they want to be written to."),
        mark("{count} helpers get it, each in the hours in which they want to be written to."),
    )
    return plain(say, say("On its way"), to)


def sent_before(say: Say) -> Card:
    """The same words went out already."""
    text = say("The team was sent exactly this within the last day. It was not sent again.")
    return plain(say, say("Not sent again"), text)


def nobody(say: Say) -> Card:
    """There is nobody to write to."""
    text = say("No helper of this team can be written to yet. Nothing was sent. Add them with /roster add.")
    return plain(say, say("Not sent"), text)


def dropped(say: Say) -> Card:
    """Somebody thought again."""
    return plain(say, say("Not sent"), say("Nothing was sent, and nothing of it is kept."))

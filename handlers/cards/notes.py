"""The words of a case, for the adults on its ladder: only ever a private answer, never a stored message."""

from dataclasses import dataclass
from datetime import datetime

from handlers.cards.cases import NEWS_FALLBACK, CaseView
from handlers.cards.words import CATEGORY, FOUND_BY, short
from handlers.chat import Account, Block, Button, Buttons, Card, Divider, Fields, Text, TextStyle, action
from handlers.languages import Say
from storage.case_notes import Flag, Note
from storage.words import Detail

REASONS = 1_500
ANSWER = 250
"""Characters of an answer; the form takes fewer, and what was flagged stands whole in the notes."""
NOTE_PART = 1_500
"""Characters of a note shown on one card; longer notes are turned page by page."""


@dataclass(frozen=True)
class Known:
    """What is known beside the notes: the writer's answers, the peer's sealed name, who was left out.

    ``account`` is whoever wrote them, where they are on no roster and have it where the reader is.
    """

    details: dict[Detail, str]
    peer_code: str
    peer_name: str
    left_out: tuple[str, ...]
    account: str = ""


def note(say: Say, view: CaseView, notes: list[Note], known: Known, *, part: int, now: datetime) -> Card:
    """The words themselves, one part at a time, the newest first: it is what somebody was paged for."""
    wordless = say("(no words: the helper pressed the button)")
    parts = [
        (written, text, index)
        for written in reversed(notes)
        for index, text in enumerate(_parts(written.text or wordless))
    ]
    part = min(part, len(parts) - 1)
    written, text, index = parts[part]
    blocks: list[Block] = [
        Text(
            say(
                "Written {time}. This look is recorded.",
                time=say.clock_time(written.written_at, view.zone, now),
            ),
            TextStyle.QUIET,
        ),
        *_known(say, known),
        Text(text, TextStyle.QUOTE),
    ]
    if index == 0:
        reasons = dict.fromkeys(_reason(say, flag, written.text) for flag in written.flags)
        if reasons:
            blocks += [Divider(), Text("\n".join(reasons)[:REASONS])]
    if turn := _turn(say, view, part, len(parts)):
        blocks.append(Buttons(tuple(turn)))
    if len(notes) > 1 and index == 0:
        split = action("case.split", view.case.id, written.id)
        blocks.append(Buttons((Button(say("It is about somebody else"), split),)))
    title = (
        say("the note ({part} of {parts}, newest first)", part=part + 1, parts=len(parts))
        if len(parts) > 1
        else say("the note")
    )
    return Card(f"{view.case.name} · {title}", tuple(blocks), say(NEWS_FALLBACK))


def _known(say: Say, known: Known) -> tuple[Block, ...]:
    labels = {Detail.WHERE: say("Where"), Detail.WHO: say("Who")}
    pairs = [(label, _cut(known.details[kind])) for kind, label in labels.items() if kind in known.details]
    if known.peer_code:
        name = f" · {short(say, known.peer_name)}" if known.peer_name else ""
        pairs.append((say("Peer"), f"{known.peer_code}{name}"))
    if known.left_out:
        pairs.append((say("Left out of this case"), ", ".join(known.left_out)[:200]))
    account = (Account(say("Their account here"), known.account),) if known.account else ()
    return (*account, *((Fields(tuple(pairs)),) if pairs else ()))


def _cut(answer: str) -> str:
    return answer if len(answer) <= ANSWER else f"{answer[:ANSWER]} …"


def _turn(say: Say, view: CaseView, part: int, parts: int) -> list[Button]:
    turn = []
    if part > 0:
        turn.append(Button(say("Back"), action("case.note", view.case.id, part - 1)))
    if part + 1 < parts:
        turn.append(Button(say("Next"), action("case.note", view.case.id, part + 1)))
    return turn


def _reason(say: Say, flag: Flag, text: str) -> str:
    words = ", ".join(f"“{text[start:end]}”" for start, end in flag.evidence)[:200]
    line = say(
        "{category}, {found_by}: {reason}",
        category=say(CATEGORY[flag.category]),
        found_by=say(FOUND_BY[flag.found_by]),
        reason=say(flag.reason),
    )
    return f"{line} {words}" if words else line


def _parts(text: str) -> list[str]:
    return [text[start : start + NOTE_PART] for start in range(0, len(text), NOTE_PART)]

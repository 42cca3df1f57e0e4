"""What a helper cannot keep to themselves: said to a peer at the first contact, and printed on one page."""

from dataclasses import dataclass

from handlers.cards.helpers import FALLBACK, plain
from handlers.chat import Block, Button, Buttons, Card, Text, TextStyle, action
from handlers.languages import Say, mark
from storage.peers import OwnPeer


@dataclass(frozen=True)
class Contact:
    """A check-in's peer and its helper. ``peer_id`` is ``None`` where it was nobody in particular.

    ``said``: the helper has told the peer what cannot be kept secret; ``elsewhere``: another helper is the
    one who helps this peer.
    """

    peer_id: int | None = None
    said: bool = False
    elsewhere: bool = False


@dataclass(frozen=True)
class Part:
    """A heading of the sheet, and what stands below it. In English: ``say`` each."""

    heading: str
    lines: tuple[str, ...]


TITLE = mark("What stays with me, and what I pass on")
# The limits of what helpers keep to themselves are those of the standards for peer programmes (NAPPP) and of
# ASCA's position on peer support: danger to oneself, danger to others, abuse; said before anything else is.
SHEET = (
    Part(
        mark("Who I am"),
        (
            mark("I am a trained helper, not a counselor. I listen, and I don't tell you what to do."),
            mark("You may stop at any time, or ask for somebody else. You need no reason."),
        ),
    ),
    Part(
        mark("What I pass on to an adult"),
        (
            mark("If you may hurt yourself or end your life."),
            mark("If somebody hurts you, at home or anywhere else, or may do so."),
            mark("If you may hurt somebody."),
            mark("Then I tell an adult at school right away. I say so first, and we can go together."),
        ),
    ),
    Part(
        mark("What our staff see"),
        (
            mark(
                "That I met somebody, when, and what kind of help it was. A code stands there, not your name."
            ),
            mark("The adults who guide us look after me too, so I may ask them for advice."),
            mark("Where somebody is being harmed, the law can ask staff to report it."),
        ),
    ),
    Part(
        mark("What parents are told"),
        (
            mark("I tell your parents nothing, and Handrail sends them nothing."),
            mark("Staff may have to talk with them, to protect you. You can ask to be part of it."),
        ),
    ),
    Part(
        mark("Everything else"),
        (mark("I keep it to myself. You can ask me what I wrote down."),),
    ),
)
FILL_IN = (mark("The adult to go to"), mark("Room and phone"), mark("In danger, call"))
"""Lines that a team fills in by hand before it copies the sheet."""


def first_contact(say: Say, code: str, contact: Contact) -> list[Block]:
    """What stands below a check-in: the tick at the first contact, and a word about somebody else's code."""
    blocks: list[Block] = []
    if contact.elsewhere:
        text = say(
            "{code} usually sees another helper. It is logged, and your coordinator sees it. "
            "A slip? Tap Edit and choose another code.",
            code=code,
        )
        blocks.append(Text(text))
    if contact.peer_id is not None and not contact.said:
        text = say("Tick it once for {code}: “I said what I can't keep secret.”", code=code)
        row = Buttons(
            (
                Button(say("I said it"), action("limits.said", contact.peer_id)),
                Button(say("What to say"), action("limits")),
            )
        )
        blocks += [Text(text), row]
    return blocks


def said(say: Say, peer: OwnPeer) -> Card:
    """The tick is kept; what else is asked once, if it is not known."""
    text = say("Kept for {code}. Say it again whenever it matters.", code=peer.code)
    if peer.grade:
        return plain(say, say("Thank you"), text)
    row = Buttons((Button(say("Add their grade"), action("peers.grade", peer.peer_id)),))
    why = say("Know their grade? It helps to see who is reached. You can leave it out.")
    return Card(say("Thank you"), (Text(text), Text(why, TextStyle.QUIET), row), say(FALLBACK))


def card(say: Say, link: str) -> Card:
    """What a helper says, in short; ``link`` leads to the page that can be printed, if there is one."""
    passed_on = SHEET[1].lines
    lines = "\n".join(f"• {say(line)}" for line in passed_on)
    blocks: list[Block] = [
        Text(say("Say it in your own words before you begin:")),
        Text(say(SHEET[0].lines[0]), TextStyle.QUOTE),
        Text(f"{say(SHEET[1].heading)}\n{lines}"),
        Text(f"{say(SHEET[3].heading)}\n" + "\n".join(f"• {say(line)}" for line in SHEET[3].lines)),
    ]
    printed = (
        say("One page to print: {link}", link=link)
        if link
        else say("Your coordinator has this on one page, to print.")
    )
    return Card(say(TITLE), (*blocks, Text(printed, TextStyle.QUIET)), say(FALLBACK))

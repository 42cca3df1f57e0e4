"""What adults seldom do with a case: join it, split it, leave somebody out."""

from handlers.cards.cases import NEWS_FALLBACK, CaseView
from handlers.chat import (
    Block,
    Button,
    Buttons,
    Card,
    Option,
    Select,
    Text,
    TextStyle,
    action,
)
from handlers.languages import Say
from storage.cases import Case


def more(say: Say, view: CaseView, others: tuple[Case, ...], adults: tuple[tuple[int, str], ...]) -> Card:
    """What is seldom needed: join two cases, or leave somebody of the team out.

    ``others`` are the reader's other open cases; ``adults`` are (person id, name) of who may be left out.
    """
    case = view.case
    blocks: list[Block] = [
        Text(
            say("A case is split from its notes: open the note that is about somebody else."), TextStyle.QUIET
        )
    ]
    if others:
        options = tuple(Option(str(other.id), other.name) for other in others[:25])
        blocks += [
            Text(say("Is it about the same person as another case? Then both become one.")),
            Select(say("Join it to …"), action("case.join", case.id), options),
        ]
    if adults:
        named = tuple(Option(str(number), name[:75]) for number, name in adults[:25])
        blocks += [
            Text(say("Is it about an adult on the team? They are not told any more, and see it nowhere.")),
            Select(say("Leave out …"), action("case.left_out", case.id), named),
        ]
    return Card(f"{case.name} · {say('more')}", tuple(blocks), say(NEWS_FALLBACK))


def left_out(say: Say, case: Case) -> Card:
    """The answer to whoever left somebody out."""
    line = say("They are not told any more, and see it nowhere. The timeline says that you did it.")
    return Card(f"{case.name} · {say('left out')}", (Text(line),), say(NEWS_FALLBACK))


def split_off(say: Say, case: Case) -> Card:
    """The answer to whoever made a note a case of its own."""
    line = say("That note is a case of its own now, and you have it: {case}.", case=case.name)
    show = Button(say("Open {case}", case=case.name), action("case.show", case.id))
    return Card(
        f"{case.name} · {say('a case of its own')}", (Text(line), Buttons((show,))), say(NEWS_FALLBACK)
    )

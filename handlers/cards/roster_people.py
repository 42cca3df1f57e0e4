"""One person on the roster: what is kept, and what a coordinator can do."""

from collections.abc import Mapping, Sequence

from handlers.cards.helpers import FALLBACK
from handlers.cards.roster import (
    NAME,
    OFFERED,
    ROLES,
    also_called_input,
    grade_input,
    known_of,
    lacks,
    name_input,
    phone_input,
    roles_of,
)
from handlers.cards.words import short
from handlers.chat import (
    Block,
    Button,
    Buttons,
    ButtonStyle,
    Card,
    Fields,
    Form,
    MultiChoice,
    Option,
    Text,
    TextStyle,
    UserInput,
    action,
)
from handlers.languages import Say, mark
from storage.roster import Entry


def person(say: Say, entry: Entry, *, may_go: bool, news: str = "") -> Card:
    """Somebody on the roster, with what can be done. ``may_go``: they can be paused and removed."""
    facts = [(say("Role"), roles_of(say, entry)), (say("Accounts"), str(len(entry.accounts)))]
    facts += known_of(say, entry)
    blocks: list[Block] = [Text(news)] if news else []
    blocks.append(Fields(tuple(facts)))
    if lacking := lacks(say, entry):
        blocks.append(Text(" · ".join(lacking), TextStyle.QUIET))
    first = [
        Button(say("Change"), action("roster.change", entry.id), ButtonStyle.PRIMARY),
        Button(say("Another account"), action("roster.link", entry.id)),
    ]
    if entry.suspended:
        first.append(Button(say("Bring back"), action("roster.back", entry.id)))
    elif may_go:
        first.append(Button(say("Pause"), action("roster.pause", entry.id)))
    if may_go:
        first.append(Button(say("Remove"), action("roster.remove", entry.id)))
    else:
        text = say("{name} is the only coordinator. Add another one first.", name=short(say, entry.name))
        blocks.append(Text(text, TextStyle.QUIET))
    first.append(Button(say("Who is on the team"), action("roster.page", 0)))
    blocks.append(Buttons(tuple(first)))
    return Card(short(say, entry.name), tuple(blocks), say(FALLBACK))


def change_form(say: Say, entry: Entry, values: Mapping[str, str], roles: Sequence[str]) -> Form:
    """What is kept about somebody. ``roles`` are the ones that are ticked."""
    known = {offered.value for offered in OFFERED}
    return Form(
        action("roster.change", entry.id, entry.version),
        say("Change somebody"),
        (
            name_input(say("Their name, as the team knows them"), values),
            MultiChoice(
                name="roles",
                label=say("What they do"),
                options=tuple(Option(offered.value, say(ROLES[offered])) for offered in OFFERED),
                values=tuple(role for role in roles if role in known),
                required=True,
            ),
            phone_input(say, say("Phone, for adults"), values),
            also_called_input(say, say("Also called, for adults"), values),
            grade_input(
                say("Year or grade, for helpers"),
                say("Such as 9, Year 10 or 2e. Only for the term's figures."),
                values.get("grade", ""),
            ),
        ),
        say("Save"),
    )


def changed_meanwhile(
    say: Say, entry: Entry, values: Mapping[str, str], roles: Sequence[str]
) -> dict[str, str]:
    """By input, what somebody else has made of it since the form was opened, where it is not the same."""
    now = {name: str(getattr(entry, name)) for name in ("name", "phone", "also_called", "grade")}
    found = {name: value for name, value in now.items() if value != values.get(name, "").strip()}
    if entry.roles != {*roles}:
        found["roles"] = roles_of(say, entry)
    text = mark("Somebody else changed this meanwhile. Now it is: {value}. Yours is kept.")
    return {name: say(text, value=value[:NAME] or "–") for name, value in found.items()}


def link_form(say: Say, entry: Entry, value: str = "") -> Form:
    """Which account is theirs too."""
    return Form(
        action("roster.link", entry.id),
        say("Another account"),
        (
            UserInput(
                name="who",
                label=say("Which account is theirs too?"),
                help=say("A helper who is on the list twice becomes one person."),
                value=value,
                required=True,
            ),
        ),
        say("Save"),
    )


def ask_remove(say: Say, entry: Entry) -> Card:
    """Whether somebody is to be taken off the roster."""
    return Card(
        say("Remove {name}?", name=short(say, entry.name)),
        (
            Text(
                say(
                    "They are asked nothing more and see nothing more; their phone number goes. What they "
                    "logged stays. Open cases go on with the adults. Handrail does not tell them: please "
                    "talk to them first."
                )
            ),
            Buttons(
                (
                    Button(say("Remove"), action("roster.remove", entry.id, "yes"), ButtonStyle.DANGER),
                    Button(say("Keep"), action("roster.show", entry.id)),
                )
            ),
        ),
        say(FALLBACK),
    )


def removed(say: Say, name: str, cases: int) -> Card:
    """Somebody is off the roster. ``cases`` are those that they had and that climb again."""
    blocks: list[Block] = [Text(say("What they logged stays. Their open cases go on with the adults."))]
    if cases:
        blocks.append(Text(handed_on(say, cases), TextStyle.STRONG))
    blocks.append(Buttons((Button(say("Who is on the team"), action("roster.page", 0)),)))
    return Card(
        say("{name} is not on the team any more", name=short(say, name)), tuple(blocks), say(FALLBACK)
    )


def handed_on(say: Say, cases: int) -> str:
    """What is told where somebody had cases."""
    return say("Cases that they had and that are being paged again: {count}.", count=cases)

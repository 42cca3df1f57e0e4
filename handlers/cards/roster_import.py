"""A list of people before it is saved: what is new, changed, the same and wrong, line by line."""

from handlers.cards.helpers import FALLBACK, plain
from handlers.chat import (
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
from handlers.languages import Say
from handlers.roster_plan import Plan, wrong_lines

LINES = 15
"""Wrong lines that stand on the card; of more it says how many."""


def form(say: Say, text: str = "") -> Form:
    """Where a list is pasted."""
    return Form(
        action("roster.import"),
        say("Import a list"),
        (
            TextInput(
                name="rows",
                label=say("One person on each line"),
                help=say("Name; role; account; phone; also called; grade. Paste it from a spreadsheet."),
                value=text[:TEXT_INPUT],
                required=True,
                multiline=True,
            ),
        ),
        say("Look at it"),
    )


def preview(say: Say, plan: Plan, number: int, *, again: bool) -> Card:
    """What would change. ``again``: the team is not as it was when this was shown the first time."""
    blocks: list[Block] = []
    if again:
        text = say("The team has changed since you looked. Nothing was saved. This is how it is now.")
        blocks.append(Text(text, TextStyle.STRONG))
    blocks.append(Fields(_counts(say, plan)))
    if plan.wrong:
        blocks.append(Text("\n".join(wrong_lines(say, plan.wrong, LINES))))
    buttons = []
    if plan.good:
        label = say("Save only the good lines") if plan.wrong else say("Save all")
        buttons.append(Button(label, action("roster.import.save", number), ButtonStyle.PRIMARY))
    if plan.wrong:
        buttons.append(Button(say("Mend the list"), action("roster.import", number)))
    buttons.append(Button(say("Save nothing"), action("roster.import.drop", number)))
    blocks.append(Buttons(tuple(buttons)))
    blocks.append(
        Text(say("Nothing is saved yet. Nobody is removed: a list only adds and changes."), TextStyle.QUIET)
    )
    return Card(say("Please look at the list"), tuple(blocks), say(FALLBACK))


def _counts(say: Say, plan: Plan) -> tuple[tuple[str, str], ...]:
    return (
        (say("New"), str(len(plan.new))),
        (say("Changed"), str(len(plan.changed))),
        (say("The same"), str(plan.same)),
        (say("Wrong"), str(len(plan.wrong))),
    )


def saved(say: Say, plan: Plan) -> Card:
    """The good lines are saved."""
    blocks: list[Block] = [Fields(_counts(say, plan))]
    if any(each.account is None for each in plan.new):
        text = say("Some have no account yet: choose them with /roster, then Another account.")
        blocks.append(Text(text))
    blocks.append(Buttons((Button(say("Who is on the team"), action("roster.page", 0)),)))
    return Card(say("The list is saved"), tuple(blocks), say(FALLBACK))


def dropped(say: Say) -> Card:
    """Nothing of it was saved."""
    return plain(say, say("Nothing was saved"), say("The list is gone. The team is as it was."))

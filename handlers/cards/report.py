"""The term's report in chat: figures, goals, how staff see it."""

from collections.abc import Mapping, Sequence

from handlers.cards.helpers import FALLBACK, plain
from handlers.chat import (
    FIELDS,
    OPTIONS,
    Block,
    Button,
    Buttons,
    Card,
    Choice,
    Fields,
    Form,
    Link,
    Option,
    Select,
    Text,
    TextInput,
    TextStyle,
    action,
)
from handlers.languages import Say
from handlers.report import Report
from handlers.report_answers import OBSERVED
from handlers.report_figures import MEASURES, Line, Term
from handlers.supervision_questions import SCALE
from storage.evaluation import Goal

__all__ = ["SCALE", "goal_form", "goals", "observe_form", "observed", "report"]

NUMBER = 9
"""Characters of a number."""
SECTIONS = 5
"""Parts of a report that stand on the card; the page has them all."""


def report(
    say: Say, found: Report, term: Term, every: Sequence[Term], links: tuple[str, str], *, adult: bool
) -> Card:
    """A term in short. ``links`` lead to the page and to the figures as CSV; empty: there are none.

    ``adult``: for the adults of the team, who also set goals and ask; others only read.
    """
    blocks: list[Block] = []
    page, csv = links
    if page:
        blocks.append(Link(say("Read, print or save as PDF"), page))
        blocks.append(Link(say("Figures for a spreadsheet"), csv))
        blocks.append(Text(say("These links are yours alone and work for a day."), TextStyle.QUIET))
    for section in found.sections[:SECTIONS]:
        blocks.append(Text(section.title, TextStyle.STRONG))
        pairs = [(each.label, _in_short(say, each)) for each in section.lines[:FIELDS]]
        blocks.append(Fields(tuple(pairs)) if pairs else Text(section.says[0]))
    if not found.sections:
        blocks.append(Text(say("Nothing was logged in this term yet.")))
    if adult:
        goals_of_term = action("report.goals", term.first.toordinal())
        asks = (
            Button(say("Student survey"), action("survey")),
            Button(say("I observed"), action("report.observe")),
        )
        blocks.append(Buttons((Button(say("Goals"), goals_of_term), *asks)))
    if len(every) > 1:
        options = tuple(Option(str(each.first.toordinal()), each.words(say)) for each in every[:OPTIONS])
        blocks.append(Select(say("Another term"), action("report"), options))
    return Card(say("The term: {term}", term=found.term), tuple(blocks), say(FALLBACK))


def _in_short(say: Say, line: Line) -> str:
    parts = [line.now]
    if line.before:
        parts.append(say("last term {number}", number=line.before))
    if line.goal:
        parts.append(say("goal {number}", number=line.goal))
    return " · ".join(parts)


def goals(say: Say, term: Term, known: Mapping[str, Goal]) -> Card:
    """What is to be reached in a term, with a list to choose from."""
    pairs = []
    for measure, label in MEASURES.items():
        if goal := known.get(measure):
            start = say("from {number}", number=goal.baseline) if goal.baseline is not None else ""
            pairs.append((say(label), " · ".join(part for part in (str(goal.goal), start) if part)))
    text = say("Choose a few that matter. The report shows them beside what was reached.")
    blocks: list[Block] = [Text(text), *((Fields(tuple(pairs)),) if pairs else ())]
    options = tuple(Option(measure, say(label)) for measure, label in MEASURES.items())
    number = term.first.toordinal()
    blocks.append(Select(say("Set a goal for …"), action("report.goal", number), options))
    return Card(say("Goals: {term}", term=term.words(say)), tuple(blocks), say(FALLBACK))


def goal_form(say: Say, term: Term, measure: str, known: Goal | None) -> Form:
    """A goal for one figure, and where it stood before."""
    baseline = str(known.baseline) if known and known.baseline is not None else ""
    return Form(
        action("report.goal", term.first.toordinal(), measure),
        say("A goal"),
        (
            TextInput(
                name="goal",
                label=say(MEASURES[measure]),
                help=say("Leave it empty to have no goal."),
                value=str(known.goal) if known else "",
                most=NUMBER,
            ),
            TextInput(
                name="baseline",
                label=say("Where it stood before, if you know"),
                value=baseline,
                most=NUMBER,
            ),
        ),
        submit=say("Save"),
    )


def observe_form(say: Say) -> Form:
    """Four scales, no words."""
    options = tuple(Option(value, label if label.isdigit() else say(label)) for value, label in SCALE.items())
    return Form(
        action("report.observe"),
        say("What I observed"),
        tuple(
            Choice(name=key, label=say(label), options=options, required=True)
            for key, label in OBSERVED.items()
        ),
        submit=say("Save"),
    )


def observed(say: Say) -> Card:
    """The answer to whoever has observed something."""
    return plain(say, say("Saved"), say("It goes into the term's report, on average and without your name."))

"""Surveys of students, as coordinators see them."""

from collections.abc import Mapping

from handlers import survey_questions
from handlers.cards.helpers import FALLBACK, plain
from handlers.chat import (
    Block,
    Button,
    Buttons,
    ButtonStyle,
    Card,
    Choice,
    Fields,
    Form,
    Link,
    Option,
    Text,
    TextStyle,
    action,
)
from handlers.languages import Say
from handlers.report_figures import grouped
from handlers.supervision_figures import FEWEST
from handlers.supervision_questions import Kind, Question
from storage.surveys import Survey

SLIPS = (20, 40, 60, 100, 200)
DAYS = (7, 14, 21, 28)


def survey(say: Say, newest: Survey | None, link: str) -> Card:
    """The survey that is open, with the link to its slips; or what came of the last one."""
    start = Button(say("Start a survey"), action("survey.start"), ButtonStyle.PRIMARY)
    if newest is None:
        text = say(
            "Students answer six short questions on their phone, without an account or a name. "
            "You print slips with a link each, and helpers or staff hand them out."
        )
        return Card(say("Student survey"), (Text(text), Buttons((start,))), say(FALLBACK))
    if newest.is_open:
        facts = (
            (say("Slips"), str(newest.slips)),
            (say("Last day"), say.day(newest.closes_on)),
        )
        away = say("Handrail has no public address any more, so the slips lead nowhere.")
        print_it = Link(say("The slips, to print"), link) if link else Text(away)
        note = say(
            "Print the slips once. The link to them works for a day; open this card again for a new one. "
            "Nobody sees any answer before the survey is closed."
        )
        close = Button(say("Close it now"), action("survey.close", newest.id))
        blocks = (Fields(facts), print_it, Text(note, TextStyle.QUIET), Buttons((close,)))
        return Card(say("Student survey"), blocks, say(FALLBACK))
    return Card(say("Student survey"), (*_results(say, newest), Buttons((start,))), say(FALLBACK))


def _results(say: Say, found: Survey) -> tuple[Block, ...]:
    results = found.results or {}
    if results.get("counts") is None:
        few = say("Fewer than five students answered, so nothing is shown.")
        return (Text(few),)
    pairs = []
    for question in (*survey_questions.SCALES, survey_questions.AGAIN, survey_questions.KNEW):
        counts = results["counts"].get(question.key, {})
        answered = sum(counts.values())
        if answered < FEWEST:
            continue
        if question.kind is Kind.SCALE:
            mean = sum(int(value) * number for value, number in counts.items()) / answered
            told = say("{mean} of 5, on average", mean=f"{mean:.1f}")
        else:
            told = _chosen(say, question, counts)
        pairs.append((say(question.label), told))
    head = say(
        "{count} students answered. It was open until {day}.",
        count=results["answered"],
        day=say.day(found.closes_on),
    )
    if not pairs:
        few = say("Fewer than five students answered each question, so nothing more is shown.")
        return (Text(head), Text(few))
    return (Text(head), Fields(tuple(pairs)))


def _chosen(say: Say, question: Question, counts: Mapping[str, int]) -> str:
    """How often each option was chosen. Small ones stand together, so that nobody can work one out."""
    shown, rest = grouped(value for value, number in counts.items() for _ in range(number))
    labels = dict(question.options)
    told = [f"{say(labels[value])}: {number}" for value, number in shown]
    if rest and shown:
        told.append(say("Other answers: {count}", count=rest))
    return " · ".join(told) or say("too few of each answer to show")


def start_form(say: Say) -> Form:
    """How many slips, and for how long."""
    return Form(
        action("survey.start"),
        say("Student survey"),
        (
            Choice(
                name="slips",
                label=say("How many slips?"),
                help=say("Each is good for one answer."),
                options=tuple(Option(str(each), str(each)) for each in SLIPS),
                value=str(SLIPS[1]),
                required=True,
            ),
            Choice(
                name="days",
                label=say("Open for how long?"),
                options=tuple(Option(str(each), say("{count} days", count=each)) for each in DAYS),
                value=str(DAYS[1]),
                required=True,
            ),
        ),
        submit=say("Start"),
    )


def no_address(say: Say) -> Card:
    """Nobody's phone could open the links."""
    text = say(
        "Phones have to reach Handrail for this, and it has no public address. "
        "Whoever runs it sets PUBLIC_URL. Nothing was started."
    )
    return plain(say, say("Not started"), text)

"""How a case is closed, and how it was: for the adults on its ladder."""

from datetime import datetime

from handlers.cards.cases import NEWS_FALLBACK, CaseView
from handlers.cards.words import OUTCOME, PARENTS, REPORT
from handlers.chat import (
    TEXT_BLOCK,
    TEXT_INPUT,
    Block,
    Card,
    Choice,
    Fields,
    Form,
    MultiChoice,
    Option,
    Text,
    TextInput,
    TextStyle,
    action,
)
from handlers.languages import Say
from storage.cases import Case
from storage.outcomes import Outcome


def outcome_form(say: Say, case: Case, *, report: str = "", parents: str = "") -> Form:
    """The coordinator's checklist. A case closes only with it.

    ``report`` and ``parents`` are what was recorded already, if anything was.
    """
    return Form(
        action("case.outcome", case.id, case.climb),
        say("Close {case}", case=case.name),
        (
            Choice(name="outcome", label=say("Outcome"), options=_options(say, OUTCOME), required=True),
            MultiChoice(
                name="done",
                label=say("Done"),
                help=say("Leave out what was not done."),
                options=(
                    Option("student_seen", say("Student seen or spoken with")),
                    Option("handed_over", say("Handed over to somebody who goes on")),
                ),
            ),
            Choice(
                name="report",
                label=say("Mandated report"),
                options=_options(say, REPORT),
                value=report,
                required=True,
            ),
            Choice(
                name="parents",
                label=say("Parents or guardians"),
                options=_options(say, PARENTS),
                value=parents,
                required=True,
            ),
            TextInput(
                name="note",
                label=say("Why, and who was told what"),
                help=say("Kept sealed. Only the adults on this case's ladder can read it."),
                multiline=True,
                most=TEXT_INPUT,
            ),
        ),
        submit=say("Close the case"),
    )


def _options(say: Say, table: dict[str, str]) -> tuple[Option, ...]:
    return tuple(Option(value, say(label)) for value, label in table.items())


def closed(say: Say, view: CaseView) -> Card:
    """The answer to whoever closed a case."""
    return Card(
        f"{view.case.name} · {say('closed')}",
        (
            Text(
                say("The outcome is kept with the case, for the ladder's adults. The helper is not told it.")
            ),
        ),
        say(NEWS_FALLBACK),
    )


def result(say: Say, view: CaseView, outcome: Outcome, now: datetime) -> Card:
    """How a case was closed. Only ever a private answer."""
    blocks: list[Block] = [
        Text(
            say("Closed {time}. This look is recorded.", time=say.clock_time(outcome.at, view.zone, now)),
            TextStyle.QUIET,
        ),
        Fields(
            (
                (say("Outcome"), say(OUTCOME.get(outcome.outcome, outcome.outcome))),
                (say("Student seen"), say("Yes") if outcome.student_seen else say("No")),
                (say("Handed over"), say("Yes") if outcome.handed_over else say("No")),
                (say("Mandated report"), say(REPORT.get(outcome.report, outcome.report))),
                (say("Parents or guardians"), say(PARENTS.get(outcome.parents, outcome.parents))),
            )
        ),
    ]
    if outcome.note:
        blocks.append(Text(outcome.note[:TEXT_BLOCK], TextStyle.QUOTE))
    return Card(f"{view.case.name} · {say('the outcome')}", tuple(blocks), say(NEWS_FALLBACK))

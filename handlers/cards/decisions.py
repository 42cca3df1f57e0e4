"""What was decided about parents and reports: only ever private answers, for the adults on the ladder."""

from collections.abc import Sequence
from datetime import datetime

from handlers.cards.cases import CALLING_HOME, DECISIONS, NEWS_FALLBACK, CaseView
from handlers.cards.words import PARENTS, REPORT, short
from handlers.chat import (
    Block,
    Button,
    Buttons,
    Card,
    Choice,
    Fields,
    Form,
    Option,
    Text,
    TextInput,
    TextStyle,
    action,
)
from handlers.languages import Say, mark
from storage.decisions import PARENTS as ABOUT_PARENTS
from storage.decisions import Decision
from storage.words import Category

LINE = 120
"""Characters of who, by whom, when and a number."""
WHY = 1_000
SHOWN = 400
"""Characters of a reason on the card; half, and two thirds of a line, where more than two share it."""
LISTED = 4
"""Decisions on one card, the newest first; there are seldom more than two."""
_HEAD = {True: mark("Parents or guardians"), False: mark("Mandated report")}


def decisions(say: Say, view: CaseView, found: Sequence[tuple[Decision, str]], now: datetime) -> Card:
    """What was decided so far, each with the name of whoever recorded it."""
    blocks: list[Block] = []
    if _maybe_at_home(view):
        blocks.append(Text(say(CALLING_HOME), TextStyle.STRONG))
    listed = list(reversed(found))[:LISTED]
    line, why = (LINE, SHOWN) if len(listed) <= 2 else (LINE * 2 // 3, SHOWN // 2)
    for decision, by in listed:
        blocks += _decision(say, view, decision, by, now, line=line, why=why)
    if not found:
        blocks.append(Text(say("Nothing is recorded yet. Handrail tells no parent and no authority.")))
    blocks += [
        Text(say("Sealed, for this case's adults alone. Helpers see nothing of it."), TextStyle.QUIET),
        Buttons(
            (
                Button(say("Record: parents"), action("case.parents", view.case.id)),
                Button(say("Record: report"), action("case.report", view.case.id)),
            )
        ),
    ]
    return Card(f"{view.case.name} · {say(DECISIONS)}", tuple(blocks), say(NEWS_FALLBACK))


def _decision(
    say: Say, view: CaseView, decision: Decision, by: str, now: datetime, *, line: int, why: int
) -> tuple[Block, ...]:
    parents = decision.kind == ABOUT_PARENTS
    table = PARENTS if parents else REPORT
    words = (
        (say("To whom"), decision.who[:line]),
        (say("By whom"), decision.teller[:line]),
        (say("When"), decision.when[:line]),
        (say("Number"), decision.number[:line]),
        (say("Why"), decision.why[:why]),
    )
    pairs = [
        (say(_HEAD[parents]), say(table.get(decision.decision, decision.decision))),
        *((label, value) for label, value in words if value),
        (say("Recorded"), f"{say.clock_time(decision.at, view.zone, now)}, {short(say, by)}"),
    ]
    return (Fields(tuple(pairs)),)


def _maybe_at_home(view: CaseView) -> bool:
    return any(flag.category is Category.ABUSE for flag in view.flags)


def parents_form(say: Say, view: CaseView, name: str, now: datetime) -> Form:
    """Told, or not told and why; by whom and when. ``name`` is whoever fills it in."""
    first = (
        say("First check whether calling home is safe.")
        if _maybe_at_home(view)
        else say("Handrail tells them nothing: this is your record.")
    )
    return Form(
        action("case.parents", view.case.id),
        say("Parents, {case}", case=view.case.name),
        (
            Choice(
                name="decision",
                label=say("Parents or guardians"),
                help=first,
                options=tuple(Option(value, say(label)) for value, label in PARENTS.items()),
                required=True,
            ),
            TextInput(name="who", label=say("Who was told"), most=LINE),
            TextInput(name="teller", label=say("Who told them"), value=name[:LINE], most=LINE),
            _when(say, view, now),
            TextInput(
                name="why",
                label=say("Why, and what was agreed"),
                help=say("Needed if they are deliberately not told."),
                multiline=True,
                most=WHY,
            ),
        ),
        submit=say("Record it"),
    )


def report_form(say: Say, view: CaseView, now: datetime) -> Form:
    """A report to the authorities: made or not, to whom, when, under which number."""
    return Form(
        action("case.report", view.case.id),
        say("Report, {case}", case=view.case.name),
        (
            Choice(
                name="decision",
                label=say("Mandated report"),
                options=tuple(Option(value, say(label)) for value, label in REPORT.items()),
                required=True,
            ),
            TextInput(name="who", label=say("Reported to whom"), most=LINE),
            TextInput(name="number", label=say("Its number"), help=say("It may come later."), most=LINE),
            _when(say, view, now),
            TextInput(
                name="why",
                label=say("Why"),
                help=say("Needed if no report is required."),
                multiline=True,
                most=WHY,
            ),
        ),
        submit=say("Record it"),
    )


def _when(say: Say, view: CaseView, now: datetime) -> TextInput:
    local = now.astimezone(view.zone)
    return TextInput(name="when", label=say("When"), value=f"{say.day(local)}, {local:%H:%M}", most=LINE)

"""What the adults on a ladder see of a case. Never a helper's words, but for the note card itself."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from handlers.cards.words import (
    ABOUT,
    CATEGORY,
    FOUND_BY,
    HOW,
    OUTCOME,
    PARENTS,
    REPORT,
    URGENCY,
    clock_time,
    length,
)
from handlers.chat import (
    TEXT_BLOCK,
    TEXT_INPUT,
    Block,
    Button,
    Buttons,
    ButtonStyle,
    Card,
    Choice,
    Divider,
    Fields,
    Form,
    MultiChoice,
    Option,
    Text,
    TextInput,
    TextStyle,
    action,
)
from storage.case_notes import Flag, FlagSummary, Note
from storage.cases import Case, Outcome
from storage.words import CaseState, FollowUp

PAGE_FALLBACK = "Urgent peer concern. Open Handrail."
NEWS_FALLBACK = "News about a concern. Open Handrail."
REASONS = 2_000
NOTE_PART = 1_500
"""Characters of a note shown on one card; longer notes are turned page by page."""


@dataclass(frozen=True)
class CaseView:
    """What cards may say about a case: names for adults, flags without words."""

    case: Case
    flags: tuple[FlagSummary, ...]
    helper: str
    holder: str
    zone: ZoneInfo

    @property
    def concern(self) -> str:
        """The categories in words, the known ones before "not said yet"."""
        names = list(dict.fromkeys(CATEGORY[flag.category] for flag in self.flags))
        known = [name for name in names if name != "Not said yet"]
        return ", ".join(known or names)

    @property
    def found_by(self) -> str:
        """Who found it."""
        return " and ".join(dict.fromkeys(FOUND_BY[flag.found_by] for flag in self.flags))

    @property
    def theme(self) -> str:
        """The themes of the reasons, never the words themselves."""
        return ", ".join(dict.fromkeys(flag.theme for flag in self.flags))[:200]


def _facts(view: CaseView, now: datetime) -> Fields:
    case = view.case
    return Fields(
        (
            ("Concern", view.concern),
            ("Why", f"{view.theme} ({view.found_by})"),
            ("About", ABOUT[case.about]),
            ("Helper", view.helper),
            ("Opened", clock_time(case.opened_at, view.zone, now)),
        )
    )


def _show_note(case: Case) -> Button:
    return Button("Show the note", action("case.note", case.id))


def page(view: CaseView, repeat: int, now: datetime) -> Card:
    """A page: in ten seconds, what is asked and how to answer."""
    case = view.case
    waiting = round((now - case.climb_started_at).total_seconds() / 60)
    again = f"Nobody has answered for {length(waiting)}. " if repeat and waiting else ""
    return Card(
        f"{case.name} · {URGENCY[case.urgency]} · somebody needs you",
        (
            Text(f"{again}Tap an answer: you are paged until somebody has it.", TextStyle.STRONG),
            _facts(view, now),
            Buttons(
                (
                    Button("I've got it: going now", action("case.ack", case.id, "now"), ButtonStyle.PRIMARY),
                    Button("In 10 minutes", action("case.ack", case.id, "in_10")),
                    Button("By phone", action("case.ack", case.id, "by_phone")),
                    Button("I can't", action("case.decline", case.id)),
                    _show_note(case),
                )
            ),
        ),
        PAGE_FALLBACK,
    )


def status(view: CaseView, *, for_holder: bool, now: datetime) -> Card:
    """What a page's card becomes once the case has moved on."""
    match view.case.state:
        case CaseState.ACKNOWLEDGED:
            return _taken(view, for_holder=for_holder, now=now)
        case CaseState.RESOLVED:
            title = f"{view.case.name} · closed"
            outcome = Button("Show the outcome", action("case.result", view.case.id))
            blocks = (_facts(view, now), Buttons((_show_note(view.case), outcome)))
            return Card(title, blocks, NEWS_FALLBACK)
        case CaseState.WITHDRAWN | CaseState.ASKED:
            title = f"{view.case.name} · nobody was paged"
            blocks = (_facts(view, now), Buttons((_show_note(view.case),)))
            return Card(title, blocks, NEWS_FALLBACK)
        case _:
            return page(view, 1, now)


def _taken(view: CaseView, *, for_holder: bool, now: datetime) -> Card:
    case = view.case
    since = clock_time(case.acknowledged_at or now, view.zone, now)
    who = "You have it" if for_holder else f"{view.holder} has it"
    how = HOW.get(case.acknowledged_how or "", "")
    buttons: tuple[Button, ...] = (
        _show_note(case),
        Button("Close with an outcome", action("case.close", case.id)),
        Button("I can't after all", action("case.decline", case.id))
        if for_holder
        else Button("Take over", action("case.take", case.id)),
    )
    if for_holder and case.follow_up is not FollowUp.WITH_STUDENT:
        seen = Button("I'm with the student", action("case.seen", case.id, "yes"), ButtonStyle.PRIMARY)
        buttons = (seen, *buttons)
    return Card(
        f"{case.name} · {who}",
        (Text(f"Since {since}, {how}." if how else f"Since {since}."), _facts(view, now), Buttons(buttons)),
        NEWS_FALLBACK,
    )


def ask_with_student(view: CaseView) -> Card:
    """A quarter of an hour after the acknowledgement."""
    case = view.case
    return Card(
        f"{case.name} · Are you with the student?",
        (
            Text("Without an answer in 5 minutes, everybody on the ladder is paged again."),
            Buttons(
                (
                    Button(
                        "Yes, or spoken with them", action("case.seen", case.id, "yes"), ButtonStyle.PRIMARY
                    ),
                    Button("On my way", action("case.seen", case.id, "on_the_way")),
                    Button("I can't after all", action("case.decline", case.id)),
                    _show_note(case),
                )
            ),
        ),
        PAGE_FALLBACK,
    )


def remind_to_close(view: CaseView, now: datetime) -> Card:
    """A day later, while there is no outcome."""
    case = view.case
    opened = clock_time(case.opened_at, view.zone, now)
    return Card(
        f"{case.name} · still open",
        (
            Text(
                f"Opened {opened}. It closes only with an outcome, and you are asked daily until it has one."
            ),
            Buttons(
                (
                    Button("Close with an outcome", action("case.close", case.id), ButtonStyle.PRIMARY),
                    _show_note(case),
                )
            ),
        ),
        NEWS_FALLBACK,
    )


def joined_note(view: CaseView) -> Card:
    """New words about a case that somebody was already paged for."""
    return Card(
        f"{view.case.name} · a new note",
        (
            Text("The helper has written more about this case. Please read it now."),
            Buttons((_show_note(view.case),)),
        ),
        PAGE_FALLBACK,
    )


def note(view: CaseView, notes: list[Note], part: int, now: datetime) -> Card:
    """The words themselves, one part at a time. Only ever a private answer, never a stored message."""
    parts = [
        (written, text, index)
        for written in reversed(notes)  # the newest first: it is what somebody was paged for
        for index, text in enumerate(_parts(written.text or "(no words: the helper pressed the button)"))
    ]
    part = min(part, len(parts) - 1)
    written, text, index = parts[part]
    blocks: list[Block] = [
        Text(f"Written {clock_time(written.at, view.zone, now)}. This look is recorded.", TextStyle.QUIET),
        Text(text, TextStyle.QUOTE),
    ]
    if index == 0:
        reasons = dict.fromkeys(_reason(flag, written.text) for flag in written.flags)
        if reasons:
            blocks += [Divider(), Text("\n".join(reasons)[:REASONS])]
    turn = []
    if part > 0:
        turn.append(Button("Back", action("case.note", view.case.id, part - 1)))
    if part + 1 < len(parts):
        turn.append(Button("Next", action("case.note", view.case.id, part + 1)))
    if turn:
        blocks.append(Buttons(tuple(turn)))
    title = f"{view.case.name} · the note" + (
        f" ({part + 1} of {len(parts)}, newest first)" if len(parts) > 1 else ""
    )
    return Card(title, tuple(blocks), NEWS_FALLBACK)


def _reason(flag: Flag, text: str) -> str:
    words = ", ".join(f"“{text[start:end]}”" for start, end in flag.evidence)[:200]
    line = f"{CATEGORY[flag.category]}, {FOUND_BY[flag.found_by]}: {flag.reason}"
    return f"{line} {words}" if words else line


def result(view: CaseView, outcome: Outcome, now: datetime) -> Card:
    """How a case was closed. Only ever a private answer."""
    blocks: list[Block] = [
        Text(f"Closed {clock_time(outcome.at, view.zone, now)}. This look is recorded.", TextStyle.QUIET),
        Fields(
            (
                ("Outcome", OUTCOME.get(outcome.outcome, outcome.outcome)),
                ("Student seen", "Yes" if outcome.student_seen else "No"),
                ("Mandated report", REPORT.get(outcome.report, outcome.report)),
                ("Parents or guardians", PARENTS.get(outcome.parents, outcome.parents)),
            )
        ),
    ]
    if outcome.note:
        blocks.append(Text(outcome.note[:TEXT_BLOCK], TextStyle.QUOTE))
    return Card(f"{view.case.name} · the outcome", tuple(blocks), NEWS_FALLBACK)


def declined(case: Case, *, others_left: bool) -> Card:
    """After "I can't"."""
    text = (
        "The others on the ladder are paged. If you can after all, press an answer on any card of this case."
        if others_left
        else "There is nobody else on the ladder, so you stay paged. Please call an adult who can go."
    )
    return Card(f"{case.name} · thank you for saying so", (Text(text),), NEWS_FALLBACK)


def _parts(text: str) -> list[str]:
    return [text[start : start + NOTE_PART] for start in range(0, len(text), NOTE_PART)]


def outcome_form(case: Case) -> Form:
    """The coordinator's checklist. A case closes only with it."""
    return Form(
        action("case.outcome", case.id),
        f"Close {case.name}",
        (
            Choice(name="outcome", label="Outcome", options=_options(OUTCOME), required=True),
            MultiChoice(
                name="done",
                label="Done",
                help="Leave out what was not done.",
                options=(Option("student_seen", "Student seen or spoken with"),),
            ),
            Choice(name="report", label="Mandated report", options=_options(REPORT), required=True),
            Choice(name="parents", label="Parents or guardians", options=_options(PARENTS), required=True),
            TextInput(
                name="note",
                label="Why, and who was told what",
                help="Kept sealed. Only the adults on this case's ladder can read it.",
                multiline=True,
                most=TEXT_INPUT,
            ),
        ),
        submit="Close the case",
    )


def _options(table: dict[str, str]) -> tuple[Option, ...]:
    return tuple(Option(value, label) for value, label in table.items())


def open_cases(views: list[CaseView], total: int, now: datetime) -> Card:
    """The coordinator's open cases, the most urgent first, one button each."""
    if not views:
        return Card("No open cases", (Text("Nobody is waiting for an adult."),), NEWS_FALLBACK)
    lines = []
    for view in views:
        minutes = round((now - view.case.opened_at).total_seconds() / 60)
        age = length(minutes) if minutes < 120 else f"{minutes // 60} h"
        who = f"{view.holder} has it" if view.case.state is CaseState.ACKNOWLEDGED else "nobody has it yet"
        lines.append(f"{view.case.name} · {URGENCY[view.case.urgency]} · {view.concern} · {age} · {who}")
    more = f" (the first {len(views)} of {total})" if total > len(views) else ""
    return Card(f"Open cases{more}", (Text("\n".join(lines)), *_open_buttons(views)), NEWS_FALLBACK)


def review(views: list[CaseView], now: datetime) -> Card:
    """Cases whose writer was asked and said that no adult was needed; the coordinator may think otherwise."""
    if not views:
        return Card("Nobody answered “no” this week", (), NEWS_FALLBACK)
    lines = []
    for view in views:
        when = clock_time(view.case.opened_at, view.zone, now)
        lines.append(f"{view.case.name} · {view.concern} · {view.helper} · {when}")
    blocks: tuple[Block, ...] = (
        Text("They were asked whether it needs an adult now and said no. Nobody was paged."),
        Text("\n".join(lines)),
        *_open_buttons(views),
    )
    return Card("Answered “no”", blocks, NEWS_FALLBACK)


def _open_buttons(views: list[CaseView]) -> list[Buttons]:
    return [
        Buttons(
            tuple(
                Button(f"Open {view.case.name}", action("case.show", view.case.id))
                for view in views[start : start + 5]
            )
        )
        for start in range(0, len(views), 5)
    ]


def closed(view: CaseView) -> Card:
    """The answer to whoever closed a case."""
    return Card(
        f"{view.case.name} · closed",
        (Text("The outcome is kept with the case, for the ladder's adults. The helper is not told it."),),
        NEWS_FALLBACK,
    )

"""An adult's cases as a list: those that need somebody, and those whose writer said no."""

from datetime import datetime

from handlers.cards.cases import NEWS_FALLBACK, CaseView
from handlers.cards.words import URGENCY
from handlers.chat import (
    Block,
    Button,
    Buttons,
    Card,
    Text,
    action,
)
from handlers.languages import Say
from storage.words import CaseState


def open_cases(
    say: Say, views: list[CaseView], total: int, now: datetime, *, banner: tuple[Block, ...] = ()
) -> Card:
    """The coordinator's open cases, the most urgent first, one button each."""
    if not views:
        nobody = Text(say("Nobody is waiting for an adult."))
        return Card(say("No open cases"), (*banner, nobody), say(NEWS_FALLBACK))
    lines = []
    for view in views:
        minutes = round((now - view.case.opened_at).total_seconds() / 60)
        age = say.length(minutes) if minutes < 120 else say("{hours} h", hours=minutes // 60)
        taken = view.case.state is CaseState.ACKNOWLEDGED
        who = say("{adult} has it", adult=view.holder_name(say)) if taken else say("nobody has it yet")
        facts = (view.case.name, say(URGENCY[view.case.urgency]), view.concern(say), age, who)
        lines.append(f"• {' · '.join(facts)}")
    title = (
        say("Open cases (the first {shown} of {total})", shown=len(views), total=total)
        if total > len(views)
        else say("Open cases")
    )
    blocks = (*banner, Text("\n".join(lines)), *_open_buttons(say, views))
    return Card(title, blocks, say(NEWS_FALLBACK))


def review(say: Say, views: list[CaseView], now: datetime) -> Card:
    """Cases whose writer was asked and said that no adult was needed; the coordinator may think otherwise."""
    if not views:
        return Card(say("Nobody answered “no” this week"), (), say(NEWS_FALLBACK))
    lines = []
    for view in views:
        when = say.clock_time(view.case.opened_at, view.zone, now)
        lines.append(f"{view.case.name} · {view.concern(say)} · {view.helper_name(say)} · {when}")
    blocks: tuple[Block, ...] = (
        Text(say("They were asked whether it needs an adult now and said no. Nobody was paged.")),
        Text("\n".join(lines)),
        *_open_buttons(say, views),
    )
    return Card(say("Answered “no”"), blocks, say(NEWS_FALLBACK))


def _open_buttons(say: Say, views: list[CaseView]) -> list[Buttons]:
    return [
        Buttons(
            tuple(
                Button(say("Open {case}", case=view.case.name), action("case.show", view.case.id))
                for view in views[start : start + 5]
            )
        )
        for start in range(0, len(views), 5)
    ]

"""The menu, the help, and the coordinator's overview."""

from statistics import median

from handlers.cards.helpers import FALLBACK, call_block
from handlers.cards.supervision import NOT_FINE, WEEKLY
from handlers.cards.words import length, service, short
from handlers.chat import FIELD_TEXT, Button, Buttons, ButtonStyle, Card, Fields, Text, TextStyle, action
from storage.cases import CaseTotals
from storage.checkins import ServiceTotal
from storage.people import Person
from storage.programmes import Programme


def menu(person: Person) -> Card:
    """Where everything starts."""
    blocks = [
        Buttons(
            (
                Button("Check in", action("checkin"), ButtonStyle.PRIMARY),
                Button("I'm worried", action("worried"), ButtonStyle.DANGER),
                Button("My check-ins", action("mine")),
                Button("Help", action("help")),
            )
        )
    ]
    if person.is_adult:
        blocks.append(Buttons((Button("Open cases", action("cases")), Button("Last 7 days", action("week")))))
    return Card("Handrail", tuple(blocks), FALLBACK)


def help_card(commands: list[tuple[str, str, str]], programme: Programme) -> Card:
    """What one can type: (name, argument, summary) of each command."""
    lines = [
        f"/{name} {f'[{argument}] ' if argument else ''}– {summary}" for name, argument, summary in commands
    ]
    return Card(
        "What you can do",
        (
            Text("\n".join(lines)),
            Text("Or just write to me: “P-7K2M tutoring 30m went well”."),
            *call_block(programme),
            Text(
                "A note is read by your coordinator only if it is worrying or you ask. "
                "Handrail is not an emergency service: in danger, call first.",
                TextStyle.QUIET,
            ),
        ),
        FALLBACK,
    )


_REVIEW = Buttons((Button("Open cases", action("cases")), Button("Answered “no”", action("cases.no"))))


def week(
    services: list[ServiceTotal], totals: CaseTotals, answers: list[tuple[str, str]], unsure: int
) -> Card:
    """A coordinator's last seven days, in figures."""
    lines = [
        f"{service(item.service)}: {item.check_ins} check-ins, {length(item.minutes)}" for item in services
    ]
    facts = [("Cases opened", str(totals.opened)), ("Closed", str(totals.resolved))]
    if totals.acknowledge_seconds:
        minutes = median(totals.acknowledge_seconds) / 60
        facts.append(("Median time to answer", f"{minutes:.0f} min" if minutes >= 1 else "under 1 min"))
    if answers:
        words = [word for _, word in answers]
        weekly = " · ".join(f"{label}: {words.count(word)}" for word, label in WEEKLY.items())
        facts.append(("Weekly question", weekly))
        names = ", ".join(f"{short(name)} ({WEEKLY[word]})" for name, word in answers if word in NOT_FINE)
        if names:
            facts.append(("To see", names[:FIELD_TEXT]))
    if unsure:
        facts.append(("Check-ins “a little unsure”", str(unsure)))
    return Card(
        "The last 7 days",
        (Text("\n".join(lines) or "No check-ins."), Fields(tuple(facts)), _REVIEW),
        FALLBACK,
    )

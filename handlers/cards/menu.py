"""The menu, the help, and the coordinator's overview."""

from collections.abc import Sequence
from statistics import median

from handlers.cards import calls as call_cards
from handlers.cards.helpers import FALLBACK
from handlers.cards.supervision import NOT_FINE
from handlers.cards.supervision import WORDS as WEEKLY
from handlers.cards.words import service_line, short
from handlers.chat import (
    BUTTONS,
    FIELD_TEXT,
    Block,
    Button,
    Buttons,
    ButtonStyle,
    Card,
    Fields,
    Option,
    Select,
    Text,
    TextStyle,
    action,
)
from handlers.languages import LANGUAGES, Say
from storage.cases import Case
from storage.checkins import ServiceTotal
from storage.outcomes import CaseTotals
from storage.people import AROUND, Person
from storage.programmes import Programme
from storage.words import HELPING, Role


def menu(
    say: Say,
    person: Person,
    banner: tuple[Block, ...],
    *,
    raised: Sequence[Case] = (),
    hint: bool = False,
) -> Card:
    """Where everything starts. ``raised`` are the person's own cases that are not over.

    ``hint``: something was typed behind it that is not understood.
    """
    worried = Button(say("I'm worried"), action("worried"), ButtonStyle.DANGER)
    first = (
        (
            Button(say("Figures"), action("figures"), ButtonStyle.PRIMARY),
            Button(say("The term"), action("report")),
            worried,
        )
        if Role.OBSERVER in person.roles
        else (
            Button(say("Check in"), action("checkin"), ButtonStyle.PRIMARY),
            worried,
            Button(say("My check-ins"), action("mine")),
            Button(say("Supervision"), action("supervision")),
        )
    )
    blocks: list[Block] = [*banner, Buttons((*first, Button(say("Help"), action("help"))))]
    if raised:
        own = [
            Button(say("{case}: what to do now", case=case.name), action("writer.card", case.id))
            for case in raised[:BUTTONS]
        ]
        blocks.append(Buttons(tuple(own)))
    if person.roles & HELPING:
        own_peers = Button(say("My peers"), action("peers"))
        blocks.append(Buttons((own_peers, Button(say("Help that is looked for"), action("requests")))))
    if person.roles & AROUND:
        of_team = (
            Button(say("Last 7 days"), action("week")),
            Button(say("On duty"), action("rota")),
            Button(say("I'm away"), action("rota.away")),
        )
        more = of_team if person.is_adult else ()
        if Role.COORDINATOR in person.roles:
            more = (*more, Button(say("Peers"), action("peers")))
        blocks.append(Buttons((Button(say("Open cases"), action("cases")), *more)))
    if Role.COORDINATOR in person.roles:
        blocks.append(Buttons((Button(say("Write to the team"), action("announce")),)))
    if hint:
        text = say(
            "Behind /handrail can stand: setup, rota, agreement, words, watch, stop watching, announce. They "
            "are for coordinators. "
            "To log a check-in, type /checkin and what you did."
        )
        blocks.append(Text(text, TextStyle.QUIET))
    return Card("Handrail", tuple(blocks), say(FALLBACK))


def help_card(say: Say, commands: list[tuple[str, str, str]], programme: Programme) -> Card:
    """What one can type: (name, argument, summary) of each command; and the language, to be changed."""
    lines = [
        f"• /{name} {f'[{say(argument)}] ' if argument else ''}– {say(summary)}"
        for name, argument, summary in commands
    ]
    languages = tuple(Option(code, name) for code, name in LANGUAGES.items())
    return Card(
        say("What you can do"),
        (
            Text("\n".join(lines)),
            Text(say("Or just write to me: “P-7K2M tutoring 30m went well”.")),
            *call_cards.block(say, call_cards.of_team(programme)),
            Text(
                say(
                    "A note is read by your coordinator only if it is worrying or you ask. "
                    "Handrail is not an emergency service: in danger, call first."
                ),
                TextStyle.QUIET,
            ),
            Select(say("Language"), action("language"), languages),
        ),
        say(FALLBACK),
    )


def week(
    say: Say,
    services: list[ServiceTotal],
    totals: CaseTotals,
    answers: list[tuple[str, str]],
    unsure: int,
    *,
    banner: tuple[Block, ...],
) -> Card:
    """A coordinator's last seven days, in figures."""
    lines = [service_line(say, item) for item in services]
    facts = [(say("Cases opened"), str(totals.opened)), (say("Closed"), str(totals.resolved))]
    if totals.helpers:
        # A helper in danger is no peer's case, and only the adults on the ladder read this card.
        facts.append((say("Helpers who needed somebody"), str(totals.helpers)))
    if totals.acknowledge_seconds:
        minutes = median(totals.acknowledge_seconds) / 60
        time = say("{minutes} min", minutes=f"{minutes:.0f}") if minutes >= 1 else say("under 1 min")
        facts.append((say("Median time to answer"), time))
    if answers:
        words = [word for _, word in answers]
        weekly = " · ".join(f"{say(label)}: {words.count(word)}" for word, label in WEEKLY.items())
        facts.append((say("Weekly question"), weekly))
        names = ", ".join(
            f"{short(say, name)} ({say(WEEKLY[word])})" for name, word in answers if word in NOT_FINE
        )
        if names:
            facts.append((say("To see"), names[:FIELD_TEXT]))
    if unsure:
        facts.append((say("Check-ins “a little unsure”"), str(unsure)))
    review = (
        Button(say("Open cases"), action("cases")),
        Button(say("Answered “no”"), action("cases.no")),
        Button(say("The term"), action("report")),
    )
    return Card(
        say("The last 7 days"),
        (*banner, Text("\n".join(lines) or say("No check-ins.")), Fields(tuple(facts)), Buttons(review)),
        say(FALLBACK),
    )

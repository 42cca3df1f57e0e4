"""What a team sees beside cases: the menu, the help, its roster, its set-up and its channel."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from handlers.cards import channels, menu, roster, rota, setup, setup_more
from handlers.cards.rota import Duty, WeekHours, WeekView
from handlers.cards.setup import SetupView, Step
from handlers.chat import Block
from handlers.languages import Say
from handlers.registry import load
from handlers.rota import Gap
from storage.adults import Adult
from storage.words import Role
from tests.gallery.picture import Picture, picture
from tests.gallery.sample import NOW, Team


def pictures(team: Team) -> Iterator[Picture]:
    """Everything that a team can see of itself."""
    yield from _menu(team)
    yield from _roster(team)
    yield from _setup(team)
    yield from _rota(team)
    yield picture(channels.reads_along, programme=team.programme())
    yield picture(channels.reads_along, "without a number", programme=team.bare())
    for answer in (
        channels.reads_no_more,
        channels.watched_already,
        channels.not_watched,
        channels.not_a_channel,
        channels.alerts_here,
        channels.no_alerts,
        channels.not_delivered,
    ):
        yield picture(answer)


def _menu(team: Team) -> Iterator[Picture]:
    commands = sorted((entry.name, entry.argument, entry.summary) for entry in load().commands.values())
    yield picture(menu.menu, person=team.person(Role.HELPER), banner=())
    yield picture(menu.menu, "adult", person=team.person(Role.COORDINATOR), banner=setup.nobody_to_page)
    yield picture(menu.menu, "observer", person=team.person(Role.OBSERVER), banner=())
    yield picture(menu.menu, "hint", person=team.person(Role.HELPER), banner=(), hint=True)
    yield picture(menu.help_card, commands=commands, programme=team.programme())


def _roster(team: Team) -> Iterator[Picture]:
    helper = team.entry(team.helper, Role.HELPER)
    adult = team.entry(team.coordinator, Role.COORDINATOR)
    entries = [adult, replace(adult, phone=""), helper, replace(helper, roles=frozenset(), suspended=True)]
    typed = {"who": "U1", "name": team.helper, "phone": team.phone, "also_called": team.also_called}
    for number, entry in enumerate(entries, 1):
        entries[number - 1] = replace(entry, id=number)
    yield picture(roster.listing, entries=entries, page=1, pages=3, total=31, hint=False, nominated=2)
    yield picture(roster.listing, "nobody", entries=[], page=0, pages=1, total=0, hint=True)
    yield picture(roster.form, values={})
    yield picture(roster.form, "filled", values=typed)
    for role in Role:
        entry, was = team.entry(team.backup, role), frozenset[Role]()
        given = {"entry": entry, "role": role, "known": False, "was": was, "phone_kept": True}
        yield picture(roster.added, role.value, **given)
        yield picture(roster.welcome, role.value, programme=team.programme(), role=role)
    paused = replace(helper, suspended=True)
    leads = frozenset({Role.LEAD})
    yield picture(
        roster.added, "changed", entry=paused, role=Role.HELPER, known=True, was=leads, phone_kept=False
    )
    no_grade = {"entry": replace(helper, grade=""), "role": Role.HELPER, "was": frozenset[Role]()}
    yield picture(roster.added, "without a grade", known=False, phone_kept=True, **no_grade)
    yield picture(roster.welcome, "without a number", programme=team.bare(), role=Role.HELPER)


def _setup(team: Team) -> Iterator[Picture]:
    you = team.entry(team.coordinator, Role.COORDINATOR)
    backups = (team.entry(team.backup, Role.BACKUP),) * 5
    outside = (team.entry(team.outside, Role.OUTSIDE_CONTACT),)
    done = SetupView(team.programme(), you, backups, outside, NOW, 3)
    begun = SetupView(team.bare(), replace(you, phone="", accounts=()), (), (), NOW, 0)
    yield picture(setup.overview, view=done, banner=())
    yield picture(setup.overview, "begun", view=begun, banner=setup.nobody_to_page)
    yield picture(setup_more.services_form, chosen=list(team.programme().services["on"]))
    yield picture(setup_more.services_form, "none", chosen=())
    yield picture(setup_more.channels, watched=0)
    yield picture(setup_more.channels, "some", watched=3)
    for step in Step:
        yield picture(setup.form, step.value, form_id="setup", step=step, values={})


def _rota(team: Team) -> Iterator[Picture]:
    first = NOW.date()
    days = [first + timedelta(days=number) for number in range(7)]
    duties = [Duty(team.coordinator, 480, 720), Duty(team.backup, 720, 930, away=True)]
    hours = [WeekHours(number, team.coordinator, number % 7, 480, 720) for number in range(30)]
    adults = [
        Adult(1, team.coordinator, team.phone, "", frozenset({Role.COORDINATOR})),
        Adult(2, team.backup, "", "", frozenset({Role.BACKUP})),
    ]
    nobody = WeekView([(day, ()) for day in days], ())
    away = [(team.backup, first, days[1]), (team.coordinator, days[2], days[2])]
    full = WeekView([(day, duties) for day in days], away, True, hours, 0, True, True)
    yield picture(rota.week, view=nobody)
    yield picture(rota.week, "coordinator", view=full, banner=_coverage, news=_taken_off)
    yield picture(rota.hours_form, adults=adults, values={})
    yield picture(rota.hours_form, "typed", adults=adults, values={"who": "1", "starts": "8:00"}, days=["0"])
    yield picture(rota.away_form, adults=(), values={"first": first.isoformat()})
    yield picture(rota.away_form, "of others", adults=adults, values={"who": "2"})
    yield picture(rota.hand_form, days=days, adults=adults, values={})
    yield picture(rota.asked, swap_id=1, name=team.coordinator, day=first)
    for variant, accepted in (("yes", True), ("no", False)):
        yield picture(rota.took, variant, day=first, accepted=accepted)
        yield picture(rota.answered, variant, name=team.backup, day=first, accepted=accepted)


def _taken_off(say: Say) -> str:
    return say("Taken off.")


def _coverage(say: Say) -> tuple[Block, ...]:
    first = NOW.date()
    gaps = [Gap(first + timedelta(days=number), 480, 720) for number in range(4)]
    return rota.coverage(say, gaps, [first])

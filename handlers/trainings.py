"""What is known of a team's training: of one helper, of all of them, and for the digest."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from handlers.training_needs import (
    CERTIFICATE,
    SOON,
    Module,
    Own,
    Suggestion,
    stand,
    suggest,
    suggest_to_team,
)
from storage import roster, supervision, supervision_figures, supervision_rounds, training
from storage.db import Tx
from storage.people import ADULTS
from storage.programmes import Programme
from storage.roster import Entry
from storage.training import Training
from storage.words import HELPING

LATELY = timedelta(days=60)
_MONTH = timedelta(days=30)
_ROUNDS = 6
_NAMED = ("weekly", "session")
_UNNAMED = ("confidence", "wellbeing")


def today(programme: Programme, now: datetime) -> date:
    """The day on the programme's calendar."""
    return now.astimezone(ZoneInfo(programme.time_zone)).date()


async def helpers(tx: Tx, programme: Programme) -> list[Entry]:
    """Who is trained: helpers and lead helpers, by name; also those who are paused."""
    found = await roster.entries(tx, programme.id, HELPING)
    return sorted(found, key=lambda each: (each.name.casefold(), each.id))


async def own(tx: Tx, programme: Programme, person_id: int, now: datetime) -> Own:
    """Where one helper stands."""
    return stand(await training.of_programme(tx, programme.id, person_id), today(programme, now))


async def by_helper(tx: Tx, programme: Programme, now: datetime) -> list[tuple[Entry, Own]]:
    """Where every helper stands, by name."""
    done: dict[int, list[Training]] = {}
    for each in await training.of_programme(tx, programme.id):
        done.setdefault(each.person_id, []).append(each)
    day = today(programme, now)
    return [(entry, stand(done.get(entry.id, ()), day)) for entry in await helpers(tx, programme)]


async def certificates(tx: Tx, programme: Programme) -> list[Training]:
    """The adults' own certificates."""
    return [each for each in await training.of_programme(tx, programme.id) if each.module == CERTIFICATE]


async def suggested(tx: Tx, programme: Programme, person_id: int, now: datetime) -> tuple[Suggestion, ...]:
    """What somebody's own answers of the last weeks suggest."""
    answers = []
    for prompt in _NAMED:
        schedule = await supervision.of_prompt(tx, programme.id, prompt)
        if schedule is None:
            continue
        for round_ in await supervision_rounds.latest(tx, programme.id, _ROUNDS, schedule_id=schedule.id):
            answer = await supervision_rounds.own_answer(tx, round_.id, person_id)
            if answer is not None and answer.at >= now - LATELY:
                answers.append((answer.word, answer.content))
    loads = await supervision_figures.loads(tx, programme.id, HELPING, now - _MONTH, now)
    unsure = next((each.unsure for each in loads if each.person_id == person_id), 0)
    return suggest(answers, unsure)


async def suggested_to_team(tx: Tx, programme: Programme, now: datetime) -> tuple[Suggestion, ...]:
    """What the last closed rounds without names suggest for everybody."""
    counts = []
    for prompt in _UNNAMED:
        schedule = await supervision.of_prompt(tx, programme.id, prompt)
        if schedule is None:
            continue
        rounds = await supervision_rounds.latest(tx, programme.id, _ROUNDS, schedule_id=schedule.id)
        closed = [each for each in rounds if each.results and each.due_at >= now - LATELY]
        if closed and closed[0].results and closed[0].results.get("counts"):
            counts.append(closed[0].results["counts"])
    return suggest_to_team(counts)


async def without_it(
    tx: Tx, programme: Programme, since: datetime, now: datetime
) -> tuple[tuple[str, str], ...]:
    """Who gave a service in a time without a module that it asks for: (name, service). Nothing is refused."""
    needed = await training.needed(tx, programme.id)
    given = await training.services_given(tx, programme.id, needed, since, now) if needed else []
    if not given:
        return ()
    day = today(programme, now)
    holds: dict[int, set[str]] = {}
    for each in await training.of_programme(tx, programme.id):
        if each.holds(day):
            holds.setdefault(each.person_id, set()).add(each.module)
    return tuple(
        (name, service) for number, name, service in given if needed[service] - holds.get(number, set())
    )


async def certificates_ending(tx: Tx, programme: Programme, now: datetime) -> tuple[str, ...]:
    """Adults whose own certificate is over, or will be soon; by name."""
    day = today(programme, now)
    over = {each.person_id for each in await certificates(tx, programme) if not each.holds(day + SOON)}
    adults = await roster.entries(tx, programme.id, ADULTS)
    found = [entry.name for entry in adults if entry.id in over and not entry.suspended]
    return tuple(sorted(found, key=str.casefold))


async def ending(tx: Tx, programme: Programme, now: datetime) -> tuple[str, ...]:
    """Helpers who have a module that is over, or will be soon; by name."""
    day = today(programme, now)
    over = {
        each.person_id
        for each in await training.of_programme(tx, programme.id)
        if each.module in set(Module) and not each.holds(day + SOON)
    }
    return tuple(entry.name for entry in await helpers(tx, programme) if entry.id in over)

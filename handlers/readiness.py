"""What a programme still lacks before it can be relied on: somebody to page, and whom to call meanwhile."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from handlers import coverage
from handlers.cards import rota as rota_cards
from handlers.cards import setup as cards
from handlers.chat import Block
from handlers.context import Context
from storage import roster
from storage.db import Tx
from storage.people import ADULTS, AROUND, Person
from storage.programmes import Programme
from storage.roster import Entry
from storage.words import Role


class Severity(StrEnum):
    """``stops``: a page may reach nobody, so this is said until it is mended."""

    STOPS = "stops"
    WARNING = "warning"


class Lack(StrEnum):
    """What is missing."""

    NOBODY = "nobody"
    ONLY_ONE = "only_one"
    OUTSIDE_CONTACT = "outside_contact"
    EMERGENCY_NUMBER = "emergency_number"
    PHONE = "phone"
    ROOM = "room"
    ADULT_WITHOUT_ACCOUNT = "adult_without_account"
    ADULT_WITHOUT_PHONE = "adult_without_phone"


_STOPS = frozenset({Lack.NOBODY, Lack.ONLY_ONE})


@dataclass(frozen=True)
class Problem:
    """Something missing. ``who`` counts, by role, the adults whom it is about; empty where it is of none."""

    lack: Lack
    who: tuple[tuple[Role, int], ...] = ()

    @property
    def severity(self) -> Severity:
        """How bad it is."""
        return Severity.STOPS if self.lack in _STOPS else Severity.WARNING


async def problems(tx: Tx, programme: Programme) -> list[Problem]:
    """What a programme lacks now, the worst first."""
    return judge(programme, await roster.entries(tx, programme.id, AROUND))


def judge(programme: Programme, around: Sequence[Entry]) -> list[Problem]:
    """What is missing, the worst first. ``around`` are the team's adults and the outside contact."""
    adults = [adult for adult in around if not adult.suspended]
    on_ladder = [adult for adult in adults if adult.roles & ADULTS and adult.accounts]
    lacks = {
        Lack.NOBODY: not on_ladder,
        Lack.ONLY_ONE: len(on_ladder) == 1,
        Lack.OUTSIDE_CONTACT: not any(Role.OUTSIDE_CONTACT in adult.roles for adult in adults),
        Lack.EMERGENCY_NUMBER: not programme.emergency_number,
        Lack.PHONE: not programme.phone,
        Lack.ROOM: not programme.room,
    }
    found = [Problem(lack) for lack, missing in lacks.items() if missing]
    lacking = {
        Lack.ADULT_WITHOUT_ACCOUNT: [adult for adult in adults if not adult.accounts],
        Lack.ADULT_WITHOUT_PHONE: [adult for adult in adults if not adult.phone],
    }
    return found + [Problem(lack, _count(some)) for lack, some in lacking.items() if some]


def _count(adults: Sequence[Entry]) -> tuple[tuple[Role, int], ...]:
    """How many there are of each role; who has several counts as the first of them."""
    ranked = (Role.COORDINATOR, Role.BACKUP, Role.OUTSIDE_CONTACT)
    counted = Counter(next(role for role in ranked if role in adult.roles) for adult in adults)
    return tuple((role, counted[role]) for role in ranked if counted[role])


async def banner(ctx: Context) -> tuple[Block, ...]:
    """The first lines of what the team's adults look at, for as long as a page may reach nobody."""
    if ctx.person is None or not ctx.person.is_adult:
        return ()
    found = {problem.lack for problem in await problems(ctx.tx, ctx.programme)}
    if Lack.NOBODY in found:
        return cards.nobody_to_page(ctx.say)
    lacking = cards.only_one_to_page(ctx.say) if Lack.ONLY_ONE in found else ()
    return (*lacking, *await _week_ahead(ctx, ctx.person))


async def _week_ahead(ctx: Context, person: Person) -> tuple[Block, ...]:
    """What a coordinator can still mend: hours of the coming week in which nobody is on duty."""
    if Role.COORDINATOR not in person.roles:
        return ()
    found = await coverage.ahead(ctx.tx, ctx.programme, ctx.now)
    return rota_cards.coverage(ctx.say, found.gaps, found.all_away)

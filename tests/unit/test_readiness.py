"""What is said to be missing, for every way in which a programme may be incomplete."""

import pytest

from handlers.readiness import Lack, Problem, Severity, judge
from storage.programmes import Programme
from storage.roster import Entry
from storage.words import Role

READY = Programme(
    id=1,
    name="A team",
    time_zone="UTC",
    locale="en",
    room="Room 1",
    phone="555-0100",
    country="US",
    emergency_number="911",
    crisis_line="988",
    child_line="",
    services={"on": []},
    ladder_minutes={},
)


def adult(
    number: int, *roles: Role, phone: str = "555-0100", here: bool = True, paused: bool = False
) -> Entry:
    return Entry(
        id=number,
        name=f"Adult {number}",
        phone=phone,
        also_called="",
        suspended=paused,
        roles=frozenset(roles),
        accounts=((1, f"u{number}"),) if here else (),
    )


COORDINATOR = adult(1, Role.COORDINATOR)
BACKUP = adult(2, Role.BACKUP)
OUTSIDE = adult(3, Role.OUTSIDE_CONTACT)
ALL = (COORDINATOR, BACKUP, OUTSIDE)


def lacks(*around: Entry, **changes: str) -> list[Lack]:
    programme = Programme(**{**vars(READY), **changes})
    return [problem.lack for problem in judge(programme, around)]


def test_nothing_is_missing():
    assert lacks(*ALL) == []


@pytest.mark.parametrize(
    ("around", "found"),
    [
        ((), [Lack.NOBODY, Lack.OUTSIDE_CONTACT]),
        ((OUTSIDE,), [Lack.NOBODY]),
        ((COORDINATOR, OUTSIDE), [Lack.ONLY_ONE]),
        ((BACKUP, OUTSIDE), [Lack.ONLY_ONE]),
        ((adult(1, Role.COORDINATOR, Role.BACKUP), OUTSIDE), [Lack.ONLY_ONE]),
        ((COORDINATOR, adult(2, Role.BACKUP, paused=True), OUTSIDE), [Lack.ONLY_ONE]),
        ((COORDINATOR, BACKUP), [Lack.OUTSIDE_CONTACT]),
        ((COORDINATOR, BACKUP, adult(3, Role.OUTSIDE_CONTACT, paused=True)), [Lack.OUTSIDE_CONTACT]),
        (
            (COORDINATOR, adult(2, Role.BACKUP, here=False), OUTSIDE),
            [Lack.ONLY_ONE, Lack.ADULT_WITHOUT_ACCOUNT],
        ),
    ],
)
def test_who_is_missing(around: tuple[Entry, ...], found: list[Lack]):
    assert lacks(*around) == found


@pytest.mark.parametrize(
    ("name", "lack"),
    [("emergency_number", Lack.EMERGENCY_NUMBER), ("phone", Lack.PHONE), ("room", Lack.ROOM)],
)
def test_which_number_is_missing(name: str, lack: Lack):
    assert lacks(*ALL, **{name: ""}) == [lack]


def test_adults_are_counted_by_their_first_role_and_never_named():
    without = [adult(number, Role.BACKUP, phone="") for number in (4, 5)]
    both = adult(6, Role.BACKUP, Role.COORDINATOR, phone="")
    found = judge(READY, [*ALL, *without, both])
    assert found == [Problem(Lack.ADULT_WITHOUT_PHONE, ((Role.COORDINATOR, 1), (Role.BACKUP, 2)))]


def test_only_what_leaves_a_page_without_a_second_adult_stops():
    stops = [lack for lack in Lack if Problem(lack).severity is Severity.STOPS]
    assert stops == [Lack.NOBODY, Lack.ONLY_ONE]

"""The invented team of the gallery: its people, programme and cases."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from handlers.cards import calls
from handlers.cards.calls import Calls
from handlers.cards.cases import CaseView
from handlers.cards.writer import WriterView
from storage.case_notes import Flag, FlagSummary, Note
from storage.cases import Case
from storage.people import Person
from storage.programmes import Programme
from storage.roster import Entry
from storage.words import About, CaseState, Category, Detail, FollowUp, FoundBy, Role, Urgency

NOW = datetime(2026, 3, 2, 15, 40, tzinfo=UTC)
ZONE = ZoneInfo("America/New_York")
CODE = "P-7K2M"
READER = "maya"
"""The account of whoever reads and writes in the gallery."""
WORDS = "She told me she wants to die. We are outside the gym."


@dataclass(frozen=True)
class Team:
    """What a team fills in, in its own words. All of it reaches cards as it is, in every language."""

    name: str = "Harbor School peer helpers"
    helper: str = "Maya"
    coordinator: str = "Ms. Rivera"
    backup: str = "Mr. Okafor"
    outside: str = "Dr. Tanaka"
    peer: str = "Noor"
    room: str = "Room 114, next to the library"
    phone: str = "555-0114"
    emergency: str = "911"
    crisis_line: str = "988 (call or text)"
    child_line: str = "800-555-0199"
    also_called: str = "Mx. R"
    note: str = WORDS
    where: str = "outside the gym"

    def programme(self) -> Programme:
        """The team as it is stored."""
        return Programme(
            id=1,
            name=self.name,
            time_zone=ZONE.key,
            locale="en",
            room=self.room,
            phone=self.phone,
            country="US",
            emergency_number=self.emergency,
            crisis_line=self.crisis_line,
            child_line=self.child_line,
            services={"on": ["tutoring", "listening"]},
            ladder_minutes={},
        )

    def bare(self) -> Programme:
        """The same team before anybody has set anything."""
        return replace(
            self.programme(),
            room="",
            phone="",
            country="",
            emergency_number="",
            crisis_line="",
            child_line="",
        )

    def calls(self) -> Calls:
        """Whom a helper can call on a school day."""
        return calls.of_team(self.programme(), NOW)

    def calls_outside(self) -> Calls:
        """The same where the case may be about somebody of the team."""
        return calls.outside_team(self.programme(), ((self.backup, self.phone),), NOW)

    def view(self, case: Case, *, with_you: str = "", about_team: bool = False) -> CaseView:
        """A case as the adults see it."""
        holder = self.coordinator if case.acknowledged_by is not None else ""
        return CaseView(case, FLAGS, self.helper, holder, ZONE, with_you, about_team)

    def writer(self, case: Case, *, joined: bool = False, with_you: str = "") -> WriterView:
        """A case as its writer sees it."""
        details = {Detail.WITH_YOU: with_you, Detail.WHERE: self.where} if with_you else {}
        return WriterView(
            case=case,
            categories=(Category.SELF_HARM,),
            adult=self.coordinator,
            calls=self.calls(),
            details=details,
            joined=joined,
        )

    def person(self, role: Role) -> Person:
        """Somebody who acts."""
        return Person(1, 1, self.helper, "", "", suspended=False, roles=frozenset({role}))

    def entry(self, name: str, role: Role, *, suspended: bool = False) -> Entry:
        """Somebody on the roster; an adult with a number, a helper without."""
        adult = role not in (Role.HELPER, Role.LEAD)
        return Entry(
            id=1,
            name=name,
            phone=self.phone if adult else "",
            also_called=self.also_called if adult else "",
            suspended=suspended,
            roles=frozenset({role}),
            accounts=((1, "U1"),) if adult else (),
            grade="" if adult else "10",
        )

    def notes(self) -> list[Note]:
        """What a helper wrote, with what was found in it, and a press of the button before."""
        found = Flag(
            Category.SELF_HARM,
            Urgency.IMMEDIATE,
            About.SOMEBODY_ELSE,
            FoundBy.SCREENING,
            "wanting to die",
            "Speaks of wanting to die or of ending one's own life.",
            ((0, 8),),
        )
        before = NOW - timedelta(minutes=9)
        return [Note(1, "", before, before, ()), Note(2, self.note, NOW, NOW, (found,))]


LONG = Team(
    name="The peer helpers of a school with a very long name " * 2,
    helper="Alexandria Maximiliana Montgomery-Fitzgerald of the North Side",
    coordinator="Professor Bartholomew Christopherson-Featherstonehaugh senior",
    backup="Doctor Wilhelmina Konstantinopolitanska-Wolfeschlegelstein III",
    outside="Mister Hubert Blaine Wolfeschlegelsteinhausenbergerdorff senior",
    peer="Christophorus Theophilus Amadeus Longstockington the youngest",
    room="The third room on the left behind the library, up the stairs and past the old green lockers " * 2,
    phone="+1 (555) 0114-0114, ask for extension 99",
    emergency="911, or from a school phone 9-911",
    crisis_line="988 (call or text at any time of the day)",
    child_line="800-555-0199 (the county's own line)",
    also_called=", ".join(["the tall counselor of the second floor"] * 5),
    note=WORDS + " word" * 700,
    where="the stairs behind the old gym on the far side of the yard " * 3,
)
"""A team that fills in as much as it can, so that every limit is met."""

OPEN = Case(
    id=12,
    programme_id=1,
    number=12,
    state=CaseState.OPEN,
    urgency=Urgency.IMMEDIATE,
    about=About.SOMEBODY_ELSE,
    drill=False,
    helper_id=1,
    writer_connection_id=1,
    writer_user="U1",
    peer_code=CODE,
    opened_at=NOW - timedelta(minutes=7),
    written_at=None,
    minutes={},
    climb=1,
    climb_started_at=NOW - timedelta(minutes=7),
    step=1,
    next_at=NOW,
    acknowledged_by=None,
    acknowledged_at=None,
    acknowledged_how=None,
    follow_up=FollowUp.WAITING,
    closed_at=None,
    joined_to=None,
    care=None,
    care_at=None,
)
TAKEN = replace(
    OPEN,
    state=CaseState.ACKNOWLEDGED,
    acknowledged_by=3,
    acknowledged_at=NOW,
    acknowledged_how="in_10",
)
CLOSED = replace(TAKEN, state=CaseState.RESOLVED, closed_at=NOW)
NOBODY_PAGED = replace(OPEN, state=CaseState.WITHDRAWN)
ASKED = replace(OPEN, state=CaseState.ASKED)
OWN = replace(OPEN, about=About.WRITER)
NOT_CLEAR = replace(OPEN, about=About.UNKNOWN)
DRILL = replace(OPEN, drill=True)
FOUND_LATE = replace(OPEN, written_at=NOW - timedelta(hours=9))
FROM_OUTSIDE = replace(OPEN, id=8, number=8, helper_id=None, urgency=Urgency.SOON)
FLAGS = (
    FlagSummary(Category.UNSURE, FoundBy.HELPER, "the helper is worried"),
    FlagSummary(Category.SELF_HARM, FoundBy.SCREENING, "wanting to die"),
)

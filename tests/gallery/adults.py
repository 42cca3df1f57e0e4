"""What the adults on a ladder see: pages, the case as it goes on, notes and figures."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from handlers.cards import (
    by_hand,
    care,
    case_lists,
    cases,
    decisions,
    drills,
    menu,
    notes,
    outcomes,
    peers,
    setup,
)
from handlers.cards.notes import Known
from handlers.ladder import Told
from storage.case_notes import FlagSummary
from storage.checkins import ServiceTotal
from storage.decisions import PARENTS, REPORT, Decision
from storage.drills import Paged
from storage.outcomes import CaseTotals, Outcome
from storage.words import CaseState, Category, Detail, FollowUp, FoundBy
from tests.gallery.picture import Picture, picture
from tests.gallery.sample import (
    ASKED,
    CLOSED,
    CODE,
    DRILL,
    FLAGS,
    FOUND_LATE,
    FROM_OUTSIDE,
    NOBODY_PAGED,
    NOT_CLEAR,
    NOW,
    OPEN,
    OWN,
    READER,
    TAKEN,
    Team,
)


def pictures(team: Team) -> Iterator[Picture]:
    """Everything that an adult can see of cases."""
    yield from _pages(team)
    yield from _drills(team)
    yield from _going_on(team)
    yield from _closing(team)
    yield from _lists(team)
    yield from _notes(team)
    yield from _peers(team)


def _pages(team: Team) -> Iterator[Picture]:
    yield picture(cases.page, view=team.view(OPEN), repeat=0, now=NOW)
    yield picture(cases.page, "again", view=team.view(OPEN, with_you="yes"), repeat=2, now=NOW)
    yield picture(cases.page, "helper in danger", view=team.view(OWN, with_you="no"), repeat=0, now=NOW)
    yield picture(cases.page, "about the team", view=team.view(OPEN, about_team=True), repeat=0, now=NOW)
    yield picture(cases.page, "from outside", view=team.view(FROM_OUTSIDE), repeat=0, now=NOW)
    yield picture(cases.page, "found late", view=team.view(FOUND_LATE), repeat=0, now=NOW)
    unsure = replace(team.view(NOT_CLEAR), flags=FLAGS[:1], helper="")
    yield picture(cases.page, "not clear", view=unsure, repeat=0, now=NOW)
    states = {
        "open": OPEN,
        "taken": TAKEN,
        "helper taken": replace(TAKEN, about=OWN.about, acknowledged_how="now"),
        "taken long ago": replace(TAKEN, acknowledged_how=None),
        "with the student": replace(TAKEN, follow_up=FollowUp.WITH_STUDENT),
        "closed": CLOSED,
        "nobody paged": ASKED,
        "joined": replace(OPEN, state=CaseState.JOINED, joined_to=11),
    }
    for variant, case in states.items():
        yield picture(cases.status, f"{variant} holder", view=team.view(case), for_holder=True, now=NOW)
        yield picture(cases.status, f"{variant} others", view=team.view(case), for_holder=False, now=NOW)


def _drills(team: Team) -> Iterator[Picture]:
    paged = [
        Paged(name=team.coordinator, arrived=True, seconds=65.0),
        Paged(name=team.backup, arrived=True, seconds=None),
        Paged(name=team.peer, arrived=False, seconds=None),
        Paged(name=team.helper, arrived=True, seconds=12.0),
    ]
    yield picture(drills.page, case=DRILL)
    yield picture(drills.page_elsewhere, case=DRILL)
    yield picture(drills.answered, "somebody", case=replace(DRILL, acknowledged_at=NOW))
    yield picture(drills.answered, "nobody", case=DRILL)
    yield picture(drills.started)
    yield picture(drills.not_started)
    yield picture(drills.over, case=replace(DRILL, acknowledged_at=NOW), paged=paged)
    yield picture(drills.over, "nobody", case=DRILL, paged=paged[1:3])


def _going_on(team: Team) -> Iterator[Picture]:
    yield picture(cases.ask_with_student, view=team.view(TAKEN))
    yield picture(cases.ask_with_student, "helper in danger", view=team.view(OWN))
    yield picture(cases.remind_to_close, view=team.view(TAKEN), now=NOW)
    yield picture(cases.remind_to_close, "same day", view=team.view(TAKEN), now=NOW + timedelta(hours=4))
    yield picture(cases.remind_to_close, "next days", view=team.view(TAKEN), now=NOW + timedelta(days=3))
    yield picture(cases.joined_note, "apart", view=team.view(OPEN, with_you="no"), what=Told.WITH_YOU)
    yield picture(cases.joined_note, view=team.view(OPEN))
    for what in Told:
        view = team.view(OPEN, with_you="yes")
        yield picture(cases.joined_note, what.value, view=view, what=what)
    yield picture(cases.declined, case=TAKEN, others_left=True)
    yield picture(cases.declined, "the last one", case=TAKEN, others_left=False)
    adults = ((4, team.backup),)
    yield picture(by_hand.more, view=team.view(TAKEN), others=(OPEN,), adults=adults)
    yield picture(by_hand.left_out, case=OPEN)
    yield picture(by_hand.split_off, case=OPEN)
    yield picture(care.wants_to_talk, view=team.view(TAKEN))


def _closing(team: Team) -> Iterator[Picture]:
    outcome = Outcome(
        case_id=OPEN.id,
        outcome="support_plan",
        student_seen=True,
        handed_over=False,
        report="not_required",
        parents="told",
        note=team.note,
        by=3,
        at=NOW,
    )
    yield picture(outcomes.outcome_form, case=TAKEN)
    yield picture(outcomes.closed, view=team.view(CLOSED))
    yield from _deciding(team)
    yield picture(outcomes.result, view=team.view(CLOSED), outcome=outcome, now=NOW)
    yield picture(care.follow_up, view=team.view(CLOSED), now=NOW + timedelta(7))
    yield picture(care.followed, case=CLOSED, later=False)
    yield picture(care.followed, "later", case=CLOSED, later=True)


def _deciding(team: Team) -> Iterator[Picture]:
    abuse = (FlagSummary(Category.ABUSE, FoundBy.HELPER, "the helper is worried"),)
    view, at_home = team.view(TAKEN), replace(team.view(TAKEN), flags=abuse)
    told = Decision(
        kind=PARENTS,
        decision="told",
        who=team.outside[: decisions.LINE],
        teller=team.backup[: decisions.LINE],
        when="10:40",
        why=team.note[: decisions.WHY],
        by=3,
        at=NOW,
    )
    made = replace(told, kind=REPORT, decision="made", number="4711", teller="")
    found = [(told, team.coordinator), (made, team.backup)]
    longest = dict.fromkeys(("who", "teller", "when", "number"), "4" * decisions.LINE)
    full = replace(told, **longest, why="4" * decisions.WHY)
    yield picture(decisions.decisions, view=view, found=found, now=NOW)
    yield picture(decisions.decisions, "nothing yet, abuse", view=at_home, found=[], now=NOW)
    yield picture(decisions.decisions, "many", view=at_home, found=[(full, team.backup)] * 4, now=NOW)
    yield picture(decisions.parents_form, view=view, name=team.coordinator, now=NOW)
    yield picture(decisions.parents_form, "abuse", view=at_home, name=team.coordinator, now=NOW)
    yield picture(decisions.report_form, view=view, now=NOW)
    page = replace(team.view(OPEN), flags=abuse)
    yield picture(cases.page, "abuse", view=page, repeat=0, now=NOW)
    yield picture(cases.status, "abuse taken", view=at_home, for_holder=True, now=NOW)


def _lists(team: Team) -> Iterator[Picture]:
    views = [team.view(OPEN), team.view(replace(TAKEN, id=9, number=9)), team.view(FROM_OUTSIDE)]
    many = [team.view(replace(OPEN, id=number, number=number)) for number in range(1, 11)]
    yield picture(case_lists.open_cases, views=views, total=3, now=NOW)
    yield picture(case_lists.open_cases, "many", views=many, total=23, now=NOW + timedelta(hours=5))
    yield picture(case_lists.open_cases, "none", views=[], total=0, now=NOW)
    yield picture(case_lists.review, views=[team.view(NOBODY_PAGED)], now=NOW + timedelta(days=2))
    yield picture(case_lists.review, "none", views=[], now=NOW)
    yield picture(
        menu.week,
        services=[ServiceTotal("tutoring", 14, 420), ServiceTotal("mediation", 3, 95)],
        totals=CaseTotals(4, 3, (70.0, 95.0, 300.0), 1),
        answers=[(team.helper, "heavy"), (team.peer, "talk"), (team.backup, "fine")],
        unsure=2,
        banner=setup.only_one_to_page,
    )
    yield picture(
        menu.week, "quiet", services=[], totals=CaseTotals(0, 0, (30.0,), 0), answers=[], unsure=0, banner=()
    )


def _notes(team: Team) -> Iterator[Picture]:
    nothing = Known({}, "", "", ())
    known = Known({Detail.WHERE: team.where, Detail.WHO: team.peer}, CODE, team.peer, (team.backup,))
    written = team.notes()
    yield picture(notes.note, view=team.view(OPEN), notes=written, known=known, part=0, now=NOW)
    yield picture(
        notes.note, "without words", view=team.view(OPEN), notes=written[:1], known=nothing, part=0, now=NOW
    )
    yield picture(
        notes.note, "last part", view=team.view(OPEN), notes=written, known=nothing, part=9, now=NOW
    )
    outside = replace(nothing, account=READER)
    yield picture(
        notes.note,
        "from outside",
        view=team.view(FROM_OUTSIDE),
        notes=written,
        known=outside,
        part=0,
        now=NOW,
    )


def _peers(team: Team) -> Iterator[Picture]:
    yield picture(peers.peer, code=CODE, name=team.peer)
    yield picture(peers.peer, "no name", code=CODE, name="")
    yield picture(peers.name_form, code=CODE)
    yield picture(peers.named, code=CODE, kept=True)
    yield picture(peers.named, "forgotten", code=CODE, kept=False)

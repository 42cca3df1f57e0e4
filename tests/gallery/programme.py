"""Running a programme: one person, lists, nominations, the agreement, training, and an observer's figures."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from handlers.cards import agreement, nominations, observers, roster_import, roster_people, training
from handlers.cards.training import Team as TrainedTeam
from handlers.languages import Say, mark
from handlers.roster_plan import Plan
from handlers.roster_rows import Wrong
from handlers.supervision_figures import Digest, Services, Week
from handlers.training_needs import CERTIFICATE, Module, Own, Suggestion
from storage.agreements import Agreement
from storage.attendance import MeetingTotals
from storage.checkins import ServiceTotal
from storage.nominations import Nomination, Opinion
from storage.roster import NewEntry
from storage.supervision_figures import Load
from storage.training import Training
from storage.words import NominationKind, NominationState, Role, View
from tests.gallery.picture import Picture, picture
from tests.gallery.sample import NOW, Team

TODAY = NOW.date()


def pictures(team: Team) -> Iterator[Picture]:
    """Everything that running a programme shows."""
    yield from _people(team)
    yield from _lists(team)
    yield from _nominations(team)
    yield from _agreement(team)
    yield from _training(team)
    yield from _figures(team)


def _people(team: Team) -> Iterator[Picture]:
    adult = team.entry(team.coordinator, Role.COORDINATOR)
    helper = replace(team.entry(team.helper, Role.HELPER), roles=frozenset({Role.HELPER, Role.LEAD}))
    yield picture(roster_people.person, entry=helper, may_go=True)
    yield picture(roster_people.person, "paused", entry=replace(helper, suspended=True), may_go=True)
    yield picture(roster_people.person, "only coordinator", entry=adult, may_go=False, news=_saved)
    values = {"name": adult.name, "phone": adult.phone, "also_called": adult.also_called, "grade": "10"}
    yield picture(roster_people.change_form, entry=adult, values=values, roles=["coordinator"])
    yield picture(roster_people.link_form, entry=helper)
    yield picture(roster_people.ask_remove, entry=helper)
    yield picture(roster_people.removed, name=team.helper, cases=0)
    yield picture(roster_people.removed, "with cases", name=team.backup, cases=2)


def _saved(say: Say) -> str:
    return say("Saved.")


def _lists(team: Team) -> Iterator[Picture]:
    new = NewEntry(name=team.helper, phone="", also_called="", roles=frozenset({Role.HELPER}), account=None)
    good = Plan((new,), (), 3, ())
    wrong = tuple(Wrong(number, mark("There is no name.")) for number in range(2, 40))
    yield picture(roster_import.form)
    yield picture(roster_import.preview, plan=good, number=1, again=False)
    yield picture(roster_import.preview, "wrong", plan=replace(good, wrong=wrong), number=1, again=True)
    yield picture(roster_import.saved, plan=good)
    yield picture(roster_import.dropped)


def _nominations(team: Team) -> Iterator[Picture]:
    found = Nomination(
        id=1,
        programme_id=1,
        kind=NominationKind.PEER,
        name=team.helper,
        reason=team.note[:1_000],
        connection_id=1,
        user="",
        writer="U1",
        writer_id=None,
        shared=True,
        asked_leads_at=None,
        state=NominationState.WAITING,
        at=NOW,
    )
    said = [Opinion(team.helper, view, team.where[:200]) for view in View] * 4
    yield picture(nominations.form, values={})
    yield picture(nominations.thanks)
    yield picture(nominations.many)
    yield picture(nominations.on_the_team, own=True)
    yield picture(nominations.on_the_team, "somebody else", own=False)
    yield picture(nominations.news)
    each = [replace(found, id=number, kind=kind) for number, kind in enumerate(NominationKind)]
    yield picture(nominations.listing, found=each, total=14)
    yield picture(nominations.listing, "nobody", found=[], total=0)
    yield picture(nominations.one, found=found, said=said)
    yield picture(nominations.one, "bare", found=replace(found, reason="", shared=False), said=[])
    helper = team.entry(team.helper, Role.HELPER)
    yield picture(nominations.accepted, entry=replace(helper, accounts=((1, "U2"),)))
    yield picture(nominations.accepted, "without an account", entry=helper)
    yield picture(nominations.not_now, name=team.helper)
    yield picture(nominations.asked, count=3)
    yield picture(nominations.ask, number=1)
    yield picture(nominations.for_lead, found=found)
    yield picture(nominations.view_form, number=1, values={})
    yield picture(nominations.view_kept)


def _agreement(team: Team) -> Iterator[Picture]:
    first = Agreement(id=1, version=1, text="", required=True, at=NOW)
    names = [team.helper] * 30
    yield picture(agreement.read, agreement=first)
    yield picture(agreement.read, "before a check-in", agreement=first, after=agreement.CHECK_IN)
    yield picture(agreement.read, "kept", agreement=first, after="1", kept=True)
    yield picture(agreement.read, "own text", agreement=replace(first, text=team.note[:3_000]))
    yield picture(agreement.signed, agreement=first)
    yield picture(agreement.not_asked)
    yield picture(agreement.manage, agreement=first, helpers=40, unsigned=names, news=_saved)
    yield picture(agreement.manage, "never asked", agreement=None, helpers=0, unsigned=())
    yield picture(agreement.text_form, text=agreement.default_text)


def _training(team: Team) -> Iterator[Picture]:
    done = tuple(
        Training(
            person_id=1,
            module=module,
            title="",
            trainer=team.coordinator[:80],
            done_on=TODAY,
            expires_on=None if module is Module.CULTURE else TODAY + timedelta(days=365),
        )
        for module in Module
    )
    all_due, nothing_due = Own((), tuple(Module)), Own(done, ())
    wanted = (Suggestion(Module.SELF_CARE, mark("you said that it was a lot")),)
    certificate = replace(done[0], module=CERTIFICATE, title=team.name[:120])
    needed, held = {"tutoring": frozenset(Module)}, ((team.coordinator, certificate),)
    full = TrainedTeam(30, 4, (team.helper,) * 30, wanted, needed, held)
    entries = [replace(team.entry(team.helper, Role.HELPER), id=number) for number in range(25)]
    yield picture(training.own, found=all_due, wanted=wanted)
    parts = [(team.helper, team.peer)] * 3
    yield picture(training.own, "lead", found=all_due, wanted=wanted, pages=parts)
    yield picture(training.own, "lead of few", found=nothing_due, wanted=(), pages=parts[:1])
    yield picture(training.own, "nothing due", found=nothing_due, wanted=())
    for module in Module:
        yield picture(training.module, module.value, which=module)
    yield picture(training.team, view=full, pages=[(team.helper, team.peer)] * 3, news=_saved)
    yield picture(training.team, "few helpers", view=full, pages=[(team.helper, team.peer)])
    yield picture(training.team, "empty", view=TrainedTeam(0, 0, (), (), {}, ()), pages=[])
    stands = [(entries[0], all_due), (entries[1], nothing_due)] * 5
    yield picture(training.who, stands=stands, page=1, pages=3)
    yield picture(training.who, "nobody", stands=[], page=0, pages=1)
    yield picture(training.services, on=["tutoring", "listening"], needed=full.needed)
    yield picture(training.services, "none", on=[], needed={})
    yield picture(training.record_form, page=0, offered=entries, values={}, people=["1"])
    yield picture(training.certificate_form, values={"day": date(2026, 3, 2).isoformat()})
    yield picture(training.needs_form, service="tutoring", modules=["handoff"])


def _figures(team: Team) -> Iterator[Picture]:
    view = Digest(
        since=NOW - timedelta(days=7),
        until=NOW,
        weeks=(Week(NOW, 20, 12, {"fine": 12}),),
        services=Services((ServiceTotal("tutoring", 14, 300),), None, few=True),
        loads=(Load(1, team.helper, 9, 200, 5, 0), *(Load(2, team.peer, 2, 20, 1, 0),) * 7),
        acknowledge_minutes=None,
        opened=1,
        waiting=0,
        drills=0,
        silent=(),
        to_see=(),
        paused=(),
        meetings=MeetingTotals(0, 0, 0, 0),
    )
    totals = [
        ServiceTotal("tutoring", 14, 300),
        ServiceTotal("listening", 8, 120),
        ServiceTotal("mentoring", 2, 60),
    ]
    yield picture(observers.week, view=view, totals=totals)
    yield picture(observers.week, "quiet", view=replace(view, weeks=(), loads=view.loads[:0]), totals=[])

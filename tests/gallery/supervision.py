"""What helpers are asked in rounds, and what coordinators see of rounds, schedules and weeks."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time, timedelta

from handlers.cards import supervision, supervision_digest, supervision_staff
from handlers.cards.supervision_digest import Given
from handlers.cards.supervision_staff import ScheduleView
from handlers.rota import Gap
from handlers.supervision_figures import HEAVY, MANY, SILENT, TALK, Digest, Results, Services, ToSee, Week
from handlers.supervision_questions import READY, WEEKLY, WELLBEING, Kind, Question, own
from handlers.supervision_times import Every, Monthly, Never, Once, Rule, Weekly
from storage.attendance import MeetingTotals
from storage.checkins import ServiceTotal
from storage.supervision import Schedule
from storage.supervision_figures import Load
from storage.supervision_people import Wish
from storage.supervision_rounds import Round
from tests.gallery.picture import Picture, picture
from tests.gallery.sample import NOW, ZONE, Team

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)
SCHEDULE = Schedule(1, 1, "weekly", NOW, "", False, False, 720, 3, 1)
ROUND = Round(1, 1, 1, "weekly", NOW - timedelta(minutes=7), False, NOW, None, None, 0, None)
NINE = time(9)


def pictures(team: Team) -> Iterator[Picture]:
    """Everything around rounds."""
    yield from _asked(team)
    yield from _answered(team)
    yield from _wishes(team)
    yield from _schedules(team)
    yield from _made(team)
    yield from _weeks(team)


def _asked(team: Team) -> Iterator[Picture]:
    yield picture(supervision.weekly_check, round_id=1)
    for name, asks in READY.items():
        yield picture(supervision.question, name, asks=asks, round_id=1)
        yield picture(supervision.form, name, asks=asks, form_id="poll.form:1", answers={"topic": team.note})
    yield picture(supervision.nudge, asks=WEEKLY, round_id=1)
    yield picture(supervision.nudge, "without names", asks=WELLBEING, round_id=1)


def _answered(team: Team) -> Iterator[Picture]:
    for word in supervision.WORDS:
        yield picture(supervision.thanks, word, word=word, round_id=1)
    yield picture(supervision.answered, round_id=1)
    yield picture(supervision.kept_late)
    yield picture(supervision.stays)
    yield picture(supervision.stays, "talk", word="talk")
    for card in (
        supervision.answered_without_name,
        supervision.answered_before,
        supervision.closed_without_name,
        supervision.talk_asked,
    ):
        yield picture(card)
    yield picture(supervision.not_complete, round_id=1)
    yield picture(supervision.wants_to_talk, helper=team.helper)


def _wishes(team: Team) -> Iterator[Picture]:
    until = {"paused": lambda say: say.clock_time(NOW - timedelta(minutes=7), ZONE, NOW + timedelta(9))}
    yield picture(supervision.nothing_waits, paused="")
    yield picture(supervision.nothing_waits, "paused", **until)
    yield picture(supervision.wishes_form, wish=Wish(1), paused=False)
    yield picture(supervision.wishes_form, "paused", wish=Wish(1, pause="exam"), paused=True)
    yield picture(supervision.wishes_saved, paused="")
    yield picture(supervision.wishes_saved, "paused", **until)


def _view(asks: str, rule: Rule, **changes: object) -> ScheduleView:
    return ScheduleView(SCHEDULE, READY[asks], rule, **changes)  # type: ignore[arg-type]


def _schedules(team: Team) -> Iterator[Picture]:
    weekly = _view("weekly", Weekly((0,), NINE), last=ROUND, asked=12, answered=9, following=(NOW,))
    views = [
        weekly,
        _view("wellbeing", Monthly(1, 2, NINE)),
        _view("session", Every(14, date(2026, 3, 5), NINE)),
        _view("meeting", Once(date(2026, 4, 1), NINE)),
        replace(_view("agenda", Never()), schedule=replace(SCHEDULE, next_due_at=None)),
        replace(_view("confidence", Never()), schedule=replace(SCHEDULE, paused=True)),
        ScheduleView(SCHEDULE, None, Weekly((0, 1, 2, 3, 4), NINE)),
    ]
    listed = [replace(view, schedule=replace(view.schedule, id=each)) for each, view in enumerate(views, 1)]
    paused = [(team.helper, why, NOW) for why in supervision.PAUSED]
    at = {"zone": ZONE, "now": NOW + timedelta(9)}
    yield picture(supervision_staff.overview, views=listed, paused=paused, **at, term_over=True)
    yield picture(supervision_staff.overview, "calm", views=views[:1], paused=[], **at, term_over=False)
    yield picture(supervision_staff.schedule, view=weekly, **at)
    away = replace(weekly, last=replace(ROUND, skipped=True))
    yield picture(supervision_staff.schedule, "left out", view=away, **at, news=lambda say: say("Saved."))
    asleep = replace(views[1], schedule=replace(SCHEDULE, paused=True))
    yield picture(supervision_staff.schedule, "paused", view=asleep, **at)
    yield picture(supervision_staff.schedule, "digest", view=replace(views[6], last=ROUND), **at)
    yield picture(supervision_staff.when_form, item=SCHEDULE, rule=Weekly((0,), NINE), lasts=True)
    yield picture(supervision_staff.when_form, "digest", item=SCHEDULE, rule=Never(), lasts=False)
    yield picture(
        supervision_staff.confirm_when,
        title=lambda say: say(WEEKLY.title),
        rule=Weekly((0, 3), NINE),
        following=(NOW,),
        draft=1,
        **at,
    )
    yield picture(supervision_staff.deleted, is_open=True)
    yield picture(supervision_staff.deleted, "closed", is_open=False)
    yield picture(supervision_staff.days_form, terms="2026-08-31 – 2026-12-18", holidays="2026-10-09")
    yield picture(supervision_staff.away_form)


def _made(team: Team) -> Iterator[Picture]:
    options = (("1", team.helper[:60]), ("2", team.peer[:60]))
    questions = (
        Question("q1", team.name[:45], Kind.ONE, options),
        Question("q2", team.name[:45], Kind.SCALE),
    )
    asks = own(team.name[:60], questions, anonymous=False)
    form_id = "poll.make"
    yield picture(supervision_staff.make_form, form_id=form_id, values={}, first=True)
    yield picture(supervision_staff.make_form, "more", form_id="poll.more:1", values={}, first=False)
    unnamed = own(team.name[:60], questions, anonymous=True)
    yield picture(supervision_staff.made, asks=asks, item=SCHEDULE, own=1, full=False)
    yield picture(supervision_staff.made, "full", asks=unnamed, item=SCHEDULE, own=1, full=True)
    yield picture(supervision.question, "own", asks=asks, round_id=1)
    yield picture(supervision.form, "own", asks=asks, form_id="poll.form:1", answers={"q1": "1"})


def _weeks(team: Team) -> Iterator[Picture]:
    weeks = tuple(
        Week(NOW - timedelta(days=7 * ago), 12, 10, {"fine": 7, "heavy": 2, "talk": 1}) for ago in range(8)
    )
    loads = (
        Load(1, team.helper, 9, 320, 6, 0),
        Load(2, team.peer, 1, 95, 1, 0),
        *(Load(number, team.outside, 1, 30, 1, 0) for number in range(3, 18)),
    )
    full = Digest(
        since=NOW - timedelta(days=7),
        until=NOW,
        weeks=weeks,
        services=Services(
            (ServiceTotal("tutoring", 24, 620), ServiceTotal("mediation", 14, 300, 14, 60, 9, 3)),
            ServiceTotal("", 6, 45),
            few=False,
        ),
        loads=loads,
        acknowledge_minutes=3.4,
        opened=2,
        waiting=1,
        drills=1,
        silent=(team.outside, team.peer) * 15,
        to_see=(
            ToSee(1, team.helper, (TALK, MANY)),
            ToSee(2, team.peer, (HEAVY,)),
            ToSee(3, team.outside, (SILENT,)),
        ),
        paused=tuple((team.peer, why) for why in supervision.PAUSED),
        meetings=MeetingTotals(2, 19, 24, 1),
        gaps=tuple(Gap(NOW.date() + timedelta(days=number), 480, 720) for number in range(4)),
        all_away=(NOW.date(),),
        unsigned=(team.helper, team.peer) * 15,
        renew_on=NOW.date(),
        untrained=((team.helper, "tutoring"),) * 30,
        training_ends=(team.peer,) * 30,
        certificates_end=(team.coordinator,) * 8,
        peers_waiting=3,
        codes_used=1,
    )
    quiet = replace(
        full,
        weeks=(),
        services=Services((), None, few=True),
        loads=(),
        acknowledge_minutes=0.4,
        waiting=0,
        silent=(),
        to_see=(),
        paused=(),
        meetings=MeetingTotals(0, 0, 0, 0),
        gaps=(),
        all_away=(),
        unsigned=(),
        renew_on=None,
        untrained=(),
        training_ends=(),
        peers_waiting=0,
        codes_used=0,
    )
    nobody = replace(
        quiet,
        weeks=(replace(weeks[0], asked=0, answered=0, words={}),),
        services=Services((), None, few=False),
    )
    yield picture(supervision_digest.digest, view=full, zone=ZONE, png=PNG)
    yield picture(supervision_digest.digest, "quiet", view=quiet, zone=ZONE, png=None)
    yield picture(supervision_digest.digest, "nobody asked", view=nobody, zone=ZONE, png=None)
    yield picture(supervision_digest.no_figures)
    yield from _results(team)


def _results(team: Team) -> Iterator[Picture]:
    card = supervision_digest.results
    counted = Results(12, 9, {"week": {"fine": 6, "heavy": 2, "talk": 1}, "full": {"3": 4, "5": 2}})
    named = {"asks": WEEKLY, "found": counted, "round_id": 1}
    yield picture(card, **named, png=PNG, is_open=False, missing=[team.helper] * 3, late=2)
    yield picture(card, "so far", **named, png=None, is_open=True)
    unnamed = {"asks": WELLBEING, "round_id": 1}
    scale = {key: {"1": 1, "4": 5} for key in ("energy", "gives", "carry", "support")}
    yield picture(card, "without names", **unnamed, found=Results(8, 6, scale), png=PNG, is_open=False)
    few = Results(8, 4, None)
    yield picture(card, "too few", **unnamed, found=few, png=None, is_open=False)
    yield picture(card, "without names so far", **unnamed, found=few, png=None, is_open=True)
    given = [
        Given(1, team.helper, {team.where[:45]: team.note[:900]}, late=False),
        Given(2, team.peer, {}, late=True),
    ]
    answers = supervision_digest.answers
    yield picture(answers, asks=WEEKLY, found=given, round_id=1)
    yield picture(answers, "many", asks=WEEKLY, found=given * 6, round_id=1)
    yield picture(answers, "nobody", asks=WEEKLY, found=[], round_id=1)

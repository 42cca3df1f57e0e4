"""What coordinators see of a term, and helpers of their own hours."""

from collections.abc import Iterator
from datetime import date

from handlers.cards import recognition, report, surveys
from handlers.certificate import Certificate
from handlers.report import Report
from handlers.report_figures import Line, Section, Term
from storage.evaluation import Goal
from storage.recognition import Given
from storage.surveys import Survey
from tests.gallery.picture import Picture, picture
from tests.gallery.sample import NOW, ZONE, Team

TERM = Term(date(2026, 3, 2), date(2026, 3, 8))
GOALS = {"peers": Goal("peers", 60, 40), "hours": Goal("hours", 100, None)}
RESULTS = {
    "answered": 7,
    "counts": {
        "listened": {"5": 6, "4": 1},
        "helped": {"5": 5, "3": 2},
        "again": {"yes": 6, "maybe": 1},
        "knew": {"yes": 7},
    },
}


def pictures(team: Team) -> Iterator[Picture]:
    """Everything about a term, a survey and recognition."""
    lines = (Line("42", "42", "40", "41", "7"), Line("9", "9"))
    sections = (Section("1", ("2",), lines), Section("3", ("4",)))
    full = Report(team.name, "2026", "", "", sections)
    empty = Report(team.name, "2026", "", "", ())
    links = tuple(f"https://handrail.example/p/{number * 160}" for number in "78")  # as long as they are
    earlier = Term(date(2026, 3, 1), date(2026, 3, 1))
    yield picture(report.report, found=full, term=TERM, every=(TERM, earlier), links=links, adult=True)
    yield picture(report.report, "observer", found=full, term=TERM, every=(TERM,), links=links, adult=False)
    yield picture(report.report, "empty", found=empty, term=TERM, every=(TERM,), links=("", ""), adult=True)
    yield picture(report.goals, term=TERM, known=GOALS)
    yield picture(report.goals, "none", term=TERM, known={})
    yield picture(report.goal_form, term=TERM, measure="peers", known=GOALS["peers"])
    yield picture(report.goal_form, "new", term=TERM, measure="weekly", known=None)
    yield picture(report.observe_form)
    yield picture(report.observed)

    opened = Survey(1, 1, date(2026, 3, 2), date(2026, 3, 6), 40, None)
    closed = Survey(1, 1, date(2026, 3, 2), date(2026, 3, 6), 40, RESULTS)
    few = Survey(1, 1, date(2026, 3, 2), date(2026, 3, 6), 40, {"answered": 3, "counts": None})
    yield picture(surveys.survey, "none yet", newest=None, link="")
    yield picture(surveys.survey, "open", newest=opened, link=links[0])
    yield picture(surveys.survey, "open, no address", newest=opened, link="")
    yield picture(surveys.survey, "closed", newest=closed, link="")
    yield picture(surveys.survey, "few", newest=few, link="")
    yield picture(surveys.start_form)
    yield picture(surveys.no_address)

    yield picture(recognition.hours, given=Given(12, 640, NOW, NOW), reached=(10, 10), zone=ZONE)
    yield picture(recognition.hours, "first", given=Given(1, 20, NOW, NOW), reached=(1, 0), zone=ZONE)
    yield picture(recognition.hours, "few", given=Given(12, 40, NOW, NOW), reached=(10, 0), zone=ZONE)
    yield picture(recognition.nothing_yet)
    content = Certificate("1", team.helper, ("25", "2026"), "3", "4")
    yield picture(recognition.certificate, content=content, link=links[0])
    yield picture(recognition.certificate, "no address", content=content, link="")
    yield picture(recognition.thanks_form)
    yield picture(recognition.thanked, name=team.coordinator, words=team.note[: recognition.WORDS])
    yield picture(recognition.thanks_sent, name=team.helper)
    yield picture(recognition.thanks_held)

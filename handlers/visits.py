"""What stands behind the links to small pages, and who may see it at this moment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from random import SystemRandom
from zoneinfo import ZoneInfo

from handlers import report, survey_questions
from handlers.apart import apart
from handlers.certificate import Certificate, draw_certificate
from handlers.languages import say_in
from handlers.pages import Page, Pages, Ticket
from handlers.recognition import certificate_of
from handlers.report import Report
from handlers.report_figures import Section
from handlers.supervision_digest import pictures
from storage import events, people, programmes, surveys
from storage.db import Database, Tx
from storage.people import ADULTS, Person
from storage.surveys import Survey
from storage.words import Role


class Standing(StrEnum):
    """How a survey stands for whoever opens a link to it. ``over`` tells nothing of why."""

    ASKS = "asks"
    THANKS = "thanks"
    OVER = "over"


@dataclass(frozen=True)
class SurveyView:
    """What a survey's page shows: the programme, whom to turn to there, and its language."""

    standing: Standing
    programme: str = ""
    language: str = ""
    phone: str = ""
    crisis_line: str = ""


@dataclass(frozen=True)
class Slips:
    """Links to print, in no order that means anything."""

    programme: str
    language: str
    closes_on: date
    links: tuple[str, ...]


@dataclass(frozen=True)
class ReportView:
    """A report and its pictures: one PNG for each part that has panels, by the part's place."""

    report: Report
    language: str
    pictures: Mapping[int, bytes]


@dataclass(frozen=True)
class CertificateView:
    """A certificate as a PDF; where that cannot show its letters, ``pdf`` is ``None``: a page is printed."""

    content: Certificate
    language: str
    pdf: bytes | None


class Visits:
    """Answers who follows a link.

    An answer to a survey is kept, once; a look at a report leaves a line in the audit trail. Nothing else is
    changed by following one.
    """

    def __init__(self, database: Database, pages: Pages, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._pages = pages
        self._clock = clock

    # --- surveys -------------------------------------------------------------------------------

    async def survey(self, token: str) -> SurveyView:
        """What a link to a survey shows now. Raises :class:`~storage.db.DatabaseUnavailable`."""
        ticket = self._ticket(token, Page.SURVEY)
        if ticket is None:
            return SurveyView(Standing.OVER)
        async with self._database.read() as tx:
            found = await self._open_survey(tx, ticket)
            if found is None:
                return SurveyView(Standing.OVER)
            programme = await programmes.get(tx, found.programme_id)
            used = await surveys.is_used(tx, found.id, ticket.numbers[1])
            return SurveyView(
                Standing.THANKS if used else Standing.ASKS,
                programme.name,
                programme.locale,
                programme.phone,
                programme.crisis_line,
            )

    async def take_survey(self, token: str, values: Mapping[str, str]) -> bool:
        """Keep an answer, once. ``False`` if nothing in it is an answer, or the link does nothing.

        Raises :class:`~storage.db.DatabaseUnavailable`.
        """
        ticket = self._ticket(token, Page.SURVEY)
        content = survey_questions.read(values)
        if ticket is None or not content:
            return False
        async with self._database.write() as tx:
            found = await self._open_survey(tx, ticket)
            return found is not None and await surveys.hand_in(tx, found.id, ticket.numbers[1], content)

    async def _open_survey(self, tx: Tx, ticket: Ticket) -> Survey | None:
        found = await surveys.look(tx, ticket.numbers[0])
        if found is None or not found.is_open or not 0 <= ticket.numbers[1] < found.slips:
            return None
        zone = ZoneInfo((await programmes.get(tx, found.programme_id)).time_zone)
        return found if self._clock().astimezone(zone).date() <= found.closes_on else None

    async def slips(self, token: str) -> Slips | None:
        """The links to print, mixed, so that nobody can tell from its place whose a link is."""
        ticket = self._ticket(token, Page.SLIPS)
        if ticket is None:
            return None
        survey_id, person_id = ticket.numbers
        async with self._database.read() as tx:
            found = await surveys.look(tx, survey_id)
            person = await _allowed(tx, person_id, ADULTS)
            if found is None or not found.is_open or person is None:
                return None
            if person.programme_id != found.programme_id:
                return None
            programme = await programmes.get(tx, found.programme_id)
        links = [self._pages.link(Page.SURVEY, found.id, slip) for slip in range(found.slips)]
        SystemRandom().shuffle(links)
        return Slips(programme.name, programme.locale, found.closes_on, tuple(links))

    # --- reports and certificates --------------------------------------------------------------

    async def report(self, token: str, *, pictures: bool) -> ReportView | None:
        """A term's report for whoever its link was made for; the look is audited."""
        ticket = self._ticket(token, Page.REPORT if pictures else Page.FIGURES)
        if ticket is None:
            return None
        programme_id, person_id, first = ticket.numbers
        async with self._database.read() as tx:
            person = await _allowed(tx, person_id, report.READERS)
            if person is None or person.programme_id != programme_id:
                return None
            programme = await programmes.get(tx, programme_id)
            say = say_in(person.locale or programme.locale)
            found = await report.write(tx, programme, say, first=date.fromordinal(first), now=self._clock())
        async with self._database.write() as tx:
            await events.audit(
                tx,
                programme_id=programme.id,
                person_id=person.id,
                deed="report_shown",
                subject="report",
                now=self._clock(),
            )
        return ReportView(found, say.language, await draw_pictures(found.sections) if pictures else {})

    async def certificate(self, token: str) -> CertificateView | None:
        """A helper's certificate."""
        ticket = self._ticket(token, Page.CERTIFICATE)
        if ticket is None:
            return None
        async with self._database.read() as tx:
            person = await _allowed(tx, ticket.numbers[0], frozenset(Role))
            found: Certificate | None = None
            if person is not None:
                programme = await programmes.get(tx, person.programme_id)
                found = await certificate_of(tx, programme, person)
                language = say_in(person.locale or programme.locale).language
        if found is None:
            return None
        return CertificateView(found, language, await apart(draw_certificate, found))

    def _ticket(self, token: str, page: Page) -> Ticket | None:
        ticket = self._pages.open(token)
        return ticket if ticket is not None and ticket.page is page else None


async def _allowed(tx: Tx, person_id: int, roles: frozenset[Role]) -> Person | None:
    """The person of a link, if they may still see what it shows."""
    person = await people.get(tx, person_id)
    if person is None or person.suspended or not person.roles & roles:
        return None
    return person


async def draw_pictures(sections: tuple[Section, ...]) -> dict[int, bytes]:
    """A picture for each part that has one and that can be drawn, by the part's place."""
    found = dict(enumerate(await pictures([each.panels for each in sections])))
    return {at: png for at, png in found.items() if png is not None}

"""What helpers see: their own check-ins, the card of a concern, and what follows."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from handlers.cards import care, checkins, helpers, words, writer
from handlers.cards.checkins import NEW_PEER, Draft
from handlers.cards.limits import Contact
from handlers.ladder import HelperNews
from handlers.refusals import Refusal
from storage.checkins import CheckIn
from storage.words import Category, Concern
from tests.gallery.picture import Picture, picture
from tests.gallery.sample import (
    ASKED,
    CLOSED,
    CODE,
    NOT_CLEAR,
    NOW,
    OPEN,
    OWN,
    TAKEN,
    ZONE,
    Team,
)

SERVICES = list(words.SERVICES)


def pictures(team: Team) -> Iterator[Picture]:
    """Everything that a helper can see."""
    yield from _check_ins(team)
    yield from _writer(team)
    yield from _on_the_way(team)
    yield from _answers(team)
    yield from _after_a_case(team)
    yield from _mending()


def _check_ins(team: Team) -> Iterator[Picture]:
    logged = CheckIn(1, 1, CODE, "tutoring", 90, Concern.A_LITTLE, team.note, NOW, None, None)
    group = replace(logged, id=2, peer=None, minutes=30, concern=Concern.NONE, note="")
    draft = Draft(CODE, "tutoring", 30, None, "went well")
    form = {"draft": draft, "peers": [CODE], "services": SERVICES}
    yield picture(checkins.form, form_id="checkin", **form)
    yield picture(checkins.form, "new peer", form_id="checkin", **form, peer=NEW_PEER)
    contact = Contact(1, said=True)
    yield picture(checkins.logged, check_in=logged, contact=contact)
    yield picture(checkins.logged, "first contact", check_in=logged, contact=Contact(1))
    yield picture(checkins.logged, "of another", check_in=logged, contact=Contact(1, elsewhere=True))
    guessed = ("service", "minutes")
    yield picture(checkins.logged, "guessed", check_in=group, contact=Contact(), guessed=guessed)
    yield picture(checkins.logged, "changed", check_in=logged, contact=contact, changed=True)
    yield picture(checkins.undone)
    yield picture(checkins.thrown_away)
    yield picture(checkins.draft, draft_id=1, content=draft, unknown_code=False)
    yield picture(checkins.draft, "unknown code", draft_id=1, content=draft, unknown_code=True)
    name = {"content": replace(draft, peer=None), "unknown_code": False, "no_code": True}
    yield picture(checkins.draft, "a name", draft_id=1, **name)
    yield picture(checkins.mine, check_ins=[logged, group], older=True, zone=ZONE, now=NOW)
    yield picture(checkins.mine, "older", check_ins=[logged], older=False, zone=ZONE, now=NOW + timedelta(9))
    yield picture(checkins.mine, "none", check_ins=[], older=False, zone=ZONE, now=NOW)


def _writer(team: Team) -> Iterator[Picture]:
    elsewhere = replace(
        team.writer(OPEN), left_out=True, calls=team.calls_outside(), adult="", others=(CLOSED,)
    )
    for category in Category:
        view = replace(team.writer(OPEN), categories=(category,))
        yield picture(writer.card, f"about {category.value}", view=view)
    yield picture(writer.card, "own", view=team.writer(OWN))
    yield picture(writer.card, "own alone", view=team.writer(OWN, with_you="no"))
    yield picture(writer.card, "own and somebody near", view=team.writer(OWN, with_you="yes"))
    yield picture(writer.card, "not clear", view=replace(team.writer(NOT_CLEAR), categories=()))
    afraid = replace(team.writer(OWN), categories=(Category.ABUSE,))
    yield picture(writer.card, "own about abuse", view=afraid)
    yield picture(writer.card, "joined", view=team.writer(OPEN, joined=True))
    yield picture(writer.card, "together", view=team.writer(OPEN, with_you="yes"))
    yield picture(writer.card, "apart", view=team.writer(OPEN, with_you="no"))
    yield picture(writer.card, "taken", view=team.writer(TAKEN))
    yield picture(writer.card, "closed", view=team.writer(CLOSED))
    yield picture(writer.card, "in channel", view=replace(team.writer(OPEN), in_channel=True))
    yield picture(writer.card, "about the team", view=elsewhere)
    yield picture(writer.card, "nobody to tell", view=replace(team.writer(OWN), adult=""))
    yield picture(writer.where_form, case=OPEN)
    yield picture(writer.where_form, "own", case=OWN)
    yield picture(writer.more_card, case=OPEN, calls=team.calls())
    yield picture(writer.add_form, case=OPEN)
    yield picture(
        writer.staff_card,
        case=OPEN,
        calls=team.calls(),
        adults=((1, team.coordinator), (2, team.backup)),
    )
    yield picture(writer.added, view=team.writer(OPEN))
    yield picture(writer.added, "nobody to tell", view=replace(team.writer(OPEN), adult=""))
    yield picture(
        writer.put_back_card, case=OPEN, calls=team.calls_outside(), names=(team.coordinator, team.backup)
    )
    yield picture(writer.mistake_told, case=OPEN, calls=team.calls())


def _on_the_way(team: Team) -> Iterator[Picture]:
    for case, whose in ((OPEN, ""), (OWN, "own ")):
        for what in HelperNews:
            given = {"case": case, "calls": team.calls(), "what": what, "holder": team.coordinator}
            yield picture(helpers.news, f"{whose}{what.value}", **given)
    says = replace(TAKEN, acknowledged_how="by_phone")
    has = {"calls": team.calls(), "what": HelperNews.SOMEBODY_HAS_IT, "holder": team.backup}
    yield picture(helpers.news, "by phone", case=says, **has)
    yield picture(
        helpers.news,
        "nobody paged",
        case=OPEN,
        calls=team.calls(),
        what=HelperNews.GET_ANY_ADULT,
        holder="",
        anybody_paged=False,
    )
    yield picture(helpers.ask_writer, case=ASKED, calls=team.calls())
    yield picture(helpers.worried, case=ASKED, calls=team.calls())
    yield picture(helpers.withdrawn)


def _answers(team: Team) -> Iterator[Picture]:
    for refusal in Refusal:
        yield picture(helpers.refused, refusal.name.lower(), refusal=refusal)
    yield picture(helpers.failed, raised=False)
    yield picture(helpers.failed, "raised", raised=True)
    yield picture(helpers.not_saved, programme=team.programme())
    yield picture(helpers.not_saved, "nothing known", programme=None)
    yield picture(helpers.plain, title=team.name, text=team.where)


def _mending() -> Iterator[Picture]:
    yield picture(helpers.mend, errors=((CODE, CODE),), draft=1)


def _after_a_case(team: Team) -> Iterator[Picture]:
    yield picture(care.debrief, case=OPEN, handled=True)
    yield picture(care.debrief, "not yet handled", case=OPEN, handled=False)
    yield picture(care.debrief, "own", case=OWN, handled=False)
    yield picture(care.debriefed, case=OPEN, talk=True)
    yield picture(care.debriefed, "with others", case=OPEN, talk=True, adults=((1, team.backup),))
    yield picture(care.debriefed, "fine", case=OPEN, talk=False)
    yield picture(care.debrief_later, case=OPEN)
    yield picture(care.debrief_with, adult=team.backup)

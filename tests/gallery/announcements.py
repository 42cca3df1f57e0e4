"""An announcement, from the form to what the team reads."""

from collections.abc import Iterator

from handlers.cards import announcements
from handlers.cards.announcements import SUBJECT, WORDS, Announcement, Draft, Remarks
from handlers.safe_messaging import Find, Guideline
from tests.gallery.picture import Picture, picture
from tests.gallery.sample import Team

DRAFT = Draft(1, "00")


def pictures(team: Team) -> Iterator[Picture]:
    """Everything that ``/handrail announce`` shows, and the message itself."""
    words, subject = team.note[:WORDS], team.name[:SUBJECT]
    plain, about = Announcement(subject, words, help=False), Announcement(subject, words, help=True)
    by = {"name": team.coordinator, "programme": team.programme()}
    bare = {"name": team.coordinator, "programme": team.bare()}
    every = tuple(Find(each, team.note[:8]) for each in Guideline)
    yield picture(announcements.form, form_id="announce", values={})
    yield picture(
        announcements.form, "to change", form_id="announce:1", values={"subject": subject, "words": words}
    )
    yield picture(announcements.announced, announcement=plain, **by)
    yield picture(announcements.announced, "about suicide", announcement=about, **by)
    yield picture(announcements.announced, "no numbers", announcement=about, **bare)
    yield picture(announcements.preview, announcement=plain, remarks=Remarks(), draft=DRAFT, **by)
    yield picture(
        announcements.preview, "about suicide", announcement=about, remarks=Remarks(), draft=DRAFT, **by
    )
    full = Remarks(every, (team.helper, team.peer), concern=True, no_line=True)
    yield picture(announcements.preview, "remarks", announcement=about, remarks=full, draft=DRAFT, **bare)
    yield picture(announcements.held, draft=DRAFT)
    yield picture(announcements.sent, count=12)
    yield picture(announcements.sent, "one", count=1)
    yield picture(announcements.sent_before)
    yield picture(announcements.nobody)
    yield picture(announcements.dropped)

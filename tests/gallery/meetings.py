"""Meetings and groups, as helpers, leads and coordinators see them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import time, timedelta

from handlers.cards import meeting_groups, meetings
from handlers.cards.meeting_groups import Seen
from handlers.cards.meetings import MeetingView, Mine
from handlers.languages import Say
from handlers.supervision_times import Weekly
from storage.meetings import Meeting, MeetingPlan
from storage.words import Attendance
from tests.gallery.picture import Picture, picture
from tests.gallery.sample import NOW, ZONE, Team

RULE = Weekly((0,), time(15, 30))


def pictures(team: Team) -> Iterator[Picture]:
    """Everything around meetings."""
    plan = MeetingPlan(1, 1, None, "weekly mon 15:30", 45, "evening", team.room[:100])
    starts = NOW + timedelta(days=1)
    meeting = Meeting(1, plan, starts, starts + timedelta(minutes=45), None, False, False, False, None)
    whose = {"lead": team.helper, "meeting": meeting, "zone": ZONE}
    yield picture(meetings.reminder, **whose)
    yield picture(meetings.called_off, **whose)
    yield picture(meetings.not_expected, **whose)
    yield picture(meetings.note_stays, **whose)
    yield picture(meetings.who_came, **whose)
    for comes in (True, False):
        variant = "comes" if comes else "cannot"
        yield picture(meetings.heard, variant, meeting=meeting, zone=ZONE, comes=comes)
    yield from _overview(team, meeting)
    yield from _one(team, meeting)
    yield from _plan(team, plan)
    yield from _groups(team)


def _overview(team: Team, meeting: Meeting) -> Iterator[Picture]:
    near = replace(meeting, id=2, plan=replace(meeting.plan, place=""))
    mine = [Mine(meeting, team.helper, cannot=True), Mine(near, "", cannot=False)]
    common = {"zone": ZONE}
    yield picture(meetings.overview, mine=mine, running=(), adult=False, lead_id=None, **common)
    yield picture(meetings.overview, "nothing", mine=(), running=(), adult=False, lead_id=None, **common)
    running = [(replace(meeting, id=number), team.helper) for number in range(30)]
    yield picture(meetings.overview, "lead", mine=mine, running=running, adult=False, lead_id=1, **common)
    yield picture(meetings.earlier, found=running[:25], zone=ZONE, following=25)
    yield picture(meetings.overview, "adult", mine=(), running=running, adult=True, lead_id=None, **common)


def _one(team: Team, meeting: Meeting) -> Iterator[Picture]:
    names = dict.fromkeys(range(60), team.helper)
    said = {1: Attendance.CANNOT}
    view = MeetingView(meeting, RULE, team.helper, names, said, begun=False)
    yield picture(meetings.meeting, "to come", view=view, zone=ZONE)
    words = list(Attendance)
    came = {number: words[number % len(words)] for number in names}
    over = replace(meeting, ticked_at=NOW, over=True)
    ticked = MeetingView(over, RULE, "", names, came, begun=True, own_note=True, notes=True)
    yield picture(meetings.meeting, "ticked", view=ticked, zone=ZONE, news=lambda say: say("Saved."))
    many = dict.fromkeys(range(500), team.helper)
    stopped = replace(meeting, plan=replace(meeting.plan, stopped=True))
    large = MeetingView(stopped, RULE, "", many, {}, begun=True)
    yield picture(meetings.meeting, "large", view=large, zone=ZONE)
    people = [(number, team.helper) for number in range(60)]
    title = _who_came
    form = {"form_id": "meeting.tick:1:0", "title": title, "chosen": [1, 30]}
    yield picture(meetings.tick_form, people=people, **form)
    yield picture(meetings.tick_form, "few", people=people[:3], **form)
    yield picture(meetings.note_form, meeting_id=1, text=team.note)
    yield picture(meetings.note_raised)
    yield picture(meetings.notes, found=[(team.helper, team.note[:2_000])] * 3)
    yield picture(meetings.notes, "none", found=[])


def _who_came(say: Say) -> str:
    return say("Who came?")


def _plan(team: Team, plan: MeetingPlan) -> Iterator[Picture]:
    groups = (("all", team.name), ("1", team.helper))
    typed = {
        "when": "every Monday 15:30",
        "minutes": "60",
        "place": team.room,
        "remind": "hours",
        "whom": "1",
    }
    yield picture(meetings.plan_form, form_id="meeting.plan", groups=groups, values=typed)
    yield picture(meetings.plan_form, "lead", form_id="meeting.plan", groups=(), values={})
    following = [NOW + timedelta(days=2 * number) for number in range(3)]
    common = {"rule": RULE, "following": following, "draft": 1, "zone": ZONE}
    yield picture(meetings.confirm, plan=plan, lead=team.helper, **common)
    yield picture(meetings.not_planned)
    yield picture(meetings.stopped)


def _groups(team: Team) -> Iterator[Picture]:
    leads = [(number, team.helper) for number in range(3)]
    yield picture(meeting_groups.groups, leads=leads, of_lead={0: [team.peer] * 20, 1: [team.peer]})
    yield picture(meeting_groups.groups, "no lead", leads=(), of_lead={})
    helpers = [Seen(team.peer, 3, 4, True, 12), Seen(team.outside, 0, 0, False)] * 12
    card = meeting_groups.group
    yield picture(card, lead_id=1, lead=team.helper, helpers=helpers, choose_from=0)
    yield picture(card, "coordinator", lead_id=1, lead=team.helper, helpers=helpers, choose_from=300)
    yield picture(card, "nobody", lead_id=1, lead=team.helper, helpers=(), choose_from=12)

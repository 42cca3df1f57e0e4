"""Who may use what: every role against every command, button and form, as a table that somebody wrote out.

The table is not made from the registry. Whatever is registered and does not stand in it fails here, so that
somebody has to say for whom it is. What counts is the answer that a person gets: one of the four refusals
that speak of who they are, or anything else. All platforms come in by the same front door, each with accounts
of its own, so it is tried with those of each.
"""

from collections.abc import Mapping, Sequence

import pytest

from handlers.chat import (
    ButtonPressed,
    Card,
    CommandUsed,
    Effect,
    Event,
    FormSubmitted,
    MessageRaised,
    Place,
    PlaceKind,
    Reply,
    UpdateCard,
    User,
)
from handlers.menu import BEHIND
from handlers.refusals import Refusal
from handlers.registry import load
from storage import people, programmes
from storage.words import Platform, Role
from tests.stage import Stage, words_of

REGISTRY = load()
PEOPLE = {
    "nobody": (),
    "helper": (Role.HELPER,),
    "lead": (Role.LEAD,),
    "coordinator": (Role.COORDINATOR,),
    "backup": (Role.BACKUP,),
    "outside": (Role.OUTSIDE_CONTACT,),
    "observer": (Role.OBSERVER,),
    "suspended": (Role.HELPER,),
    "suspended coordinator": (Role.COORDINATOR,),
}
"""Who tries it."""
ANYBODY = frozenset(PEOPLE)
ROSTER = frozenset({"helper", "lead", "coordinator", "backup", "outside"})
WITH_OBSERVER = ROSTER | {"observer"}
HELPING = frozenset({"helper", "lead"})
LEADS = frozenset({"lead"})
ADULTS = frozenset({"coordinator", "backup"})
TEAM = HELPING | ADULTS
RUNNING = LEADS | ADULTS
READERS = ADULTS | {"observer"}
LADDER = frozenset({"coordinator", "backup", "outside"})
COORDINATOR = frozenset({"coordinator"})
"""For whom it can be. An observer reads figures and nothing else; a lead is a helper who runs a group."""

COMMANDS = {
    "urgent": ANYBODY,
    "nominate": ANYBODY,
    "handrail": WITH_OBSERVER,
    "checkin": ROSTER,
    "supervision": ROSTER,
    "hours": ROSTER,
    "meeting": ROSTER,
    "training": ROSTER,
    "requests": TEAM,
    "peers": HELPING | COORDINATOR,
    "report": READERS,
    "thanks": ADULTS,
    "drill": COORDINATOR,
    "pair": COORDINATOR,
    "peer": COORDINATOR,
    "roster": COORDINATOR,
}
BEHIND_THE_MENU = {
    "agreement": ROSTER,
    "setup": COORDINATOR,
    "rota": ADULTS,
    "words": COORDINATOR,
    "announce": COORDINATOR,
    "watch": COORDINATOR,
    "stop watching": COORDINATOR,
    "unwatch": COORDINATOR,
    "alerts here": COORDINATOR,
    "no alerts": COORDINATOR,
}
"""What stands behind ``/handrail``."""
MESSAGES = {"concern": ANYBODY}
BUTTONS = {
    # raising a concern, and what its writer is asked afterwards
    "worried": ANYBODY,
    "ask.danger": ANYBODY,
    "ask.no": ANYBODY,
    "ask.unsure": ANYBODY,
    "ask.yes": ANYBODY,
    "debrief": ANYBODY,
    "debrief.with": ANYBODY,
    "form.mend": ANYBODY,
    "writer.about": ANYBODY,
    "writer.add": ANYBODY,
    "writer.card": ANYBODY,
    "writer.left_out": ANYBODY,
    "writer.mistake": ANYBODY,
    "writer.more": ANYBODY,
    "writer.nobody": ANYBODY,
    "writer.put_back": ANYBODY,
    "writer.same": ANYBODY,
    "writer.staff": ANYBODY,
    "writer.what": ANYBODY,
    "writer.where": ANYBODY,
    "writer.with": ANYBODY,
    # one's own check-ins and questions
    "checkin": ROSTER,
    "checkin.edit": ROSTER,
    "checkin.pick": ROSTER,
    "checkin.undo": ROSTER,
    "draft.drop": ROSTER,
    "draft.edit": ROSTER,
    "draft.log": ROSTER,
    "help": WITH_OBSERVER,
    "language": WITH_OBSERVER,
    "mine": ROSTER,
    "poll.open": ROSTER,
    "poll.talk": ROSTER,
    "prompts.wishes": ROSTER,
    "supervision": ROSTER,
    "weekly": ROSTER,
    "hours": ROSTER,
    "hours.certificate": ROSTER,
    "details": ROSTER,
    "details.skip": ROSTER,
    "agreement": ROSTER,
    "agreement.sign": ROSTER,
    "training.read": ROSTER,
    "limits": ROSTER,
    # one's own peers: which they are is checked for each
    "limits.said": HELPING,
    "peers": HELPING | COORDINATOR,
    "peers.grade": HELPING | COORDINATOR,
    "peers.one": HELPING,
    "offer": HELPING,
    "pairing.no": HELPING,
    "pairing.ends": HELPING,
    "pairing.closed": HELPING,
    "requests": TEAM,
    "request.open": TEAM,
    "request.claim": HELPING,
    "request.back": HELPING,
    "request.done": TEAM,
    "request.new": ADULTS,
    # a walk to an adult: helpers their own, adults what came of it
    "handoff": HELPING,
    "handoff.peer": HELPING,
    "handoff.again": HELPING,
    "handoff.there": HELPING,
    "handoff.no": HELPING,
    "handoff.here": ADULTS,
    "handoff.end": ADULTS,
    "handoff.refer": ADULTS,
    "handoff.followed": ADULTS,
    "handoff.open": ADULTS,
    "handoff.note": ADULTS,
    "handoffs": ADULTS,
    # meetings: a lead's own group's, which is checked for each
    "meeting": ROSTER,
    "meeting.can": ROSTER,
    "meeting.cannot": ROSTER,
    "meeting.open": RUNNING,
    "meeting.earlier": RUNNING,
    "meeting.tick": RUNNING,
    "meeting.all": RUNNING,
    "meeting.note": RUNNING,
    "meeting.plan": RUNNING,
    "meeting.change": RUNNING,
    "meeting.save": RUNNING,
    "meeting.off": RUNNING,
    "meeting.stop": RUNNING,
    "meeting.group": RUNNING,
    "meeting.groups": ADULTS,
    "meeting.notes": COORDINATOR,
    "meeting.members": COORDINATOR,
    # cases
    "case.ack": LADDER,
    "case.close": LADDER,
    "case.decisions": LADDER,
    "case.decline": LADDER,
    "case.followed": LADDER,
    "case.join": LADDER,
    "case.left_out": LADDER,
    "case.more": LADDER,
    "case.note": LADDER,
    "case.parents": LADDER,
    "case.report": LADDER,
    "case.result": LADDER,
    "case.seen": LADDER,
    "case.show": LADDER,
    "case.split": LADDER,
    "case.take": LADDER,
    "cases": LADDER,
    "cases.no": LADDER,
    # supervision, the rota and the term, for those who look after the team
    "poll.make": ADULTS,
    "poll.more": ADULTS,
    "report": READERS,
    "figures": READERS,
    "report.goal": ADULTS,
    "report.goals": ADULTS,
    "report.observe": ADULTS,
    "training.who": ADULTS,
    "training.record": RUNNING,
    "training.certificate": ADULTS,
    "training.services": ADULTS,
    "training.needs": ADULTS,
    "rota": ADULTS,
    "rota.away": ADULTS,
    "rota.back": ADULTS,
    "rota.hand": ADULTS,
    "rota.take": ADULTS,
    "round.answers": ADULTS,
    "round.results": ADULTS,
    "schedule": ADULTS,
    "schedule.delete": ADULTS,
    "schedule.pause": ADULTS,
    "schedule.save": ADULTS,
    "schedule.start": ADULTS,
    "schedule.when": ADULTS,
    "school.days": ADULTS,
    "somebody.away": ADULTS,
    "survey": ADULTS,
    "survey.close": ADULTS,
    "survey.start": ADULTS,
    "week": ADULTS,
    # the team itself
    "fallback": COORDINATOR,
    "fallback.test": COORDINATOR,
    "peer.name": COORDINATOR,
    "peers.settle": COORDINATOR,
    "pair": COORDINATOR,
    "pair.add": COORDINATOR,
    "pair.apart": COORDINATOR,
    "pair.change": COORDINATOR,
    "pair.end": COORDINATOR,
    "pair.later": COORDINATOR,
    "pair.list": COORDINATOR,
    "pair.open": COORDINATOR,
    "pair.other": COORDINATOR,
    "pair.pick": COORDINATOR,
    "pair.show": COORDINATOR,
    "pair.suggest": COORDINATOR,
    "pair.unlist": COORDINATOR,
    "pair.yes": COORDINATOR,
    "roster.add": COORDINATOR,
    "roster.back": COORDINATOR,
    "roster.change": COORDINATOR,
    "roster.import": COORDINATOR,
    "roster.import.drop": COORDINATOR,
    "roster.import.save": COORDINATOR,
    "roster.link": COORDINATOR,
    "roster.page": COORDINATOR,
    "roster.pause": COORDINATOR,
    "roster.pick": COORDINATOR,
    "roster.remove": COORDINATOR,
    "roster.show": COORDINATOR,
    "rota.add": COORDINATOR,
    "rota.drop": COORDINATOR,
    "agreement.off": COORDINATOR,
    "agreement.on": COORDINATOR,
    "agreement.text": COORDINATOR,
    "setup": COORDINATOR,
    "setup.card": COORDINATOR,
    "setup.channels": COORDINATOR,
    "setup.services": COORDINATOR,
    "words": COORDINATOR,
    "words.add": COORDINATOR,
    "words.drop": COORDINATOR,
    "words.pick": COORDINATOR,
    "words.remove": COORDINATOR,
    "words.review": COORDINATOR,
    "words.save": COORDINATOR,
    # an announcement, which whoever wrote it sends
    "announce": COORDINATOR,
    "announce.change": COORDINATOR,
    "announce.drop": COORDINATOR,
    "announce.send": COORDINATOR,
    # new helpers: the coordinator decides; leads say how they see those whom they are asked about
    "nomination": COORDINATOR,
    "nomination.accept": COORDINATOR,
    "nomination.ask": COORDINATOR,
    "nomination.later": COORDINATOR,
    "nomination.pick": COORDINATOR,
    "nominations": COORDINATOR,
    "nomination.read": LEADS,
    "nomination.view": LEADS,
}
FORMS = {
    "writer.add": ANYBODY,
    "writer.where": ANYBODY,
    "checkin": ROSTER,
    "checkin.edit": ROSTER,
    "draft": ROSTER,
    "poll.form": ROSTER,
    "poll.unnamed": ROSTER,
    "prompts.wishes": ROSTER,
    "details": ROSTER,
    "nominate": ANYBODY,
    "nomination.view": LEADS,
    "offer": HELPING,
    "peers.grade": HELPING | COORDINATOR,
    "handoff": HELPING,
    "handoff.peer": HELPING,
    "handoff.again": HELPING,
    "handoff.refer": ADULTS,
    "request.new": ADULTS,
    "meeting.tick": RUNNING,
    "meeting.note": RUNNING,
    "meeting.plan": RUNNING,
    "meeting.change": RUNNING,
    "meeting.members": COORDINATOR,
    "training.record": RUNNING,
    "training.certificate": ADULTS,
    "training.needs": ADULTS,
    "case.outcome": LADDER,
    "case.parents": LADDER,
    "case.report": LADDER,
    "poll.make": ADULTS,
    "poll.more": ADULTS,
    "report.goal": ADULTS,
    "report.observe": ADULTS,
    "rota.away": ADULTS,
    "rota.hand": ADULTS,
    "schedule.when": ADULTS,
    "school.days": ADULTS,
    "somebody.away": ADULTS,
    "survey.start": ADULTS,
    "thanks": ADULTS,
    "fallback": COORDINATOR,
    "peer.name": COORDINATOR,
    "pair.add": COORDINATOR,
    "pair.apart": COORDINATOR,
    "pair.change": COORDINATOR,
    "roster.add": COORDINATOR,
    "roster.change": COORDINATOR,
    "roster.import": COORDINATOR,
    "roster.link": COORDINATOR,
    "rota.add": COORDINATOR,
    "agreement.text": COORDINATOR,
    "setup": COORDINATOR,
    "setup.services": COORDINATOR,
    "words.add": COORDINATOR,
    "announce": COORDINATOR,
}
REFUSED = {
    "nobody": Refusal.NOT_ON_ROSTER,
    "suspended": Refusal.SUSPENDED,
    "suspended coordinator": Refusal.SUSPENDED,
    "observer": Refusal.FIGURES_ONLY,
}
"""What somebody is told who may not; everybody else is told that it is not for their role."""
PLATFORMS = (Platform.WEB, Platform.SLACK, Platform.DISCORD)
one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For what goes through the whole registry: it is the same front door on every database."""


@pytest.mark.parametrize(
    ("registered", "table"),
    [
        (REGISTRY.commands, COMMANDS),
        (BEHIND, BEHIND_THE_MENU),
        (REGISTRY.on_messages, MESSAGES),
        (REGISTRY.buttons, BUTTONS),
        (REGISTRY.forms, FORMS),
    ],
    ids=["commands", "behind the menu", "messages", "buttons", "forms"],
)
def test_whatever_is_registered_stands_in_the_table(
    registered: Mapping[str, object], table: Mapping[str, object]
) -> None:
    assert set(registered) == set(table), "say in tests/integration/test_access.py for whom it is"


class Door:
    """Somebody of each kind at the front door, on one platform."""

    def __init__(self, stage: Stage, platform: Platform) -> None:
        self.stage, self.platform, self._number = stage, platform, 0
        self.workspace = "sandbox" if platform is Platform.WEB else f"{platform}-team"

    async def open(self) -> "Door":
        async with self.stage.app.database.write() as tx:
            connection_id = 1
            if self.platform is not Platform.WEB:
                connection_id = (await programmes.connect(tx, 1, self.platform, self.workspace)).id
            for who, roles in PEOPLE.items():
                if roles:
                    person = await people.add(tx, programme_id=1, name=f"A {who}", roles=roles)
                    await people.add_account(tx, person, connection_id, f"the-{who}")
                    if who.startswith("suspended"):
                        await people.suspend(tx, person)
        return self

    async def tries(self, who: str, what: str, name: str, text: str = "") -> str:
        """What somebody is told who tries it: the refusal's words if it is one of who they are."""
        self._number += 1
        user = User(self.platform.value, self.workspace, f"the-{who}")
        place = Place(PlaceKind.DIRECT, user.id)
        common = {
            "dedupe_key": f"{what}:{name}:{self._number}",
            "user": user,
            "place": place,
            "at": self.stage.clock.now(),
        }
        event: Event
        match what:
            case "command":
                event = CommandUsed(**common, name=name, text=text)
            case "button":
                event = ButtonPressed(**common, action=name)
            case "form":
                event = FormSubmitted(**common, form=name, values={})
            case _:
                event = MessageRaised(**common, name=name, text="hello", message_id=f"m{self._number}")
        effects = await self.stage.app.intake.receive(event)
        told = "\n".join(words_of(card) for card in cards_of(effects))
        own = {Refusal.NOT_ON_ROSTER, Refusal.SUSPENDED, Refusal.FIGURES_ONLY, Refusal.NOT_ALLOWED}
        return next((refusal.value for refusal in own if refusal.value in told), "")


def cards_of(effects: Sequence[Effect]) -> list[Card]:
    return [effect.card for effect in effects if isinstance(effect, Reply | UpdateCard)]


@pytest.fixture(params=PLATFORMS, ids=lambda platform: platform.value)
async def door(request: pytest.FixtureRequest, stage: Stage) -> Door:
    return await Door(stage, request.param).open()


TABLES = {
    "command": COMMANDS,
    "message": MESSAGES,
    "button": BUTTONS,
    "form": FORMS,
}


@one_database
@pytest.mark.parametrize("who", PEOPLE)
async def test_everybody_may_do_what_the_table_says_and_nothing_else(door: Door, who: str) -> None:
    tries = [(what, name, "", allowed) for what, table in TABLES.items() for name, allowed in table.items()]
    tries += [("command", "handrail", words, allowed) for words, allowed in BEHIND_THE_MENU.items()]
    wrong = []
    for what, name, words, allowed in tries:
        told = await door.tries(who, what, name, words)
        expected = "" if who in allowed else REFUSED.get(who, Refusal.NOT_ALLOWED).value
        if told != expected:
            wrong.append(f"{what} {name} {words}: told {told!r}, not {expected!r}")
    assert not wrong

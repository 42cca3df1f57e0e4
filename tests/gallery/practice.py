"""What stands around a check-in: details, peers, pairing, help that is looked for, walks to an adult."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from handlers.cards import handoffs, help_requests, limits, pairing, peer_lists, services
from handlers.cards.matching import LIKES, SUBJECTS, TIMES
from handlers.cards.spoken import SPOKEN
from handlers.pairing import NO_LANGUAGE, NO_OFFER, NO_PLACE, NO_TIME, NOT_WITH, Fit, Misfit, Suggestion
from storage.handoffs import Handoff
from storage.help_requests import HelpRequest
from storage.pairing import Need, Offer, Pairing, Wishes
from storage.peers import AnyPeer, CodeUsed, OwnPeer
from storage.services import Details
from tests.gallery.picture import Picture, picture
from tests.gallery.sample import CODE, NOW, ZONE, Team

EVERYTHING = Wishes(tuple(SPOKEN), TIMES, tuple(SUBJECTS), tuple(LIKES))
SOME = Wishes(("en", "pt"), TIMES[:3], tuple(SUBJECTS)[:2], tuple(LIKES)[:3])
SHEET = "https://handrail.example/sheet/en"
SEEN = {"zone": ZONE, "now": NOW}


def pictures(team: Team) -> Iterator[Picture]:
    """Everything of these practices."""
    yield from _services()
    yield from _peers(team)
    yield from _pairing(team)
    yield from _suggestions(team)
    yield from _pairs(team)
    yield from _requests(team)
    yield from _walks(team)
    yield from _walks_of_adults(team)


def _services() -> Iterator[Picture]:
    yield picture(services.ask, check_in_id=1, service="outreach")
    yield picture(services.skipped)
    for service in ("tutoring", "outreach", "mediation"):
        yield picture(services.form, service, form_id="details:1", service=service, found=Details())
    full = Details("group", 12, "referred", "2", "pt", "reached")
    yield picture(services.form, "filled", form_id="details:1", service="mediation", found=full)
    yield picture(services.kept, check_in_id=1, service="mediation", found=full)
    yield picture(services.kept, "little", check_in_id=1, service="tutoring", found=Details(language="other"))


def _peers(team: Team) -> Iterator[Picture]:
    yield picture(limits.card, link=SHEET)
    yield picture(limits.card, "without a link", link="")
    met = OwnPeer(1, CODE, 4, NOW, 1, said=True)
    new = OwnPeer(2, CODE, 0, None, 2, said=False)
    graded = replace(met, grade="10")
    yield picture(limits.said, peer=new)
    yield picture(limits.said, "grade known", peer=graded)
    yield picture(peer_lists.grade_form, peer_id=1, code=CODE, grade="10")
    yield picture(peer_lists.grade_kept, code=CODE, grade="10")
    yield picture(peer_lists.grade_kept, "forgotten", code=CODE, grade="")
    yield picture(peer_lists.one, "grade known", peer=graded, **SEEN)
    yield picture(peer_lists.own, peers=[met, new], following=20, **SEEN)
    yield picture(peer_lists.own, "nobody", peers=[], following=0, **SEEN)
    yield picture(peer_lists.one, peer=met, **SEEN)
    yield picture(peer_lists.one, "new", peer=new, **SEEN)
    everybody = [
        AnyPeer(1, CODE, NOW, (1, 2), None),
        AnyPeer(2, CODE, None, (), NOW),
        AnyPeer(3, CODE, NOW - timedelta(minutes=7), (), None),
    ] * 6
    given = {"names": {1: team.helper, 2: team.peer}, **SEEN}
    used = [CodeUsed(1, 1, CODE, NOW), CodeUsed(2, 3, CODE, NOW)]
    yield picture(
        peer_lists.everybody, peers=everybody, codes_used=used, following=20, news=team.name, **given
    )
    yield picture(peer_lists.everybody, "nobody", peers=[], codes_used=[], following=0, **given)


def _pairing(team: Team) -> Iterator[Picture]:
    yield picture(pairing.offer_form, offer=Offer(1, EVERYTHING, 3))
    yield picture(pairing.offered, offer=Offer(1, EVERYTHING, 3))
    need = Need(1, CODE, SOME, frozenset({2}), NOW)
    yield picture(
        pairing.overview,
        waiting=[need, replace(need, peer_id=2)],
        pairs=12,
        free=3,
        silent=[team.helper] * 16,
        news=team.name,
        **SEEN,
    )
    yield picture(pairing.overview, "nobody", waiting=[], pairs=0, free=0, **SEEN)
    yield picture(pairing.need_form, form_id="pair.add", wishes=Wishes())
    yield picture(pairing.need_form, "change", form_id="pair.change:1", wishes=EVERYTHING, new=False)
    yield picture(
        pairing.need,
        found=replace(need, wishes=EVERYTHING, grade="10"),
        apart=[team.peer],
        news=team.name,
    )
    yield picture(pairing.need, "nothing known", found=Need(1, CODE, Wishes()), apart=[])
    helpers = [(number, team.helper) for number in range(60)]
    yield picture(pairing.apart_form, peer_id=1, helpers=helpers, chosen=frozenset({1, 30}))


def _suggestions(team: Team) -> Iterator[Picture]:
    need = Need(1, CODE, EVERYTHING, frozenset(), NOW)
    much = Fit(500, "pt", TIMES, tuple(SUBJECTS), tuple(LIKES))
    found = Suggestion(need, Offer(1, SOME, 4, 2), much)
    bare = Suggestion(replace(need, wishes=Wishes()), Offer(1, SOME, 1, 0), Fit(400, "", (), (), ()))
    yield picture(pairing.suggestion, found=found, helper=team.helper, more=3, news=team.name)
    yield picture(pairing.suggestion, "little in common", found=bare, helper=team.helper, more=0)
    yield picture(pairing.no_suggestion, waiting=2, news=team.name)
    yield picture(pairing.no_suggestion, "nobody waits", waiting=0)
    several = {"code": CODE, "peer_id": 1, "names": dict.fromkeys(range(30), team.helper)}
    options = [replace(found, offer=replace(found.offer, helper_id=number)) for number in range(30)]
    rest = [Misfit(number, (NO_LANGUAGE, NO_TIME, NO_PLACE)) for number in range(6)]
    rest += [Misfit(7, (NO_OFFER,)), Misfit(8, (NOT_WITH,))]
    yield picture(pairing.others, found=[*options[:7], *rest], following=15, **several)
    yield picture(pairing.others, "kept apart", found=rest[-1:], **several)
    yield picture(pairing.others, "nobody", found=[], **several)


def _pairs(team: Team) -> Iterator[Picture]:
    found = Pairing(1, 1, 1, NOW, None, "", "")
    pairs = [(replace(found, id=number), CODE) for number in range(20)]
    yield picture(pairing.pairs, found=pairs, names={1: team.helper}, resting={1}, following=20)
    yield picture(pairing.pairs, "nobody", found=[], names={}, resting=(), following=0)
    for variant, rests in (("", False), ("resting", True)):
        yield picture(pairing.pair, variant, found=found, code=CODE, helper=team.helper, rests=rests, **SEEN)
    for waits in (True, False):
        variant = "" if waits else "for good"
        yield picture(pairing.ended, variant, code=CODE, waits=waits, asked=True)
        yield picture(pairing.ended, f"{variant} resting".strip(), code=CODE, waits=waits, asked=False)
    yield picture(pairing.helper_left, helper=team.helper, codes=[CODE] * 6)
    yield picture(pairing.new_peer, pair_id=1, found=Need(1, CODE, EVERYTHING))
    yield picture(pairing.new_peer, "nothing known", pair_id=1, found=Need(1, CODE, Wishes()))
    yield picture(pairing.cannot)
    yield picture(pairing.came_back, helper=team.helper, code=CODE)
    yield picture(pairing.closing, pair_id=1, code=CODE)
    yield picture(pairing.closed, had=True)
    yield picture(pairing.closed, "missed", had=False)
    yield picture(pairing.ends, helper=team.helper, code=CODE)


def _requests(team: Team) -> Iterator[Picture]:
    open_ = HelpRequest(1, 1, team.where[:200], "maths", TIMES[0], 3, NOW, NOW, 0, 1, None, None)
    mine, another = replace(open_, id=2, claimed_by=1), replace(open_, id=3, claimed_by=2)
    plain = replace(open_, id=4, subject="", time="")
    yield picture(help_requests.form, values={})
    yield picture(
        help_requests.form, "filled", values={"text": team.where, "subject": "maths", "time": TIMES[0]}
    )
    yield picture(help_requests.wanted, request=open_)
    yield picture(help_requests.wanted, "again", request=plain, again=True)
    yield picture(help_requests.posted, asked=12)
    yield picture(help_requests.posted, "nobody", asked=0)
    yield picture(help_requests.claimed, request=open_)
    yield picture(help_requests.taken)
    yield picture(help_requests.given_back)
    yield picture(help_requests.done)
    yield picture(help_requests.not_needed, request=open_)
    yield picture(help_requests.somebody_does_it, request=open_, helper=team.helper)
    yield picture(help_requests.nobody, request=open_)
    listed = {"found": [open_, mine, another, plain], "names": {2: team.peer}, "reader": 1}
    yield picture(help_requests.listing, staff=False, **listed)
    yield picture(help_requests.listing, "staff", staff=True, **(listed | {"reader": 9}))
    yield picture(help_requests.listing, "none", found=[], names={}, staff=True, reader=9)
    for variant, request, staff in (("open", open_, False), ("mine", mine, False), ("staff", another, True)):
        yield picture(help_requests.one, variant, request=request, staff=staff, reader=1)
    yield picture(help_requests.one, "of another", request=another, staff=False, reader=1)


def walk(team: Team) -> Handoff:
    """A walk that was agreed on."""
    return Handoff(
        id=1,
        programme_id=1,
        helper_id=1,
        peer_id=1,
        code=CODE,
        check_in_id=1,
        case_id=None,
        consent="yes",
        planned="now",
        walker="me",
        note=team.note[:1_000],
        asked_at=NOW,
        agreed_at=NOW,
        arrived_at=None,
        outcome="",
        referred_to="",
        follow_up_on=None,
        next_at=NOW,
        reminders=0,
    )


def _walks(team: Team) -> Iterator[Picture]:
    found = walk(team)
    yield picture(handoffs.form, form_id="handoff:1", values={})
    filled = {"consent": "yes", "planned": "today", "walker": "adult", "note": team.note}
    yield picture(handoffs.form, "filled", form_id="handoff:1", values=filled)
    yield picture(handoffs.not_yet, handoff=found)
    adults = [team.coordinator, team.backup]
    yield picture(handoffs.on_the_way, handoff=found, adults=adults, where=team.room)
    yield picture(
        handoffs.on_the_way, "nobody told", handoff=replace(found, code=None), adults=[], where=team.room
    )
    yield picture(handoffs.there)
    yield picture(handoffs.did_not_happen)
    yield picture(handoffs.arrived, handoff=found)
    yield picture(handoffs.ask_helper, handoff=found)


def _walks_of_adults(team: Team) -> Iterator[Picture]:
    found = walk(team)
    yield picture(handoffs.coming, handoff=found, helper=team.helper)
    yield picture(handoffs.off, handoff=found, helper=team.helper)
    for walker in handoffs.WALKS:
        other = replace(found, walker=walker, planned="later", note="", code=None)
        yield picture(handoffs.coming, walker, handoff=other, helper=team.helper, again=True)
    arrived = replace(found, arrived_at=NOW)
    yield picture(handoffs.coming, "arrived", handoff=arrived, helper=team.helper, again=True)
    referred = replace(
        found,
        arrived_at=NOW,
        outcome="referred",
        referred_to=team.where[:200],
        follow_up_on=NOW.date(),
    )
    for outcome in handoffs.OUTCOME:
        ended = replace(found, outcome=outcome, note="")
        yield picture(handoffs.one, outcome.replace("_", " "), handoff=ended, helper=team.helper, **SEEN)
    yield picture(handoffs.one, "to follow up", handoff=referred, helper=team.helper, news=team.name, **SEEN)
    yield picture(handoffs.note, handoff=referred)
    yield picture(handoffs.note, "nothing", handoff=replace(found, note=""))
    yield picture(handoffs.refer_form, form_id="handoff.refer:1", where="", day="2026-03-16")
    yield picture(handoffs.follow_up, handoff=referred)
    yield picture(handoffs.followed, on=None)
    yield picture(handoffs.followed, "in a week", on=NOW.date())
    yield picture(handoffs.listing, found=[found, replace(referred, id=2)], names={1: team.helper}, **SEEN)
    yield picture(handoffs.listing, "none", found=[], names={}, **SEEN)

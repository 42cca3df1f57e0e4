"""Pairing 200 peers with 60 helpers, beside first come, first served. Five invented schools, fixed seeds.

The measure is the one that the product is solved for, in points: the sum over all pairs of how well the two
fit, less what further peers of one helper cost (``handlers/pairing.py`` has the points). Printed too: peers
paired, and what a pair has in common on average, which nobody needs points to understand.
"""

import random
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from handlers.cards.matching import LIKES, SUBJECTS, TIMES
from handlers.pairing import Suggestion, load, ranked, suggest
from storage.pairing import Need, Offer, Wishes

PEERS, HELPERS = 200, 60
SEEDS = range(1, 6)
NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
SCHOOL = "en"
OTHER_LANGUAGES = ("es", "pt", "ht", "ar", "vi", "so")


@dataclass(frozen=True)
class Result:
    """What came of one way to pair: its points, how many were paired, and what pairs share on average."""

    points: int
    paired: int
    home_language: int
    times: float
    subjects: float


def school(seed: int, peers: int = PEERS, helpers: int = HELPERS) -> tuple[list[Need], list[Offer]]:
    """An invented school: a third of the peers rather speak another language, and times are scarce."""
    dice = random.Random(seed)  # noqa: S311 - an invented school, the same each time
    offers = [
        Offer(
            1_000 + number,
            Wishes(
                ("en", dice.choice(OTHER_LANGUAGES)) if dice.random() < 0.4 else ("en",),
                tuple(dice.sample(TIMES, 4)),
                tuple(dice.sample(list(SUBJECTS), 3)),
                tuple(dice.sample(list(LIKES), 4)),
            ),
            places=dice.choice((2, 3, 4, 5)),
        )
        for number in range(helpers)
    ]
    needs = [
        Need(
            number,
            f"P-{number:04}",
            Wishes(
                (dice.choice(OTHER_LANGUAGES),) if dice.random() < 0.33 else ("en",),
                tuple(dice.sample(TIMES, 3)),
                tuple(dice.sample(list(SUBJECTS), 1)),
                tuple(dice.sample(list(LIKES), 3)),
            ),
            frozenset(1_000 + dice.randrange(helpers) for _ in range(dice.random() < 0.1)),
            NOW - timedelta(days=dice.randrange(60)),
        )
        for number in range(peers)
    ]
    return sorted(needs, key=lambda need: (need.waiting_since or NOW, need.peer_id)), offers


def first_come(needs: Sequence[Need], offers: Sequence[Offer]) -> list[Suggestion]:
    """Each peer in the order in which they came gets the best helper who still has a place."""
    now = {offer.helper_id: offer for offer in offers}
    pairs = []
    for need in needs:
        best = ranked(need, list(now.values()), NOW, SCHOOL)[:1]
        for found in best:
            helper = now[found.offer.helper_id]
            now[helper.helper_id] = replace(helper, taken=helper.taken + 1)
        pairs += best
    return pairs


def measure(pairs: Sequence[Suggestion], offers: Sequence[Offer]) -> Result:
    """The stated measure, counted anew from who was paired with whom."""
    taken = {offer.helper_id: offer.taken for offer in offers}
    points = 0
    for pair in pairs:
        points += pair.fit.points - load(taken[pair.offer.helper_id])
        taken[pair.offer.helper_id] += 1
    places = {offer.helper_id: offer.places for offer in offers}
    assert all(taken[helper] <= places[helper] for helper in taken), "nobody has more peers than places"
    assert len({pair.need.peer_id for pair in pairs}) == len(pairs), "nobody is paired twice"
    assert not any(pair.offer.helper_id in pair.need.not_with for pair in pairs)
    return Result(
        points,
        len(pairs),
        sum(pair.fit.language not in ("", SCHOOL) for pair in pairs),
        statistics.mean(len(pair.fit.times) for pair in pairs),
        statistics.mean(len(pair.fit.subjects) for pair in pairs),
    )


async def main() -> None:
    """Print both, side by side."""
    began = time.perf_counter()
    suggest(*school(0, 1, 1), NOW, SCHOOL)
    print(f"Loading the solver, once in a process: {time.perf_counter() - began:.2f} s")
    print(f"{PEERS} peers, {HELPERS} helpers. Left: as an assignment. Right: first come, first served.\n")
    print(
        f"{'school':>6} {'places':>6} {'seconds':>13} {'points':>15} {'paired':>11} {'home lang.':>11}",
        end="",
    )
    print(f" {'shared times':>13} {'subjects':>11}")
    for seed in SEEDS:
        needs, offers = school(seed)
        began = time.perf_counter()
        best = suggest(needs, offers, NOW, SCHOOL)
        between = time.perf_counter()
        first = first_come(needs, offers)
        ended = time.perf_counter()
        ours, theirs = measure(best, offers), measure(first, offers)
        print(
            f"{seed:>6} {sum(offer.places for offer in offers):>6}"
            f" {between - began:>6.2f}/{ended - between:<6.2f} {ours.points:>7}/{theirs.points:<7}"
            f" {ours.paired:>5}/{theirs.paired:<5} {ours.home_language:>5}/{theirs.home_language:<5}"
            f" {ours.times:>6.2f}/{theirs.times:<6.2f} {ours.subjects:>5.2f}/{theirs.subjects:<5.2f}"
        )

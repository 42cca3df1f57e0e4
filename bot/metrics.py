"""Figures for Prometheus. Counts and times only: no label ever holds a person, a case or a word."""

from datetime import datetime, timedelta
from math import ceil

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from storage import delivered, sending
from storage.db import Database
from storage.words import Lane, OutboxState

ANSWERED_IN = timedelta(days=30)
"""Cases that were opened within so long tell how soon adults answer."""
QUANTILES = (0.5, 0.9, 1.0)


class Metrics:
    """One set of figures for one running bot."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.sent = Counter("handrail_sent", "Messages by result", ["lane", "result"], registry=self.registry)
        self.page_seconds = Histogram(
            "handrail_page_seconds",
            "From a page's commit to the platform having it",
            buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
            registry=self.registry,
        )
        self.gateway = Gauge(
            "handrail_gateway_connected", "1 while Discord's gateway is held here", registry=self.registry
        )
        self._pages = Gauge("handrail_pages", "Pages by state", ["state"], registry=self.registry)
        self._oldest = Gauge(
            "handrail_oldest_unsent_seconds",
            "Age of the oldest unsent message",
            ["lane"],
            registry=self.registry,
        )
        self._answered = Gauge(
            "handrail_acknowledge_seconds",
            "From a case's first page until an adult had it, over 30 days",
            ["quantile"],
            registry=self.registry,
        )

    async def render(self, database: Database, now: datetime) -> bytes:
        """Everything as text, with what only the database knows read now."""
        async with database.read() as tx:
            counts = await sending.pages_by_state(tx)
            oldest = {lane: await sending.oldest_unsent(tx, lane, now) for lane in Lane}
            answered = sorted(await delivered.seconds_to_answer(tx, now - ANSWERED_IN))
        for state in OutboxState:
            self._pages.labels(state.value).set(counts.get(state, 0))
        for lane, since in oldest.items():
            self._oldest.labels(lane.value).set((now - since).total_seconds() if since else 0)
        self._answered.clear()
        for quantile in QUANTILES if answered else ():
            at = ceil(quantile * len(answered)) - 1
            self._answered.labels(str(quantile)).set(answered[at])
        return generate_latest(self.registry)

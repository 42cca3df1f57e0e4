"""One person in a scenario: what stands in front of them, and what of it is new."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from handlers.chat import PlaceKind
from tests.scenarios.driver import Shown, ShownForm


@dataclass(frozen=True)
class Arrival:
    """A message of Handrail's, as it was when it came."""

    shown: Shown
    at: datetime


@dataclass
class Onlooker:
    """One person.

    ``standing`` is in the order in which it came, by place and handle. ``new`` is what has come from Handrail
    since they did something or were looked at; ``looked`` whether they were, since something last happened.
    ``ever`` holds all texts that ever stood in front of them.
    """

    name: str
    standing: dict[tuple[PlaceKind, str], Shown] = field(default_factory=dict)
    form: ShownForm | None = None
    new: list[Arrival] = field(default_factory=list)
    looked: bool = False
    ever: dict[str, None] = field(default_factory=dict)

    @property
    def messages(self) -> list[Shown]:
        """What others and Handrail have put in front of them, the newest last."""
        return [shown for shown in self.standing.values() if not shown.mine]

    @property
    def in_front(self) -> list[str]:
        """All texts in front of them, the newest last; what they wrote themselves is no news to them."""
        texts = [shown.text for shown in self.messages]
        return [*texts, self.form.text] if self.form else texts

    def turn(self) -> None:
        """Something is about to happen: what was looked at is not new any more."""
        if self.looked:
            self.new.clear()
            self.looked = False

    def take_in(self, now: Sequence[Shown], form: ShownForm | None, at: datetime) -> list[tuple[str, str]]:
        """Take in what stands there now. Tells each change and its text, the person's name as ``{}``."""
        changes = []
        if form is not None and form != self.form:
            changes.append(("A form is open for {}", form.text))
        self.form = form
        here = {(shown.place, shown.handle): shown for shown in now}
        for key in [key for key in self.standing if key not in here]:
            changes.append(("Gone for {}", self.standing.pop(key).text))
        for key, shown in here.items():
            before = self.standing.get(key)
            self.standing[key] = shown
            if shown == before or shown.mine:
                continue
            what = "New to" if before is None else "Changed for"
            changes.append((f"{what} {{}}{_aside(shown)}", shown.text))
            if before is None and not shown.author:
                self.new.append(Arrival(shown, at))
        self.ever.update(dict.fromkeys(self.in_front))
        return changes


def _aside(shown: Shown) -> str:
    """Where a message stands, if it is not in direct messages with Handrail."""
    if shown.place is PlaceKind.DIRECT:
        return ""
    who = f" from {shown.author}" if shown.author else ""
    return f"{who} in the channel{', alone' if shown.alone else ''}"

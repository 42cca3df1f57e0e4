"""The browser sandbox."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from html.parser import HTMLParser

from adapters.base import Adapter, Address
from adapters.web import parse, render
from adapters.web.sandbox import Sandbox, SandboxPerson
from handlers.chat import Card, Event, Form, PlaceKind
from tests.scenarios.driver import Driver, Player
from tests.scenarios.drivers.web import WebDriver


class _Readable(HTMLParser):
    """Collects what a person reads: text, alternative texts, and what is typed or chosen already."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.words += [value for name, value in attrs if name in ("alt", "value", "aria-label") and value]

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def _readable(html: str) -> str:
    reader = _Readable()
    reader.feed(html)
    return "\n".join(reader.words)


class _Web:
    def _sandbox(self) -> Sandbox:
        return Sandbox([SandboxPerson("maya", "Maya", "helper")])

    def adapter(self) -> Adapter:
        return self._sandbox()

    def person(self) -> Address:
        return Address("web", "sandbox", "maya")

    def nobody(self) -> Address:
        return Address("web", "sandbox", "nobody")

    def shown_card(self, card: Card) -> str:
        return _readable(render.card(card))

    def shown_form(self, form: Form, errors: Mapping[str, str]) -> str:
        place = render.FormPlace("maya", PlaceKind.DIRECT, "")
        return _readable(render.form(form, place, self._sandbox().people, errors))

    def events(self, deed: str, at: datetime) -> Mapping[str, Event]:
        sandbox = self._sandbox()
        common = {"person": "maya", "tab": "direct", "deed": deed}
        values = {"note": "fine", "peer": "P-7K2M", "done": ["a", "b"], "who": ["maya"]}
        return {
            "command": parse.said({**common, "text": "/checkin 30m went well"}, sandbox, at).event,
            "message": parse.said({**common, "text": "hello"}, sandbox, at).event,
            "edit": parse.edited({**common, "message": "m1", "text": "hello again"}, sandbox, at).event,
            "button": parse.pressed(
                {**common, "message": "m1", "action": "case.ack:1:now"}, sandbox, at
            ).event,
            "select": parse.pressed(
                {**common, "message": "m1", "action": "checkin.pick", "value": "7"}, sandbox, at
            ).event,
            "form": parse.submitted({**common, "form": "checkin", "values": values}, sandbox, at).event,
        }

    def driver(self, players: Sequence[Player]) -> Driver:
        return WebDriver(players)


CONTRACT = _Web()

"""The sandbox's addresses: the page, the stream of changes, and what people do."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path

import anyio
from sse_starlette import EventSourceResponse
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from adapters.base import Receive
from adapters.web import CommandInfo, parse, render
from adapters.web.guard import Guard
from adapters.web.live import SandboxClock, stream
from adapters.web.parse import BadPayload, Deed
from adapters.web.render import FormPlace
from adapters.web.sandbox import Message, Sandbox
from handlers.chat import (
    ButtonPressed,
    Buttons,
    Card,
    CommandUsed,
    Effect,
    Event,
    FormErrors,
    FormSubmitted,
    OpenForm,
    PlaceKind,
    Reply,
    Select,
    TextPosted,
    UpdateCard,
    VocabularyError,
)

__all__ = ["SandboxClock", "routes"]

log = logging.getLogger(__name__)

BODY = 1_000_000
"""Bytes of one request; a form full of the longest texts in any script fits."""
STOPPING = 1.0
"""Seconds a stream has to end by itself when the server stops."""
MOVES = {
    "2-minutes": timedelta(minutes=2),
    "5-minutes": timedelta(minutes=5),
    "1-day": timedelta(days=1),
}
_STATIC = Path(__file__).parent / "static"
_NOT_TAKEN = "That did not go through. Nothing that you typed is lost: please try again."

Endpoint = Callable[[object], Awaitable[dict[str, str]]]


class Refused(Exception):
    """Understood, but not possible. The text is shown to the person."""


def routes(
    sandbox: Sandbox,
    receive: Receive,
    commands: Callable[[], Sequence[CommandInfo]],
    clock: SandboxClock,
    guide: Sequence[str],
) -> list[Route | Mount]:
    """Everything the browser needs. Messages show the times of ``clock`` from here on."""
    sandbox.now = clock.now
    desk = _Desk(sandbox, receive, clock)

    async def page(_request: Request) -> Response:
        return HTMLResponse(render.page(sandbox, commands(), guide, clock.now(), clock.zone))

    async def events(_request: Request) -> Response:
        # A stream that ends by itself when the server stops is not an error in its log.
        stopping = anyio.Event()
        return EventSourceResponse(
            stream(sandbox, clock, stopping.is_set), shutdown_event=stopping, shutdown_grace_period=STOPPING
        )

    guarded = [Middleware(Guard)]
    posts = {
        "say": desk.say,
        "edit": desk.edit,
        "delete": desk.delete,
        "press": desk.press,
        "submit": desk.submit,
        "clock": desk.move_clock,
    }
    return [
        Route("/", page, middleware=guarded),
        Route("/events", events, middleware=guarded),
        *(
            Route(f"/sandbox/{name}", _post(endpoint), methods=["POST"], middleware=guarded)
            for name, endpoint in posts.items()
        ),
        Mount("/static", StaticFiles(directory=_STATIC), middleware=guarded),
    ]


class _Desk:
    """Takes what people do, hands it to the bot as events, and shows the bot's answers."""

    def __init__(self, sandbox: Sandbox, receive: Receive, clock: SandboxClock) -> None:
        self.sandbox = sandbox
        self.receive = receive
        self.clock = clock
        self._moving = asyncio.Lock()

    async def say(self, payload: object) -> dict[str, str]:
        """A message or a command: it stands there first, as anywhere, and is taken back if it failed."""
        deed = parse.said(payload, self.sandbox, self.clock.now())
        event = deed.event
        is_command = isinstance(event, CommandUsed)
        text = f"/{event.name} {event.text}".strip() if isinstance(event, CommandUsed) else event.text
        new = self.sandbox.message(event.user.id, deed.kind, deed.message) is None
        self.sandbox.post(event.user.id, deed.kind, deed.message, text, command=is_command)
        try:
            return await self._hand_over(Deed(event, deed.kind))
        except Exception:
            if new:
                self.sandbox.retract(deed.message)
            raise

    async def edit(self, payload: object) -> dict[str, str]:
        """Another text for one's own message."""
        deed = parse.edited(payload, self.sandbox, self.clock.now())
        old = self._own_text(deed.event.user.id, deed.kind, deed.message)
        self.sandbox.change_text(old, deed.event.text)
        try:
            return await self._hand_over(Deed(deed.event, deed.kind))
        except Exception:
            self.sandbox.change_text(old, old.text, edited=old.edited)
            raise

    async def delete(self, payload: object) -> dict[str, str]:
        """Take one's own message away, for everybody."""
        deletion = parse.deleted(payload, self.sandbox)
        self.sandbox.retract(self._own_text(deletion.user, deletion.kind, deletion.message).id)
        return {}

    async def press(self, payload: object) -> dict[str, str]:
        """A button or an option, if it still stands on a card that the person sees."""
        deed = parse.pressed(payload, self.sandbox, self.clock.now())
        message = self.sandbox.message(deed.event.user.id, deed.kind, deed.message)
        if message is None or message.card is None or not _offers(message.card, deed.event):
            raise Refused("That button is not there any more. The card has changed.")
        return await self._hand_over(deed)

    async def submit(self, payload: object) -> dict[str, str]:
        """A filled form. Its answers go where it was opened."""
        return await self._hand_over(parse.submitted(payload, self.sandbox, self.clock.now()))

    async def move_clock(self, payload: object) -> dict[str, str]:
        """Move the clock; one move at a time."""
        move = parse.chosen(payload, "move")
        if move != "monday" and move not in MOVES:
            raise BadPayload("The clock does not know that move.")
        async with self._moving:
            if move == "monday":
                await self.clock.advance_to_monday()
            else:
                await self.clock.advance(MOVES[move])
        self.sandbox.clock_moved()
        return {"clock": render.clock_label(self.clock.now(), self.clock.zone)}

    def _own_text(self, user: str, kind: PlaceKind, message_id: str) -> Message:
        """A message that this person wrote. Raises :class:`Refused` for anything else."""
        message = self.sandbox.message(user, kind, message_id)
        if message is None or message.author != user or message.command:
            raise Refused("That message cannot be changed any more.")
        return message

    async def _hand_over(self, deed: Deed[Event]) -> dict[str, str]:
        effects = await self.receive(deed.event)
        _check_effects(deed.event, effects)
        answer: dict[str, str] = {}
        for effect in effects:
            answer |= self._show(deed, effect)
        return answer

    def _show(self, deed: Deed[Event], effect: Effect) -> dict[str, str]:
        user = deed.event.user.id
        place = FormPlace(user, deed.kind, deed.message)
        match effect:
            case Reply(card=card, private=private):
                self.sandbox.reply(user, deed.kind, card, private=private)
            case UpdateCard(card=card):
                standing = self.sandbox.message(user, deed.kind, deed.message)
                if standing is not None and standing.card is not None:
                    self.sandbox.change_card(standing.id, card)
                else:
                    # The card has been dropped meanwhile: shown anew rather than not at all.
                    self.sandbox.reply(user, deed.kind, card, private=True)
            case OpenForm(form=form):
                return {"form": render.form(form, place, self.sandbox.people)}
            case FormErrors(form=form, errors=errors):
                if isinstance(deed.event, FormSubmitted):
                    form = render.keep_typed(form, deed.event)
                return {"form": render.form(form, place, self.sandbox.people, errors)}
        return {}


def _offers(card: Card, event: ButtonPressed) -> bool:
    """Whether a card has this button, or this option."""
    for block in card.blocks:
        match block:
            case Buttons(buttons=buttons) if not event.value:
                if event.action in {button.action for button in buttons}:
                    return True
            case Select(action=action, options=options) if event.value:
                if action == event.action and event.value in {option.value for option in options}:
                    return True
            case _:
                pass
    return False


def _check_effects(event: Event, effects: Sequence[Effect]) -> None:
    """Refuse what other platforms could not show, before anything is shown."""
    for effect in effects:
        match effect:
            case OpenForm() if not isinstance(event, CommandUsed | ButtonPressed):
                raise VocabularyError("a form opens only in answer to a command or a button")
            case FormErrors() if not isinstance(event, FormSubmitted):
                raise VocabularyError("form errors answer only a form")
            case UpdateCard() if isinstance(event, CommandUsed | TextPosted):
                raise VocabularyError("a card is replaced only in answer to its button")
            case _:
                pass


def _post(endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    """Read a JSON body, and turn whatever goes wrong into one plain sentence."""

    async def answer(request: Request) -> Response:
        try:
            return JSONResponse(await endpoint(await _body(request)))
        except BadPayload as error:
            return JSONResponse({"error": str(error)}, 400)
        except Refused as error:
            return JSONResponse({"error": str(error)}, 409)
        except Exception as error:  # noqa: BLE001 - a failing handler must not take the page down
            # The kind alone: an error's text may hold somebody's words.
            log.error("sandbox request failed: %s", type(error).__name__)
            return JSONResponse({"error": _NOT_TAKEN}, 500)

    return answer


async def _body(request: Request) -> object:
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise BadPayload("The browser sent something that is not understood here.")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY:
            raise BadPayload("That is too long to send at once.")
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise BadPayload("The browser sent something that is not understood here.") from error

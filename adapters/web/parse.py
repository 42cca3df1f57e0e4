"""Browser payloads to events. Pure: what is wrong with a payload is said in one plain sentence."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from adapters.web.sandbox import Sandbox
from handlers.chat import (
    CUSTOM_ID,
    FORM_INPUTS,
    OPTIONS,
    ButtonPressed,
    CommandUsed,
    Event,
    FormSubmitted,
    PlaceKind,
    TextPosted,
    User,
    clean,
)

MESSAGE = 50_000
"""Characters of one message or answer. More than any chat platform lets through (Slack: 40,000), since a
text that is refused here would not have been screened."""

_DEED = re.compile(r"[A-Za-z0-9-]{8,64}")
_COMMAND = re.compile(r"/([a-z][a-z0-9_-]*)(?:\s+(.*))?", re.DOTALL | re.IGNORECASE)

E_co = TypeVar("E_co", bound=Event, covariant=True)


class BadPayload(Exception):
    """The browser sent something that no event can be made of. The text may be shown to people."""


@dataclass(frozen=True)
class Deed(Generic[E_co]):
    """Something a person did in the browser: the event, where, and at which message ("" if at none)."""

    event: E_co
    kind: PlaceKind
    message: str = ""


@dataclass(frozen=True)
class _Common:
    """What every payload says: who did it, where, and the deed's own random id."""

    user: User
    kind: PlaceKind
    deed: str

    @property
    def key(self) -> str:
        # The person's name in it keeps two people who send the same id apart.
        return f"{self.user.id}:{self.deed}"


def said(payload: object, sandbox: Sandbox, at: datetime) -> Deed[CommandUsed | TextPosted]:
    """A typed message; a command where it begins with a slash and a name."""
    fields = _fields(payload)
    common = _common(fields, sandbox)
    place = sandbox.place(common.user.id, common.kind)
    text = _message_text(fields)
    event: CommandUsed | TextPosted
    if found := _COMMAND.fullmatch(text):
        event = CommandUsed(
            dedupe_key=common.key,
            user=common.user,
            place=place,
            at=at,
            # Phones like to begin with a capital letter.
            name=found[1].lower(),
            text=found[2] or "",
        )
    else:
        event = TextPosted(
            dedupe_key=common.key,
            user=common.user,
            place=place,
            at=at,
            text=text,
            message_id=common.key,
        )
    # Made from the deed, so that a repeat of the same deed is the same message.
    return Deed(event, common.kind, common.key)


def edited(payload: object, sandbox: Sandbox, at: datetime) -> Deed[TextPosted]:
    """Another text for a message that was posted before. Always text, whatever it begins with."""
    fields = _fields(payload)
    common = _common(fields, sandbox)
    message = _string(fields, "message", most=200)
    event = TextPosted(
        dedupe_key=common.key,
        user=common.user,
        place=sandbox.place(common.user.id, common.kind),
        at=at,
        text=_message_text(fields),
        message_id=message,
        edited=True,
    )
    return Deed(event, common.kind, message)


@dataclass(frozen=True)
class Deletion:
    """Somebody takes a message away. No event: chat platforms tell a bot nothing that it could undo."""

    user: str
    kind: PlaceKind
    message: str


def deleted(payload: object, sandbox: Sandbox) -> Deletion:
    """A message to take away."""
    fields = _fields(payload)
    common = _common(fields, sandbox)
    return Deletion(common.user.id, common.kind, _string(fields, "message", most=200))


def pressed(payload: object, sandbox: Sandbox, at: datetime) -> Deed[ButtonPressed]:
    """A button, or an option of a select (``value``)."""
    fields = _fields(payload)
    common = _common(fields, sandbox)
    event = ButtonPressed(
        dedupe_key=common.key,
        user=common.user,
        place=sandbox.place(common.user.id, common.kind),
        at=at,
        action=_string(fields, "action", most=CUSTOM_ID),
        value=_string(fields, "value", most=CUSTOM_ID, least=0),
    )
    return Deed(event, common.kind, _string(fields, "message", most=200))


def submitted(payload: object, sandbox: Sandbox, at: datetime) -> Deed[FormSubmitted]:
    """A filled form. Whether its values are good is for the handler to say, once they were read."""
    fields = _fields(payload)
    common = _common(fields, sandbox)
    values = fields.get("values")
    if not isinstance(values, dict) or len(values) > FORM_INPUTS:
        raise BadPayload("The form came without its answers.")
    event = FormSubmitted(
        dedupe_key=common.key,
        user=common.user,
        place=sandbox.place(common.user.id, common.kind),
        at=at,
        form=_string(fields, "form", most=CUSTOM_ID),
        values={_input_name(name): _input_value(value) for name, value in values.items()},
    )
    return Deed(event, common.kind, _string(fields, "message", most=200, least=0))


def chosen(payload: object, name: str) -> str:
    """One short word of a payload that is about nobody, such as where to move the clock."""
    return _string(_fields(payload), name, most=40)


def _fields(payload: object) -> Mapping[str, object]:
    if not isinstance(payload, dict):
        raise BadPayload("The browser sent something that is not understood here.")
    return payload


def _string(fields: Mapping[str, object], name: str, *, most: int, least: int = 1) -> str:
    value = fields.get(name, "")
    if not isinstance(value, str) or not least <= len(value) <= most or clean(value) != value:
        raise BadPayload(f"The browser sent no usable “{name}”.")
    return value


def _common(fields: Mapping[str, object], sandbox: Sandbox) -> _Common:
    user = _string(fields, "person", most=200)
    if user not in sandbox.people:
        raise BadPayload("Nobody of that name is here.")
    kind = _string(fields, "tab", most=20)
    if kind not in set(PlaceKind):
        raise BadPayload("There is no such place.")
    deed = _string(fields, "deed", most=64)
    if not _DEED.fullmatch(deed):
        raise BadPayload("The browser sent no usable id for what you did.")
    return _Common(User(sandbox.platform, sandbox.workspace, user), PlaceKind(kind), deed)


def _message_text(fields: Mapping[str, object]) -> str:
    text = fields.get("text")
    if not isinstance(text, str) or not text.strip():
        raise BadPayload("There is nothing to send yet.")
    if len(text) > MESSAGE:
        raise BadPayload(f"A message has at most {MESSAGE:,} characters; this one has {len(text):,}.")
    return text.strip()


def _input_name(name: object) -> str:
    if not isinstance(name, str) or not 1 <= len(name) <= CUSTOM_ID or clean(name) != name:
        raise BadPayload("The form has an input without a usable name.")
    return name


def _input_value(value: object) -> str | tuple[str, ...]:
    if isinstance(value, str):
        if len(value) > MESSAGE:
            raise BadPayload(f"An answer has at most {MESSAGE:,} characters; one has {len(value):,}.")
        return value
    if isinstance(value, list) and len(value) <= OPTIONS:
        items = tuple(item for item in value if isinstance(item, str) and 1 <= len(item) <= CUSTOM_ID)
        if len(items) == len(value):
            return items
    raise BadPayload("One of the form's answers is not understood here.")

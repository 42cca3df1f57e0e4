"""Peer codes: "P-7K2M". Letters and digits that cannot be mistaken for each other when read aloud."""

import re
import secrets

from storage import checkins
from storage.db import Tx

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_CODE = re.compile(r"(?<![\w-])p[-–\s]?([a-z0-9]{4})(?![\w-])", re.IGNORECASE)
_STRICT = re.compile(r"(?<![\w-])p[-–]([a-z0-9]{4})(?![\w-])", re.IGNORECASE)


def new() -> str:
    """A random code."""
    return "P-" + "".join(secrets.choice(_ALPHABET) for _ in range(4))


async def unused(tx: Tx, programme_id: int) -> str:
    """A random code that nobody has yet."""
    code = new()
    while await checkins.find_peer(tx, programme_id, code) is not None:
        code = new()
    return code


async def named(tx: Tx, programme_id: int, text: str) -> str | None:
    """The code that a text by itself means; ``None`` if it may be a name.

    A code that the programme has, in any spelling; or a new one, made of what codes are made of.
    "Pedro" and "P Anna" read like codes without their hyphen, so a new one is written with it or has a digit.
    """
    code = read(text)
    if code is None or await checkins.find_peer(tx, programme_id, code) is not None:
        return code
    written = _STRICT.fullmatch(text.strip()) or any(letter.isdigit() for letter in code)
    return code if written and set(code[2:]) <= set(_ALPHABET) else None


def find(text: str) -> str | None:
    """The first peer code in a text, in its one spelling; ``None`` if there is none."""
    match = _STRICT.search(text)
    return f"P-{match[1].upper()}" if match else None


def read(text: str) -> str | None:
    """A text that should be nothing but a code, forgiving about spelling; ``None`` if it is not one.

    For a code that is there already; what may be a new one is read by :func:`named`.
    """
    match = _CODE.fullmatch(text.strip())
    return f"P-{match[1].upper()}" if match else None

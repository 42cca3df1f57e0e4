"""Lists that are longer than a card: a part at a time, with the way to the others."""

from collections.abc import Sequence
from typing import TypeVar

from handlers.chat import Button, Buttons, action
from handlers.languages import Say

T = TypeVar("T")


def part_of(found: Sequence[T], start: int, most: int) -> tuple[Sequence[T], int]:
    """So many of a list from a place on, and where it goes on: 0 where it does not."""
    following = start + most
    return found[start:following], following if len(found) > following else 0


def more(say: Say, name: str, following: int) -> list[Button]:
    """The way on, where there is one; ``name`` is the button that shows the list from a place on."""
    return [Button(say("More"), action(name, following))] if following else []


def turns(say: Say, name: str, *, page: int, pages: int) -> list[Buttons]:
    """The row that turns pages, numbered from 0; nothing where there is only one."""
    row = [Button(say("Back"), action(name, page - 1))] if page > 0 else []
    row += more(say, name, page + 1 if page + 1 < pages else 0)
    return [Buttons(tuple(row))] if row else []

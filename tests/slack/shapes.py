"""What JSON may look like: small checks that are put together into larger ones, in the words Slack uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Check = Callable[[Any, str], list[str]]
"""Takes a value and its path; returns what is wrong, one line each."""


def wrong(what: str, path: str) -> list[str]:
    """One thing that is wrong, with where."""
    return [f"{what} [json-pointer:{path}]"]


def text(most: int, least: int = 1) -> Check:
    """A string of so many characters."""

    def check(value: Any, path: str) -> list[str]:
        if not isinstance(value, str):
            return wrong("must be a string", path)
        if len(value) > most:
            return wrong(f"must be less than {most + 1} characters", path)
        if len(value) < least:
            return wrong(f"must be more than {least - 1} characters", path)
        return []

    return check


def flag(value: Any, path: str) -> list[str]:
    """True or false."""
    return [] if isinstance(value, bool) else wrong("must be a boolean", path)


def number(least: int, most: int) -> Check:
    """A whole number in this range."""

    def check(value: Any, path: str) -> list[str]:
        if isinstance(value, bool) or not isinstance(value, int):
            return wrong("must be an integer", path)
        return [] if least <= value <= most else wrong(f"must be {least} to {most}", path)

    return check


def one_of(*values: str) -> Check:
    """One of these words."""

    def check(value: Any, path: str) -> list[str]:
        return [] if value in values else wrong("must be a valid enum value", path)

    return check


def link(value: Any, path: str) -> list[str]:
    """An address that others can open."""
    if isinstance(value, str) and value.startswith(("https://", "http://")) and len(value) <= 3_000:
        return []
    return wrong("must be a valid URL", path)


def items(check: Check, most: int, least: int = 1) -> Check:
    """A list of so many things."""

    def check_all(value: Any, path: str) -> list[str]:
        if not isinstance(value, list):
            return wrong("must be an array", path)
        if len(value) > most:
            return wrong(f"no more than {most} items allowed", path)
        if len(value) < least:
            return wrong(f"no fewer than {least} items allowed", path)
        return [line for place, each in enumerate(value) for line in check(each, f"{path}/{place}")]

    return check_all


def shape(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """An object with these keys and no others. ``type`` may always stand there."""
    optional = optional or {}

    def check(value: Any, path: str) -> list[str]:
        if not isinstance(value, dict):
            return wrong("must be an object", path)
        found = [
            line
            for key in required
            if key not in value
            for line in wrong(f"missing required field: {key}", path)
        ]
        for key, part in value.items():
            if (known := required.get(key) or optional.get(key)) is not None:
                found += known(part, f"{path}/{key}")
            elif key != "type":
                found += wrong(f"invalid additional property: {key}", path)
        return found

    return check


def by_type(shapes: Mapping[str, Check]) -> Check:
    """An object of one of these types."""

    def check(value: Any, path: str) -> list[str]:
        if not isinstance(value, dict):
            return wrong("must be an object", path)
        known = shapes.get(value.get("type", ""))
        if known is None:
            return wrong(f"unsupported type: {value.get('type')}", f"{path}/type")
        return known(value, path)

    return check


def both(*checks: Check) -> Check:
    """All of these."""

    def check(value: Any, path: str) -> list[str]:
        return [line for each in checks for line in each(value, path)]

    return check

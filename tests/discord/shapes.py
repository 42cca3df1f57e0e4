"""What JSON may look like: small checks whose complaints stand under their path, in the words Discord uses.

https://docs.discord.com/developers/reference#error-messages
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

Json = dict[str, Any]
Path = tuple[str | int, ...]
_SCHEMES = ("http://", "https://", "attachment://")


class Wrong:
    """What is wrong with a form, by where it is."""

    def __init__(self) -> None:
        self.found: dict[Path, list[Json]] = {}

    def __bool__(self) -> bool:
        return bool(self.found)

    def add(self, path: Path, code: str, message: str) -> None:
        """One thing that is wrong."""
        self.found.setdefault(path, []).append({"code": code, "message": message})

    def nested(self) -> Json:
        """All of it as an error's ``errors``."""
        errors: Json = {}
        for path, complaints in self.found.items():
            place = errors
            for step in path:
                place = place.setdefault(str(step), {})
            place["_errors"] = complaints
        return errors

    # --- values --------------------------------------------------------------------------------

    def required(self, path: Path) -> None:
        """Something that is missing."""
        self.add(path, "BASE_TYPE_REQUIRED", "This field is required")

    def text(self, value: Any, path: Path, most: int, least: int = 0) -> bool:
        """Whether this is a string of so many characters."""
        if value is None and least:
            self.required(path)
        elif value is None:
            return True
        elif not isinstance(value, str):
            self.add(path, "STRING_TYPE_CONVERT", f'Could not interpret "{value}" as string.')
        elif least and not value.strip():
            self.required(path)
        elif not least <= len(value) <= most:
            self._length(path, least, most)
        else:
            return True
        return False

    def _length(self, path: Path, least: int, most: int) -> None:
        if least > 0:
            self.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")
        else:
            self.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")

    def items(self, value: Any, path: Path, most: int, least: int = 0) -> list[Any]:
        """The elements of a list of so many; none where it is no such list."""
        if value is None:
            if least:
                self.required(path)
            return []
        if not isinstance(value, list):
            self.add(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
            return []
        if not least <= len(value) <= most:
            self._length(path, least, most)
            return []
        return value

    def fields(self, value: Any, path: Path) -> Json | None:
        """An object."""
        if isinstance(value, dict):
            return value
        self.add(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
        return None

    def number(self, value: Any, path: Path, least: int, most: int) -> bool:
        """Whether this is a whole number in a range, or nothing."""
        if value is None:
            return True
        if isinstance(value, bool) or not isinstance(value, int):
            self.add(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
        elif value < least:
            self.add(path, "NUMBER_TYPE_MIN", f"int value should be greater than or equal to {least}.")
        elif value > most:
            self.add(path, "NUMBER_TYPE_MAX", f"int value should be less than or equal to {most}.")
        else:
            return True
        return False

    def flag(self, value: Any, path: Path) -> None:
        """A boolean, or nothing."""
        if value is not None and not isinstance(value, bool):
            self.add(path, "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")

    def choice(self, value: Any, path: Path, offered: Collection[Any]) -> bool:
        """Whether this is one of a few."""
        if value is None:
            self.required(path)
            return False
        if isinstance(value, bool) or value not in offered:
            listed = ", ".join(str(each) for each in sorted(offered))
            self.add(path, "BASE_TYPE_CHOICES", f"Value must be one of {{{listed}}}.")
            return False
        return True

    def link(self, value: Any, path: Path, most: int = 2_048) -> None:
        """An address, or nothing."""
        if value is None or not self.text(value, path, most):
            return
        if not value.startswith(_SCHEMES):
            scheme = value.partition(":")[0]
            listed = "('http', 'https', 'attachment')"
            self.add(path, "URL_TYPE_INVALID_SCHEME", f'Scheme "{scheme}" must be one of {listed}.')

    def distinct(self, values: Sequence[Any], paths: Sequence[Path], code: str, message: str) -> None:
        """Whether all are different; what comes again is wrong."""
        seen = set()
        for value, path in zip(values, paths, strict=True):
            if value in seen:
                self.add(path, code, message)
            seen.add(value)

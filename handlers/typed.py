"""A filled form of the set-up, read input by input: its values, and what to mend where one is not taken."""

from collections.abc import Collection

from handlers.chat import FormSubmitted
from handlers.languages import Say

FEWEST_DIGITS = 3


class Typed:
    """Reads one form. What is wrong gathers in ``errors``, by input name, in the reader's language."""

    def __init__(self, event: FormSubmitted, say: Say) -> None:
        self._event = event
        self._say = say
        self.errors: dict[str, str] = {}

    @property
    def values(self) -> dict[str, str]:
        """Everything as it was typed, for showing the form again."""
        return {name: self._event.text(name) for name in self._event.values}

    def refuse(self, name: str, why: str) -> None:
        """An input cannot be taken. Only the first reason is told."""
        if why:
            self.errors.setdefault(name, why)

    def line(self, name: str, most: int, *, required: bool = False) -> str:
        """One line of text, without the newlines that a pasted one brings."""
        text = " ".join(self._event.text(name).split())
        if required and not text:
            self.refuse(name, self._say("Please fill this in."))
        if len(text) > most:
            self.refuse(
                name,
                self._say(
                    "At most {most} characters, please; these are {count}.", most=most, count=len(text)
                ),
            )
        return text

    def phone(self, name: str, most: int, *, required: bool = False) -> str:
        """A phone number as people write it, perhaps with a word beside it."""
        text = self.line(name, most, required=required)
        if text and sum(character.isdigit() for character in text) < FEWEST_DIGITS:
            self.refuse(name, self._say("A phone number has at least three digits."))
        return text

    def names(self, name: str, most: int) -> str:
        """Several names, split by commas, each once."""
        text = self.line(name, most)
        names = [part.strip() for part in text.replace(";", ",").split(",")]
        return ", ".join(dict.fromkeys(part for part in names if part))

    def choice(self, name: str, known: Collection[str]) -> str:
        """One of the options."""
        chosen = self._event.text(name)
        if chosen not in known:
            self.refuse(name, self._say("Please choose one."))
        return chosen

    def person(self, name: str, *, required: bool = False) -> str:
        """A platform's id of the chosen person; empty if nobody was chosen."""
        chosen = self._event.text(name)
        if required and not chosen:
            self.refuse(name, self._say("Please choose a person."))
        return chosen

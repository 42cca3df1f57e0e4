"""The modal that somebody has open: its questions, what stands in them, and what becomes of sending it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tests.discord import shown
from tests.discord.components import Type
from tests.discord.shown import Control, Piece, Question
from tests.discord.workspace import Json

if TYPE_CHECKING:
    from tests.discord.core import Interaction
    from tests.discord.people import Answer, Person

SUBMIT = "Submit"
"""What a modal's button always says; Discord itself translates it."""
TROUBLE = "Something went wrong. Try again."
_CHOSEN = frozenset({3, 5, 6, 7, 8, 19, 22})
"""Inputs whose answer is a list of values."""


class NotPossible(Exception):
    """Discord does not let a person do that. The text says why."""


class Modal:
    """One open modal, by its labels."""

    def __init__(self, person: Person, payload: Json) -> None:
        self.person = person
        self.payload = payload
        self.asked: Interaction = payload["asked"]
        self.answers: dict[str, Any] = payload.setdefault("answers", {})
        """What stands in each input, by its custom id: a text, an option's value, several, or yes or no."""
        for question in self.questions:
            self.answers.setdefault(question.control.custom_id, initial(question.control))

    # --- eyes ----------------------------------------------------------------------------------

    @property
    def title(self) -> str:
        title: str = self.payload["title"]
        return title

    @property
    def id(self) -> int:
        """The id of what it answers, which no other modal has."""
        return self.asked.id

    @property
    def custom_id(self) -> str:
        made: str = self.payload["custom_id"]
        return made

    @property
    def pieces(self) -> list[Piece]:
        """All that stands in it, from top to bottom."""
        return list(self._pieces())

    def _pieces(self) -> Any:
        for number, each in enumerate(self.payload["components"]):
            if each["type"] == Type.TEXT:
                yield from shown.laid_out([each], self.person.read)
                continue
            inner = each["component"] if each["type"] == Type.LABEL else each["components"][0]
            label = each["label"] if each["type"] == Type.LABEL else inner["label"]
            yield Question(
                label=label,
                hint=each.get("description") or "",
                control=shown.control(inner),
                path=number,
            )

    @property
    def questions(self) -> list[Question]:
        """What it asks."""
        return [piece for piece in self._pieces() if isinstance(piece, Question)]

    @property
    def trouble(self) -> str:
        """What Discord says of a modal that the app did not take."""
        trouble: str = self.payload.get("trouble", "")
        return trouble

    def value(self, label: str) -> Any:
        """What stands in an answer: a text, yes or no, the label of an option, or the labels of several."""
        control = self.question(label).control
        held = self.answers[control.custom_id]
        labels = {choice.value: choice.label for choice in control.choices}
        if isinstance(held, list):
            return [labels.get(each, each) for each in held]
        return labels.get(held, held)

    @property
    def text(self) -> str:
        """All that can be read."""
        lines = [self.title]
        for piece in self.pieces:
            if not isinstance(piece, Question):
                lines.append(piece if isinstance(piece, str) else piece.text)
                continue
            lines += [line for line in (piece.label, piece.hint) if line]
            lines += self._answer(piece.control)
        return "\n".join([*lines, *([self.trouble] if self.trouble else []), f"[{SUBMIT}]"])

    def _answer(self, control: Control) -> list[str]:
        held = self.answers[control.custom_id]
        if control.choices:
            chosen = held if isinstance(held, list) else [held]
            return [
                f"({'x' if each.value in chosen else ' '}) {each.label}"
                + (f": {each.description}" if each.description else "")
                for each in control.choices
            ]
        if isinstance(held, str) and held:
            return [held]
        return [f"({control.label})"] if control.label else []

    # --- hands ---------------------------------------------------------------------------------

    def question(self, label: str) -> Question:
        """The question with this label."""
        for each in self.questions:
            if each.label == label:
                return each
        raise NotPossible(f"No question “{label}”. There are: {[each.label for each in self.questions]}.")

    def fill(self, label: str, answer: str | bool | Sequence[str] | None) -> None:
        """Answer a question: with text, yes or no, the label of an option, several labels, or ids."""
        control = self.question(label).control
        self.answers[control.custom_id] = self._value(control, answer)

    choose = fill

    def _value(self, control: Control, answer: str | bool | Sequence[str] | None) -> Any:
        if control.type == Type.CHECKBOX:
            return bool(answer)
        if isinstance(answer, bool):
            raise NotPossible("Only a checkbox is answered with yes or no.")
        if control.type == Type.TEXT_INPUT:
            return self._typed(control, answer)
        labels = [answer] if isinstance(answer, str) else list(answer or [])
        values = [self._one(control, each) for each in labels if each]
        if len(values) > 1 and not control.several:
            raise NotPossible(f"Only one answer can be given to “{control.label}”.")
        if control.type == Type.RADIO:
            return values[0] if values else None
        return values

    def _typed(self, control: Control, answer: str | Sequence[str] | None) -> str:
        text = answer if isinstance(answer, str) else "".join(answer or [])
        most = control.element.get("max_length") or 4_000
        if len(text) > most:
            raise NotPossible(f"Must be {most} or fewer in length.")
        # A short input has one line; what is pasted into it loses its line breaks.
        return text.replace("\n", " ") if control.element["style"] == 1 else text

    def _one(self, control: Control, answer: str) -> str:
        if not control.choices:
            return self.person.known(answer)
        for each in control.choices:
            if each.label == answer:
                return each.value
        raise NotPossible(f"No option “{answer}”. There are: {[each.label for each in control.choices]}.")

    async def submit(self) -> Answer:
        """Send it. Whatever the app answers, it closes; only where nothing is answered it stays."""
        for question in self.questions:
            self._check(question)
        data: Json = {"custom_id": self.custom_id, "components": self._submitted()}
        people = [
            each
            for question in self.questions
            if question.control.type in (5, 7)
            for each in self.answers[question.control.custom_id]
        ]
        if people:
            data["resolved"] = self.person.resolved(people, self.asked.channel)
        answer = await self.person.submit(self.asked, data)
        if answer.taken:
            self.close()
        else:
            self.payload["trouble"] = TROUBLE
        return answer

    def _check(self, question: Question) -> None:
        control, held = question.control, self.answers[question.control.custom_id]
        given = held.strip() if isinstance(held, str) else held
        if control.required and control.type != Type.CHECKBOX and not given:
            raise NotPossible(f"This field is required: {question.label}")
        least = control.element.get("min_length") or 0
        if control.type == Type.TEXT_INPUT and held and len(held) < least:
            raise NotPossible(f"Must be {least} or more in length: {question.label}")
        fewest = control.element.get("min_values")
        if isinstance(held, list) and held and fewest is not None and len(held) < fewest:
            raise NotPossible(f"At least {fewest} must be chosen: {question.label}")
        greatest = control.element.get("max_values")
        if isinstance(held, list) and greatest is not None and len(held) > greatest:
            raise NotPossible(f"At most {greatest} can be chosen: {question.label}")

    def _submitted(self) -> list[Json]:
        """https://docs.discord.com/developers/components/reference, each input's response structure"""
        found = []
        for each in self.payload["components"]:
            told: Json = {"type": each["type"], "id": each["id"]}
            if each["type"] == Type.LABEL:
                told["component"] = self._told(each["component"])
            elif each["type"] == Type.ROW:
                told["components"] = [self._told(inner) for inner in each["components"]]
            found.append(told)
        return found

    def _told(self, element: Json) -> Json:
        held = self.answers[element["custom_id"]]
        key = "values" if element["type"] in _CHOSEN else "value"
        return {"type": element["type"], "id": element["id"], "custom_id": element["custom_id"], key: held}

    def close(self) -> None:
        """Close it; what was filled in is gone. The app is not told when somebody only closes it."""
        if self.person.discord.modals.get(self.person.id) is self.payload:
            del self.person.discord.modals[self.person.id]


def initial(control: Control) -> Any:
    """What stands in an input before anybody touched it."""
    match control.type:
        case Type.TEXT_INPUT:
            return control.element.get("value") or ""
        case Type.CHECKBOX:
            return bool(control.element.get("default"))
        case Type.RADIO:
            return next((choice.value for choice in control.choices if choice.chosen), None)
        case Type.STRING_SELECT | Type.CHECKBOXES:
            return [choice.value for choice in control.choices if choice.chosen]
        case _:
            return [str(each["id"]) for each in control.element.get("default_values") or []]

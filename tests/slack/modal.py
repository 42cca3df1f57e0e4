"""The modal that somebody has open: its questions, what stands in them, and what becomes of sending it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.slack import shown
from tests.slack.blockkit import check_view
from tests.slack.core import Slack, answered, held
from tests.slack.deliver import Answer, What, as_json
from tests.slack.shown import Control, Piece, Question
from tests.slack.workspace import Json, View

TROUBLE = "We had some trouble connecting. Try again?"


class NotPossible(Exception):
    """Slack does not let a person do that. The text says why."""


class Modal:
    """One open modal, by its labels."""

    def __init__(self, slack: Slack, user: str, view: View) -> None:
        self.slack = slack
        self.user = user
        self.view = view

    # --- eyes ----------------------------------------------------------------------------------

    @property
    def pieces(self) -> list[Piece]:
        """All that stands in it, from top to bottom."""
        return list(shown.pieces(self.view.blocks, self.slack.name))

    @property
    def questions(self) -> list[Question]:
        """What it asks."""
        return [piece for piece in self.pieces if isinstance(piece, Question)]

    @property
    def title(self) -> str:
        return shown.plain(self.view.payload["title"], self.slack.name)

    @property
    def submit_label(self) -> str:
        """What its button says; empty where there is none."""
        return shown.plain(self.view.payload.get("submit"), self.slack.name)

    @property
    def errors(self) -> dict[str, str]:
        """What is to be mended, by question."""
        return {
            each.label: self.view.errors[each.control.block_id]
            for each in self.questions
            if each.control.block_id in self.view.errors
        }

    def value(self, label: str) -> Any:
        """What stands in an answer: text, the label of an option, or the labels of several."""
        control = self.question(label).control
        return self._readable(control, held(self.state(control)))

    def state(self, control: Control) -> Json:
        """An input's state as Slack sends it."""
        return self.view.answers[control.block_id, control.action_id]

    def _readable(self, control: Control, value: Any) -> Any:
        if control.kind == "users_select":
            return self.slack.workspace.users[value].name if value else None
        if isinstance(value, dict):
            return shown.plain(value["text"], self.slack.name)
        if isinstance(value, list):
            return [self._readable(control, each) for each in value]
        return value

    @property
    def text(self) -> str:
        """All that can be read."""
        lines = [self.title]
        for piece in self.pieces:
            if isinstance(piece, Question):
                error = self.view.errors.get(piece.control.block_id, "")
                lines += [line for line in (piece.label, piece.hint, error) if line]
                lines += self._answer(piece.control)
            else:
                lines.append(piece if isinstance(piece, str) else piece.text)
        buttons = f"[{self.submit_label}]" if self.submit_label else ""
        return "\n".join([line for line in (*lines, self.view.trouble, buttons) if line])

    def _answer(self, control: Control) -> list[str]:
        value = self._readable(control, held(self.state(control)))
        if control.choices:
            chosen = value if isinstance(value, list) else [value]
            return [
                f"({'x' if each.label in chosen else ' '}) {each.label}"
                + (f": {each.description}" if each.description else "")
                for each in control.choices
            ]
        return (
            [value] if isinstance(value, str) and value else [f"({control.label})"] if control.label else []
        )

    # --- hands ---------------------------------------------------------------------------------

    def question(self, label: str) -> Question:
        """The question with this label."""
        for each in self.questions:
            if each.label == label:
                return each
        raise NotPossible(f"No question “{label}”. There are: {[each.label for each in self.questions]}.")

    def fill(self, label: str, answer: str | Sequence[str] | None) -> None:
        """Answer a question: with text, the label of an option, several labels, or a person's id."""
        control = self.question(label).control
        self.view.answers[control.block_id, control.action_id] = answered(
            control.element, self._value(control, answer)
        )

    def _value(self, control: Control, answer: str | Sequence[str] | None) -> Any:
        several = control.kind in ("checkboxes", "multi_static_select", "multi_users_select")
        if answer is None or answer in ("", []):
            return [] if several else None
        if several:
            labels = [answer] if isinstance(answer, str) else answer
            return [self._one(control, each) for each in labels]
        if not isinstance(answer, str):
            raise NotPossible(f"Only one answer can be given to “{control.label}”.")
        return self._one(control, answer)

    def _one(self, control: Control, answer: str) -> Any:
        if control.kind.endswith("users_select"):
            if answer not in self.slack.workspace.users:
                raise NotPossible(f"Nobody here has the id {answer}.")
            return answer
        if not control.choices:
            most = control.element.get("max_length", 3_000)
            if len(answer) > most:
                raise NotPossible(f"Must be less than {most + 1} characters.")
            if len(answer) < control.element.get("min_length", 0):
                raise NotPossible(f"Must be at least {control.element['min_length']} characters.")
            return answer
        for each in control.choices:
            if each.label == answer:
                return each.payload
        raise NotPossible(f"No option “{answer}”. There are: {[each.label for each in control.choices]}.")

    async def submit(self) -> Answer:
        """Send it. Where the app does not take it, it stays open with what is to be mended."""
        if not self.submit_label:
            raise NotPossible("This modal has nothing to send.")
        for each in self.questions:
            if not each.optional and not held(self.state(each.control)):
                raise NotPossible(f"Please complete this required field: {each.label}")
        self.view.errors, self.view.trouble = {}, ""
        trigger = self.slack.workspace.trigger(self.user, self.view.id)
        user = self.slack.workspace.users[self.user]
        payload = self.slack.payloads.submitted(user, self.view, trigger)
        answer = await self.slack.deliverer.bring(What.INTERACTION, payload)
        if not answer.taken or not self._obey(as_json(answer)):
            self.view.trouble = TROUBLE
        return answer

    def _obey(self, answer: Json) -> bool:
        """Do what the answer to a submission says; false where Slack would not understand it."""
        stack = self.slack.workspace.modals.get(self.user, [])
        match answer.get("response_action"):
            case None if not answer:
                if self.view in stack:
                    stack.remove(self.view)
                return True
            case "clear":
                stack.clear()
                return True
            case "errors":
                errors = answer.get("errors")
                blocks = {each.control.block_id for each in self.questions}
                if not isinstance(errors, dict) or not errors or not set(errors) <= blocks:
                    return False
                if not all(isinstance(each, str) and each for each in errors.values()):
                    return False
                self.view.errors = errors
                return True
            case "update" | "push" as action:
                view = answer.get("view")
                if view is None or check_view(view, "modal", self.slack.workspace.files.__contains__):
                    return False
                if action == "update":
                    self.slack.show_again(self.view, view)
                elif len(stack) < 3:
                    self.slack.push(self.user, view)
                return True
            case _:
                return False

    async def close(self) -> None:
        """Close it without sending; what was filled in is gone."""
        stack = self.slack.workspace.modals.get(self.user, [])
        if self.view in stack:
            stack.remove(self.view)
        if self.view.payload.get("notify_on_close"):
            user = self.slack.workspace.users[self.user]
            await self.slack.deliverer.bring(What.INTERACTION, self.slack.payloads.closed(user, self.view))

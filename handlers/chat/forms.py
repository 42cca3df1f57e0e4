"""Forms out: modals that somebody fills in."""

from dataclasses import dataclass

from handlers.chat.cards import Option, check_options
from handlers.chat.limits import (
    CUSTOM_ID,
    FORM_INPUTS,
    FORM_TITLE,
    INPUT_HELP,
    INPUT_LABEL,
    TEXT_INPUT,
    check,
    limit,
)


@dataclass(frozen=True, kw_only=True)
class TextInput:
    """A text box. ``most`` is the longest text it takes."""

    name: str
    label: str
    help: str = ""
    value: str = ""
    required: bool = False
    multiline: bool = False
    most: int = TEXT_INPUT

    def __post_init__(self) -> None:
        _check_input(self.name, self.label, self.help)
        check(1 <= self.most <= TEXT_INPUT, f"a text input takes 1 to {TEXT_INPUT} characters")
        limit("a text input's value", self.value, self.most, least=0)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Exactly one option (none if not required). ``value`` is the one chosen beforehand, if any."""

    name: str
    label: str
    options: tuple[Option, ...]
    help: str = ""
    value: str = ""
    required: bool = False

    def __post_init__(self) -> None:
        _check_input(self.name, self.label, self.help)
        check_options(self.options)
        check(
            not self.value or self.value in {option.value for option in self.options},
            "the value of a choice is one of its options",
        )


@dataclass(frozen=True, kw_only=True)
class MultiChoice:
    """Any number of options."""

    name: str
    label: str
    options: tuple[Option, ...]
    help: str = ""
    values: tuple[str, ...] = ()
    required: bool = False

    def __post_init__(self) -> None:
        _check_input(self.name, self.label, self.help)
        check_options(self.options)
        check(
            set(self.values) <= {option.value for option in self.options},
            "the values of a multiple choice are among its options",
        )


@dataclass(frozen=True, kw_only=True)
class UserInput:
    """One person of the platform, chosen with the platform's own picker, who need not be on the roster.

    ``value`` is the platform's id of the one chosen beforehand, if any. It comes back as a chosen value.
    """

    name: str
    label: str
    help: str = ""
    value: str = ""
    required: bool = False

    def __post_init__(self) -> None:
        _check_input(self.name, self.label, self.help)
        limit("a chosen person's id", self.value, CUSTOM_ID, least=0)


Input = TextInput | Choice | MultiChoice | UserInput


def _check_input(name: str, label: str, help_text: str) -> None:
    limit("an input's name", name, CUSTOM_ID)
    limit("an input's label", label, INPUT_LABEL)
    limit("an input's help", help_text, INPUT_HELP, least=0)


@dataclass(frozen=True)
class Form:
    """A modal form. ``id`` is a custom id whose name a ``@form`` handler is registered under."""

    id: str
    title: str
    inputs: tuple[Input, ...]
    submit: str

    def __post_init__(self) -> None:
        limit("a form's id", self.id, CUSTOM_ID)
        limit("a form's title", self.title, FORM_TITLE)
        limit("a form's submit label", self.submit, FORM_TITLE)
        check(1 <= len(self.inputs) <= FORM_INPUTS, f"a form has 1 to {FORM_INPUTS} inputs")
        names = [item.name for item in self.inputs]
        check(len(set(names)) == len(names), "a form's inputs have different names")

"""Effects out: what a handler answers with."""

from collections.abc import Mapping
from dataclasses import dataclass

from handlers.chat.cards import Card
from handlers.chat.forms import Form
from handlers.chat.limits import check


@dataclass(frozen=True)
class Reply:
    """Answer the person who acted; ``private`` means that nobody else in the place can see it.

    ``fleeting``: it holds somebody's words or a sealed name, so it never becomes a message that is kept.
    """

    card: Card
    private: bool = True
    fleeting: bool = False


@dataclass(frozen=True)
class OpenForm:
    """Open a form, as the only answer to a command or a button."""

    form: Form


@dataclass(frozen=True)
class UpdateCard:
    """Replace the card whose button was pressed."""

    card: Card


@dataclass(frozen=True)
class FormErrors:
    """The form was not taken: what to mend, by input name. Nothing that was typed is lost.

    ``forget`` are inputs in which stood what is not to be kept, such as a name where a code belongs.
    """

    form: Form
    errors: Mapping[str, str]
    forget: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        names = {item.name for item in self.form.inputs}
        check(bool(self.errors) and set(self.errors) <= names, "errors name the form's inputs")


Effect = Reply | OpenForm | UpdateCard | FormErrors

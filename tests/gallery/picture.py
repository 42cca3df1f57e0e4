"""A card or form that can be made in any language."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from handlers.chat import Card, Form
from handlers.languages import Say


@dataclass(frozen=True)
class Picture:
    """``name`` is fit for a file; ``function`` makes the card, with ``arguments`` behind ``say``."""

    name: str
    function: Callable[..., Card | Form]
    arguments: dict[str, Any]

    def make(self, say: Say) -> Card | Form:
        """The card in a language."""
        # What stands among the arguments and is itself said, such as a banner, is a function of ``say``.
        given = {name: value(say) if callable(value) else value for name, value in self.arguments.items()}
        return self.function(say, **given)


def picture(function: Callable[..., Card | Form], variant: str = "", **arguments: Any) -> Picture:
    """A picture of a card; ``variant`` tells it from others of the same function."""
    where = function.__module__.rpartition(".")[2]
    name = "-".join(word for word in (where, function.__name__, variant) if word)
    return Picture(name.replace("_", "-").replace(" ", "-"), function, arguments)

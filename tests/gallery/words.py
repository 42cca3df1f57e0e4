"""What somebody can read on a card or a form."""

from collections.abc import Iterator

from handlers.chat import Account, Buttons, Card, Choice, Fields, Form, Image, Link, MultiChoice, Select, Text


def words(shown: Card | Form) -> Iterator[str]:
    """Everything that somebody can read on a card or a form; of a card, its notification too."""
    if isinstance(shown, Form):
        yield from (shown.title, shown.submit)
        for item in shown.inputs:
            yield from (item.label, item.help)
            if isinstance(item, Choice | MultiChoice):
                yield from (option.label for option in item.options)
        return
    yield from (shown.title, shown.fallback)
    for block in shown.blocks:
        match block:
            case Text(text=text):
                yield text
            case Fields(pairs=pairs):
                yield from (word for pair in pairs for word in pair)
            case Account(label=label):
                yield label
            case Link(label=label):
                yield label
            case Image(alt=alt):
                yield alt
            case Buttons(buttons=buttons):
                yield from (button.label for button in buttons)
            case Select(placeholder=placeholder, options=options):
                yield from (placeholder, *(option.label for option in options))

"""A form that was not right, on a platform that closes a form as soon as it is sent; or that came too late.

What was typed is kept, sealed, for a day; a private card says what to mend and opens the form as it was sent,
with each error where its input's help stood.
"""

from dataclasses import replace

from handlers import cardjson
from handlers.cards import helpers as cards
from handlers.chat import (
    INPUT_HELP,
    ButtonPressed,
    Choice,
    Effect,
    Event,
    Form,
    FormErrors,
    FormSubmitted,
    Input,
    MultiChoice,
    OpenForm,
    Reply,
    TextInput,
    UserInput,
)
from handlers.context import Arguments, Context, Effects
from handlers.refusals import Refusal, Refused
from handlers.registry import button
from storage import form_drafts


async def answer(ctx: Context, event: Event, effect: Effect) -> Effect:
    """The same effect; errors of a form that is closed already as a card with *Fix it*."""
    if not isinstance(effect, FormErrors) or not (isinstance(event, FormSubmitted) and event.closed):
        return effect
    return await keep(ctx, event, effect)


async def keep(ctx: Context, event: FormSubmitted, effect: FormErrors) -> Reply:
    """The errors as a card with *Fix it*, on every platform: also where another form is to be sent now.

    So it is where somebody else was faster: the form of ``effect`` goes by how things stand since then.
    """
    content = cardjson.dump_form(_as_sent(effect, event))
    draft = await form_drafts.keep(ctx.tx, ctx.connection.id, event.user.id, content, ctx.now)
    labels = {item.name: item.label for item in effect.form.inputs}
    errors = tuple((labels[name], error) for name, error in effect.errors.items())
    return Reply(cards.mend(ctx.say, errors, draft))


@button("form.mend", anyone=True)
async def mend(ctx: Context, event: ButtonPressed, arguments: Arguments) -> Effects:
    """Open a kept form again, for whoever filled it in; whether they may send it is asked then."""
    content = await form_drafts.content(ctx.tx, arguments.number(0), ctx.connection.id, event.user.id)
    if content is None:
        raise Refused(Refusal.NOT_FOUND)
    return [OpenForm(cardjson.load_form(content))]


def _as_sent(errors: FormErrors, event: FormSubmitted) -> Form:
    """The form with what was filled in, and each error where its input's help stood."""
    inputs = []
    for item in errors.form.inputs:
        marked = replace(item, help=errors.errors.get(item.name, item.help)[:INPUT_HELP])
        given = "" if item.name in errors.forget else event.values.get(item.name)
        inputs.append(marked if given is None else _filled(marked, given))
    return replace(errors.form, inputs=tuple(inputs))


def _filled(item: Input, given: str | tuple[str, ...]) -> Input:
    chosen = given if isinstance(given, tuple) else (given,)
    match item:
        case TextInput() if isinstance(given, str):
            return replace(item, value=given[: item.most])
        case Choice():
            offered = {option.value for option in item.options}
            return replace(item, value=next((value for value in chosen if value in offered), ""))
        case MultiChoice():
            offered = {option.value for option in item.options}
            return replace(item, values=tuple(value for value in chosen if value in offered))
        case UserInput():
            return replace(item, value=next(iter(chosen), ""))
        case _:
            return item

"""Filling in forms."""

from collections.abc import Sequence

from tests.scenarios.driver import Answered, ShownForm, ShownInput
from tests.scenarios.language import deed
from tests.scenarios.play import Play
from tests.scenarios.scenario import Wrong
from tests.scenarios.sentences import hands
from tests.scenarios.sentences.deeds import do, presses, presses_on, types


@deed("{person} opens: {label}")
async def opens(play: Play, person: str, label: str) -> None:
    await (types if label.startswith("/") else presses)(play, person, label)
    _must_be_open(play, person)


@deed('{person} opens on "{words}": {label}')
async def opens_on(play: Play, person: str, words: str, label: str) -> None:
    await presses_on(play, person, words, label)
    _must_be_open(play, person)


def _must_be_open(play: Play, person: str) -> ShownForm:
    form = play.driver.form(person)
    if form is None:
        raise play.no_form(person)
    return form


@deed("{person} fills in: {answers}")
async def fills_in(play: Play, person: str, answers: Sequence[tuple[str, str]]) -> None:
    form = _must_be_open(play, person)
    filled = play.answers.setdefault(person, {})
    for label, answer in answers:
        item = _input(form, label)
        filled[item.handle] = _answer(play, item, answer)


def _input(form: ShownForm, label: str) -> ShownInput:
    just = [item for item in form.inputs if item.label == label]
    found = just or [item for item in form.inputs if item.label.startswith(label)]
    if len(found) != 1:
        what = "Several questions begin" if found else "No question of the form begins"
        raise Wrong(f"{what} with “{label}”. It asks: {hands.listed(item.label for item in form.inputs)}.")
    return found[0]


def _answer(play: Play, item: ShownInput, answer: str) -> tuple[str, ...]:
    if item.answered is Answered.TYPED:
        if item.longest and len(answer) > item.longest:
            raise Wrong(f"“{item.label}” takes no more than {item.longest} characters.")
        play.written.append(answer)
        return (answer,)
    several = item.answered is Answered.SEVERAL
    chosen = []
    for label in answer.split(" + ") if several else [answer]:
        option = hands.one_of(play, label, item.options)
        if option is None:
            offered = hands.listed(each.label for each in item.options)
            raise Wrong(f"“{item.label}” has no option “{label}”. It has: {offered}.")
        chosen.append(option.handle)
    return tuple(chosen)


@deed("{person} sends the form")
async def sends(play: Play, person: str) -> None:
    await _send(play, person)
    if form := play.driver.form(person):
        errors = "\n".join(f"  {item.label}: {item.error}" for item in form.inputs if item.error)
        raise Wrong(f"The form was not taken:\n{errors}")


@deed("{person} sends the form, but it comes back")
async def sends_in_vain(play: Play, person: str) -> None:
    await _send(play, person)
    if play.driver.form(person) is None:
        raise Wrong("The form was taken.")


async def _send(play: Play, person: str) -> None:
    form = _must_be_open(play, person)
    filled = play.answers.get(person, {})
    answers = {item.handle: filled.get(item.handle, item.answer) for item in form.inputs}
    empty = [item.label for item in form.inputs if item.required and not any(answers[item.handle])]
    if empty:
        raise Wrong(f"The form cannot be sent while this is empty: {hands.listed(empty)}.")
    await do(play, person, play.driver.submit(person, answers))


@deed("{person} closes the form")
async def closes_form(play: Play, person: str) -> None:
    _must_be_open(play, person)
    play.begin(person)
    play.driver.close_form(person)
    play.answers.pop(person, None)
    await play.look_around()

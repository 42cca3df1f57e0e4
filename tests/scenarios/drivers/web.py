"""The browser sandbox: its own page over HTTP, without a network, pressed and read like a browser would."""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import count

import httpx

from adapters.web.sandbox import Sandbox, SandboxPerson
from bot.app import App
from bot.demo import Demo
from bot.rehearsal import Rehearsal
from handlers.chat import PlaceKind
from storage.words import Platform
from tests.scenarios.driver import (
    Answered,
    CannotDo,
    Player,
    Shown,
    ShownButton,
    ShownForm,
    ShownInput,
    ShownOption,
    ShownSelect,
)
from tests.scenarios.drivers import html
from tests.scenarios.drivers.html import Element

HOME = "http://127.0.0.1:8000"
HEADERS = {"X-Handrail": "sandbox", "Origin": HOME}
_TYPED = ("text", "textarea")
_ARTICLE = re.compile(r"<article .*?</article>", re.DOTALL)


class WebDriver:
    """Everybody in one sandbox."""

    platform = Platform.WEB

    def __init__(self, players: Sequence[Player]) -> None:
        self._names = {_slug(player.name): player.name for player in players}
        people = [
            SandboxPerson(_slug(player.name), player.name, player.role.value if player.role else "guest")
            for player in players
        ]
        self.adapter = Sandbox(people)
        self.workspace = self.adapter.workspace
        self.channel = self.adapter.channel
        self._browser: httpx.AsyncClient | None = None
        self._forms: dict[str, Element] = {}
        self._deeds = count(1)

    def user(self, person: str) -> str:
        return _slug(person)

    async def connect(self, app: App, rehearsal: Rehearsal) -> None:
        await self.close()
        site = Demo(app, self.adapter, rehearsal).web()
        self._browser = httpx.AsyncClient(transport=httpx.ASGITransport(site), base_url=HOME, headers=HEADERS)

    async def close(self) -> None:
        if self._browser is not None:
            await self._browser.aclose()
            self._browser = None

    # --- hands ---------------------------------------------------------------------------------

    async def write(self, person: str, place: PlaceKind, text: str) -> None:
        await self._act("say", person, tab=place.value, text=text)

    async def command(self, person: str, place: PlaceKind, text: str) -> None:
        # The box is the same; what begins with a slash is a command.
        await self._act("say", person, tab=place.value, text=text)

    async def edit(self, person: str, message: Shown, text: str) -> None:
        await self._act("edit", person, tab=message.place.value, message=message.handle, text=text)

    async def delete(self, person: str, message: Shown) -> None:
        await self._act("delete", person, tab=message.place.value, message=message.handle)

    async def press(self, person: str, message: Shown, button: ShownButton) -> None:
        await self._press(person, message, button.handle, "")

    async def choose(self, person: str, message: Shown, select: ShownSelect, option: ShownOption) -> None:
        await self._press(person, message, select.handle, option.handle)

    async def _press(self, person: str, message: Shown, action: str, value: str) -> None:
        more = {"message": message.handle, "action": action, "value": value}
        await self._act("press", person, tab=message.place.value, **more)

    async def submit(self, person: str, answers: Mapping[str, Sequence[str]]) -> None:
        form = self._forms[person]
        values: dict[str, str | list[str]] = {}
        for question in form.having("data-input"):
            answer = answers[question.get("data-input")]
            typed = question.get("data-kind") in _TYPED
            values[question.get("data-input")] = "".join(answer) if typed else list(filter(None, answer))
        await self._act(
            "submit",
            person,
            tab=form.get("data-tab"),
            message=form.get("data-message"),
            form=form.get("data-form"),
            values=values,
        )

    def close_form(self, person: str) -> None:
        self._forms.pop(person, None)

    def set_reachable(self, person: str, *, reachable: bool) -> None:
        if reachable:
            self.adapter.closed.discard(_slug(person))
        else:
            self.adapter.closed.add(_slug(person))

    async def _act(self, what: str, person: str, **more: object) -> None:
        deed = f"deed-{next(self._deeds):08}"
        response = await self._client.post(
            f"/sandbox/{what}", json={"deed": deed, "person": _slug(person), **more}
        )
        answer = response.json()
        if response.status_code != httpx.codes.OK:
            raise CannotDo(str(answer.get("error", response.status_code)))
        # A dialog closes when its form was taken, and when its person turns to something else.
        self._forms.pop(person, None)
        if "form" in answer:
            self._forms[person] = html.read(answer["form"]).tagged("form")[0]

    @property
    def _client(self) -> httpx.AsyncClient:
        assert self._browser is not None, "connect comes first"
        return self._browser

    # --- eyes ----------------------------------------------------------------------------------

    def form(self, person: str) -> ShownForm | None:
        form = self._forms.get(person)
        return None if form is None else _form(form)

    async def standing(self) -> Mapping[str, Sequence[Shown]]:
        response = await self._client.get("/")
        response.raise_for_status()
        # Most messages stood there at the last look: what is between them is read anew, they are not.
        articles = iter(_ARTICLE.findall(response.text))
        shell = html.read(_ARTICLE.sub("<article></article>", response.text))
        return {
            self._names[pane.get("data-person")]: [
                _message(next(articles), PlaceKind(view.get("data-view")))
                for view in pane.classed("view")
                for _ in view.tagged("article")
            ]
            for pane in shell.classed("pane")
        }


def _slug(name: str) -> str:
    return re.sub(r"\W+", "-", name.lower()).strip("-")


@lru_cache(maxsize=4_000)
def _message(page: str, place: PlaceKind) -> Shown:
    article = html.read(page).children[0]
    header = article.classed("meta")[0]
    mine = "own" in article.classes
    from_handrail = "from-handrail" in article.classes
    buttons = [button for button in article.tagged("button") if "data-action" in button]
    return Shown(
        handle=article.get("data-message-id"),
        place=place,
        author="" if from_handrail else header.classed("author")[0].text.strip(),
        lines=tuple(line for part in article.children if part is not header for line in _lines(part)),
        buttons=tuple(ShownButton(_line(button), button.get("data-action")) for button in buttons),
        selects=tuple(_select(select) for select in article.tagged("select")),
        notification=article.get("data-notice"),
        mine=mine,
        editable=bool(header.having("data-edit")),
        alone="only-you" in article.classes,
    )


def _lines(element: Element) -> list[str]:
    """What is read in a part of a message, but for its buttons and lists."""
    if element.concealed or element.tag in ("button", "select"):
        return []
    if element.tag == "img":
        return [element.get("alt")]
    if element.tag in ("p", "h3", "blockquote"):
        return [line.strip() for line in element.text.split("\n") if line.strip()]
    if terms := [child for child in element.children if child.tag == "dt"]:
        return [f"{_line(terms[0])}: {_line(element.tagged('dd')[0])}"]
    return [line for child in element.children for line in _lines(child)]


def _line(element: Element) -> str:
    return " ".join(element.text.split())


def _select(select: Element) -> ShownSelect:
    options = [option for option in select.tagged("option") if option.get("value")]
    return ShownSelect(
        select.get("aria-label"),
        select.get("data-action"),
        tuple(ShownOption(_line(option), option.get("value")) for option in options),
    )


def _form(form: Element) -> ShownForm:
    submit = next(button for button in form.tagged("button") if button.get("type") == "submit")
    return ShownForm(
        handle=form.get("data-form"),
        title=_line(form.tagged("h2")[0]),
        inputs=tuple(_input(question) for question in form.having("data-input")),
        submit=_line(submit),
    )


def _input(question: Element) -> ShownInput:
    label = question.classed("label")[0]
    fields = [field for tag in ("input", "select", "textarea") for field in question.tagged(tag)]
    typed = question.get("data-kind") in _TYPED
    several = question.get("data-kind") == "checkboxes"
    options, answer = ((), _typed(fields[0])) if typed else _options(question)
    return ShownInput(
        label=_line(next(part for part in [label, *label.children] if "words" in part.classes)),
        handle=question.get("data-input"),
        answered=Answered.TYPED if typed else Answered.SEVERAL if several else Answered.ONE,
        answer=answer,
        options=options,
        required="data-required" in question or any("required" in field for field in fields),
        longest=int(fields[0].get("maxlength") or 0),
        help=" ".join(_line(part) for part in question.classed("help")),
        error=" ".join(_line(part) for part in question.classed("error")),
    )


def _options(question: Element) -> tuple[tuple[ShownOption, ...], tuple[str, ...]]:
    """What can be chosen, and what is chosen now."""
    listed = [(option, _line(option)) for option in question.tagged("option")] or [
        (row.tagged("input")[0], _line(row)) for row in question.classed("option")
    ]
    options = tuple(ShownOption(label, option.get("value")) for option, label in listed)
    chosen = tuple(option.get("value") for option, _ in listed if "checked" in option or "selected" in option)
    return options, chosen


def _typed(box: Element) -> tuple[str, ...]:
    # As browsers do, the newline right behind a textarea's tag is left out.
    return (box.get("value") if box.tag == "input" else box.text.removeprefix("\n"),)

# ruff: noqa: E501 - a case a line
"""Block Kit's limits, each just kept and just broken; how a view is opened, changed and published."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.slack import SlackServer, everything
from tests.slack.blockkit import check_blocks, check_view

Json = dict[str, Any]


def plain(length: int = 5) -> Json:
    return {"type": "plain_text", "text": "x" * length}


def section(**more: Any) -> Json:
    return {"type": "section", "text": plain(), **more}


def button(**more: Any) -> Json:
    return {"type": "button", "text": plain(), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def option(value: str = "v", **more: Any) -> Json:
    return {"text": plain(), "value": value, **more}


def select(count: int = 1, **more: Any) -> Json:
    return {"type": "static_select", "options": [option(str(n)) for n in range(count)], **more}


def question(element: Json, **more: Any) -> Json:
    return {"type": "input", "label": plain(), "element": element, **more}


def typed(**more: Any) -> Json:
    return {"type": "plain_text_input", **more}


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


def image(**more: Any) -> Json:
    return {"type": "image", "image_url": "https://e.example/a.png", **more}


# fmt: off
CASES: list[tuple[str, list[Json], list[Json], str]] = [
    ("a section's text", [section(text=plain(3_000))], [section(text=plain(3_001))], "/blocks/0/text/text"),
    ("an empty text", [section(text=plain(1))], [section(text=plain(0))], "/blocks/0/text/text"),
    ("a header", [{"type": "header", "text": plain(150)}], [{"type": "header", "text": plain(151)}], "/blocks/0/text/text"),
    ("a header's markup", [], [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}], "/blocks/0/text/type"),
    ("blocks in a message", [section()] * 50, [section()] * 51, "/blocks"),
    ("buttons in a row", [actions(*[button()] * 25)], [actions(*[button()] * 26)], "/blocks/0/elements"),
    ("no buttons", [], [actions()], "/blocks/0/elements"),
    ("a button's text", [actions(button(text=plain(75)))], [actions(button(text=plain(76)))], "/blocks/0/elements/0/text/text"),
    ("a button's value", [actions(button(value="x" * 2_000))], [actions(button(value="x" * 2_001))], "/blocks/0/elements/0/value"),
    ("a button's style", [actions(button(style="danger"))], [actions(button(style="plain"))], "/blocks/0/elements/0/style"),
    ("an action's id", [actions(button(action_id="x" * 255))], [actions(button(action_id="x" * 256))], "/blocks/0/elements/0/action_id"),
    ("the same action twice", [actions(button(action_id="a")), actions(button(action_id="a"))], [actions(button(action_id="a"), button(action_id="a"))], "/blocks/0/elements"),
    ("a block's id", [section(block_id="x" * 255)], [section(block_id="x" * 256)], "/blocks/0/block_id"),
    ("the same block twice", [section(block_id="a"), section(block_id="b")], [section(block_id="a"), section(block_id="a")], "/blocks/1/block_id"),
    ("options", [actions(select(100))], [actions(select(101))], "/blocks/0/elements/0/options"),
    ("an option's text", [actions(select(options=[option(text=plain(75))]))], [actions(select(options=[option(text=plain(76))]))], "/blocks/0/elements/0/options/0/text/text"),
    ("an option's value", [actions(select(options=[option("x" * 150)]))], [actions(select(options=[option("x" * 151)]))], "/blocks/0/elements/0/options/0/value"),
    ("the same option twice", [], [actions(select(options=[option(), option()]))], "/blocks/0/elements/0/options"),
    ("a placeholder", [actions(select(placeholder=plain(150)))], [actions(select(placeholder=plain(151)))], "/blocks/0/elements/0/placeholder/text"),
    ("what is chosen", [actions(select(initial_option=option("0")))], [actions(select(initial_option=option("9")))], "/blocks/0/elements/0/initial_option"),
    ("fields", [section(fields=[plain(2_000)] * 10)], [section(fields=[plain()] * 11)], "/blocks/0/fields"),
    ("a field", [], [section(fields=[plain(2_001)])], "/blocks/0/fields/0/text"),
    ("a section without text", [{"type": "section", "fields": [plain()]}], [{"type": "section"}], "/blocks/0"),
    ("a picture", [image(alt_text="a chart")], [image()], "/blocks/0"),
    ("a picture from nowhere", [], [{"type": "image", "alt_text": "x", "slack_file": {"id": "F9"}}], "/blocks/0/slack_file/id"),
    ("context", [{"type": "context", "elements": [plain()] * 10}], [{"type": "context", "elements": [plain()] * 11}], "/blocks/0/elements"),
    ("checkboxes", [question({"type": "checkboxes", "options": [option(str(n)) for n in range(10)]})], [question({"type": "checkboxes", "options": [option(str(n)) for n in range(11)]})], "/blocks/0/element/options"),
    ("a text input", [question(typed(max_length=3_000))], [question(typed(max_length=3_001))], "/blocks/0/element/max_length"),
    ("what is typed before", [question(typed(initial_value="x" * 3_000))], [question(typed(initial_value="x" * 3_001))], "/blocks/0/element/initial_value"),
    ("a label", [question(typed(), label=plain(2_000))], [question(typed(), label=plain(2_001))], "/blocks/0/label/text"),
    ("a hint", [question(typed(), hint=plain(2_000))], [question(typed(), hint=plain(2_001))], "/blocks/0/hint/text"),
    ("a button as a question", [], [question(button())], "/blocks/0/element/type"),
    ("text among buttons", [], [actions(typed())], "/blocks/0/elements/0/type"),
    ("rich text", [rich({"type": "text", "text": "a", "style": {"bold": True}})], [rich({"type": "text", "text": ""})], "/blocks/0/elements/0/elements/0/text"),
    ("something more", [], [section(txt="x")], "/blocks/0"),
    ("something unknown", [], [{"type": "paragraph"}], "/blocks/0/type"),
    ("no list", [], "blocks", "/blocks"),  # type: ignore[list-item]
]
# fmt: on


@pytest.mark.parametrize(("good", "bad", "where"), [case[1:] for case in CASES], ids=[c[0] for c in CASES])
def test_a_limit_of_blocks(good: list[Json], bad: list[Json], where: str) -> None:
    assert check_blocks(good, lambda _: False) == []
    found = check_blocks(bad, lambda _: False)
    assert [line for line in found if line.endswith(f"[json-pointer:{where}]")], found


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain(), "blocks": list(blocks), **more}


@pytest.mark.parametrize(
    ("view", "where"),
    [
        (modal(title=plain(25)), "/view/title/text"),
        (modal(submit=plain(25)), "/view/submit/text"),
        (modal(close=plain(25)), "/view/close/text"),
        (modal(private_metadata="x" * 3_001), "/view/private_metadata"),
        (modal(callback_id="x" * 256), "/view/callback_id"),
        (modal(*[section()] * 101), "/view/blocks"),
        (modal(question(typed())), "/view"),
        (modal(submit_disabled=True), "/view"),
        (
            modal(question(typed(focus_on_load=True)), question(typed(focus_on_load=True)), submit=plain()),
            "/view/blocks",
        ),
        ({"type": "home", "blocks": []}, "/view"),
    ],
)
def test_a_limit_of_a_modal(view: Json, where: str) -> None:
    found = check_view(view, "modal", lambda _: False)
    assert [line for line in found if line.endswith(f"[json-pointer:{where}]")], found


def test_views_that_are_as_large_as_they_can_be() -> None:
    whole = modal(
        *[section()] * 99,
        question(typed()),
        title=plain(24),
        submit=plain(24),
        close=plain(24),
        private_metadata="x" * 3_000,
    )
    assert check_view(whole, "modal", lambda _: False) == []
    assert check_view({"type": "home", "blocks": [section()] * 100}, "home", lambda _: False) == []


# --- over the Web API -----------------------------------------------------------------------------


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with SlackServer(everything()) as server:
        server.add_user("U1", "Maya")
        yield server


@pytest.fixture
def client(slack: SlackServer) -> AsyncWebClient:
    return AsyncWebClient(slack.app.bot_token, base_url=slack.api_url, timeout=5)


async def refused(work: Any) -> Json:
    with pytest.raises(SlackApiError) as caught:
        await work
    answer = caught.value.response.data
    assert isinstance(answer, dict)
    return answer


async def test_what_is_wrong_is_said_with_its_place(client: AsyncWebClient) -> None:
    answer = await refused(
        client.chat_postMessage(channel="U1", text="x", blocks=[section(text=plain(3_001))])
    )
    line = "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"
    assert answer["error"] == "invalid_blocks"
    assert answer["errors"] == [line]
    assert answer["response_metadata"] == {"messages": [f"[ERROR] {line}"]}
    view = await refused(client.views_publish(user_id="U1", view={"type": "home", "blocks": [{"type": "x"}]}))
    assert view["error"] == "invalid_arguments"
    assert view["response_metadata"]["messages"] == [
        "[ERROR] unsupported type: x [json-pointer:/view/blocks/0/type]"
    ]


async def test_a_trigger_opens_once_and_not_late(slack: SlackServer, client: AsyncWebClient) -> None:
    now = 1_000.0
    slack.workspace.now = lambda: now
    trigger = slack.workspace.trigger("U1")
    assert (await refused(client.views_open(trigger_id=trigger, view={"type": "x"})))[
        "error"
    ] == "invalid_arguments"
    now += 3
    assert (await client.views_open(trigger_id=trigger, view=modal(section())))["view"]["id"]
    again = await refused(client.views_open(trigger_id=trigger, view=modal(section())))
    assert again["error"] == "exchanged_trigger_id"
    late = slack.workspace.trigger("U1")
    now += 3.1
    assert (await refused(client.views_open(trigger_id=late, view=modal(section()))))[
        "error"
    ] == "expired_trigger_id"
    other = await refused(client.views_open(trigger_id="nothing", view=modal(section())))
    assert other["error"] == "invalid_trigger_id"


async def test_an_open_view_can_be_changed_until_it_is_closed(
    slack: SlackServer, client: AsyncWebClient
) -> None:
    form = modal(question(typed(), label=plain(3)), submit=plain())
    opened = await client.views_open(trigger_id=slack.workspace.trigger("U1"), view=form)
    view = opened["view"]
    changed = await client.views_update(
        view_id=view["id"], hash=view["hash"], view=modal(section(text=plain(9)))
    )
    stale = await refused(client.views_update(view_id=view["id"], hash=view["hash"], view=form))
    assert stale["error"] == "hash_conflict"
    open_modal = slack.user("U1").modal
    assert open_modal is not None
    assert open_modal.text == "xxxxx\nxxxxxxxxx"
    await open_modal.close()
    gone = await refused(client.views_update(view_id=changed["view"]["id"], view=form))
    assert gone["error"] == "not_found"


async def test_a_home_tab_is_published_to_one_person(slack: SlackServer, client: AsyncWebClient) -> None:
    home = {"type": "home", "blocks": [section(text=plain(2)), actions(button())]}
    first = await client.views_publish(user_id="U1", view=home)
    second = await client.views_publish(user_id="U1", view=home)
    assert first["view"]["id"] == second["view"]["id"]
    shown = slack.user("U1").home
    assert shown is not None
    assert shown.text == "xx\n[xxxxx]"
    slack.app.home_tab = False
    assert (await refused(client.views_publish(user_id="U1", view=home)))["error"] == "not_enabled"

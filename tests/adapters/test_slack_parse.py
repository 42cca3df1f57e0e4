"""Slack's payloads: what is a deed and what is not, whose it is, and when two are the same."""

from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.slack import parse, render
from adapters.slack.parse import Deed, Installed, Surface
from handlers.chat import (
    ButtonPressed,
    CommandUsed,
    FormSubmitted,
    MessageRaised,
    PlaceKind,
    TextPosted,
    User,
)

US = Installed("T1", "UBOT")
NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
TS = "1772463600.000200"
ORIGIN = '{"kind":"channel","in":"C1","at":"1.2","on":""}'


def _event(event: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": event, **more}


def _message(**more: Any) -> dict[str, Any]:
    return {"type": "message", "channel": "D1", "user": "U1", "text": "hello", "ts": TS, **more}


def _posted(**more: Any) -> Deed | None:
    return parse.posted(_event(_message(**more)), US, NOW)


def _text(deed: Deed | None) -> TextPosted:
    assert deed is not None
    assert isinstance(deed.event, TextPosted)
    return deed.event


def _pressed(**more: Any) -> dict[str, Any]:
    action = {"type": "button", "action_id": "case.ack:1:now", "action_ts": TS}
    return {
        "type": "block_actions",
        "team": {"id": "T1"},
        "user": {"id": "U1", "team_id": "T1"},
        "channel": {"id": "D1"},
        "container": {"type": "message", "message_ts": "1.2", "channel_id": "D1", "is_ephemeral": False},
        "trigger_id": "tr1",
        "response_url": "https://hooks.example/1",
        "actions": [action],
        **more,
    }


def _submitted(values: dict[str, Any], **more: Any) -> dict[str, Any]:
    view = {
        "id": "V1",
        "callback_id": "checkin",
        "private_metadata": ORIGIN,
        "state": {"values": {name: {name: element} for name, element in values.items()}},
    }
    return {
        "type": "view_submission",
        "team": {"id": "T1"},
        "user": {"id": "U1"},
        "view": view,
        "trigger_id": "tr2",
        **more,
    }


COMMAND = {
    "command": "/Checkin",
    "text": "30m &lt;ok&gt;",
    "team_id": "T1",
    "user_id": "U1",
    "channel_id": "C1",
    "trigger_id": "tr3",
    "response_url": "https://hooks.example/2",
}


# --- messages ----------------------------------------------------------------------------------


def test_a_direct_message() -> None:
    deed = _posted()
    event = _text(deed)
    assert event.user == User("slack", "T1", "U1")
    assert (event.place.kind, event.place.id) == (PlaceKind.DIRECT, "D1")
    assert event.at == datetime.fromtimestamp(float(TS), UTC)
    assert (event.text, event.message_id, event.edited, event.to_bot) == ("hello", TS, False, True)
    assert deed is not None
    assert deed.way.surface is Surface.TEXT


@pytest.mark.parametrize(
    "more",
    [
        {"bot_id": "B1"},
        {"subtype": "bot_message", "bot_id": "B1"},
        {"user": "UBOT"},
        {"user": "USLACKBOT"},
        {"user": None},
        {"subtype": "channel_join"},
        {"subtype": "message_deleted", "deleted_ts": TS},
        {"text": ""},
        {"subtype": "message_changed", "message": _message(text="as it was", attachments=[{}])},
        {"subtype": "message_changed", "message": _message(bot_id="B1", edited={"ts": "1.3"})},
    ],
)
def test_what_nobody_wrote_is_no_event(more: dict[str, Any]) -> None:
    assert _posted(**more) is None


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast", "me_message", "message_share"])
def test_words_beside_a_file_or_sent_to_the_channel_too_count(subtype: str) -> None:
    assert _text(_posted(subtype=subtype)).text == "hello"


SHARED = {
    "is_share": True,
    "is_msg_unfurl": True,
    "author_id": "U2",
    "text": "nobody &lt;would&gt; miss me",
    "fallback": "[March 2nd, 2026 7:00 AM] sam: nobody would miss me",
}


@pytest.mark.parametrize("more", [{}, {"subtype": "message_share"}])
def test_forwarded_words_count_as_written(more: dict[str, Any]) -> None:
    alone = _text(_posted(text="", attachments=[SHARED], **more))
    assert alone.text == "nobody <would> miss me"
    with_a_comment = _text(_posted(text="look at this", attachments=[SHARED], **more))
    assert with_a_comment.text == "look at this\nnobody <would> miss me"
    unfurled = {"is_msg_unfurl": True, "fallback": "sam: nobody would miss me"}
    assert _text(_posted(text="", attachments=[unfurled], **more)).text == "sam: nobody would miss me"


def test_a_link_that_is_shown_with_its_page_has_the_words_of_who_wrote_it_alone() -> None:
    page = {"title": "A page", "text": "what others wrote", "from_url": "https://e.example"}
    assert _text(_posted(text="https://e.example", attachments=[page])).text == "https://e.example"
    assert _posted(text="", attachments=[page]) is None


def test_a_message_that_is_pointed_out_has_the_words_that_it_forwards() -> None:
    message = {"type": "message", "user": "U2", "ts": "1.5", "text": "", "attachments": [SHARED]}
    common = {"team": {"id": "T1"}, "user": {"id": "U1"}, "trigger_id": "tr5", "action_ts": TS}
    body = {**common, "callback_id": "concern", "channel": {"id": "C1"}, "message": message}
    pointed = parse.raised(body, US, NOW)
    assert pointed is not None
    assert isinstance(pointed.event, MessageRaised)
    assert pointed.event.words == "nobody <would> miss me"


def test_an_edit_is_another_deed_about_the_same_message() -> None:
    before = _text(_posted())
    edits = [
        _text(
            _posted(
                subtype="message_changed",
                user=None,
                message=_message(text="other words", edited={"user": "U1", "ts": at}),
            )
        )
        for at in ("1772463700.000000", "1772463800.000000")
    ]
    assert all(edit.edited and edit.text == "other words" for edit in edits)
    assert {edit.message_id for edit in edits} == {before.message_id}
    assert len({event.dedupe_key for event in (before, *edits)}) == 3
    assert edits[0].at == datetime.fromtimestamp(1772463700, UTC)


def test_a_retry_a_mention_and_history_are_the_same_deed() -> None:
    event = _message(channel="C1", text="<@UBOT> hello")
    as_message = parse.posted(_event(event), US, NOW)
    retried = parse.posted(_event(event, event_id="Ev2"), US, NOW)
    as_mention = parse.posted(_event({**event, "type": "app_mention"}, event_id="Ev3"), US, NOW)
    read_again = parse.written({k: v for k, v in event.items() if k != "channel"}, US, NOW, channel="C1")
    found = [_text(deed) for deed in (as_message, retried, as_mention, read_again)]
    assert len({each.dedupe_key for each in found}) == 1
    assert all(each.to_bot and each.text == "hello" for each in found)


def test_a_reply_is_answered_in_its_thread() -> None:
    deed = _posted(thread_ts="1772463000.000100")
    assert deed is not None
    assert deed.way.thread == "1772463000.000100"
    parent = _posted(thread_ts=TS)
    assert parent is not None
    assert parent.way.thread == ""


def test_text_is_read_as_it_stands_on_the_screen() -> None:
    text = "<@U2> <@U3|sam> <#C1|team> <!here> <!subteam^S1|@staff> <https://e.example|x> &lt;3 &amp;"
    assert parse.readable(text, US) == "@U2 @sam #team @here @staff x <3 &"


def test_people_of_other_workspaces_count_and_other_installations_do_not() -> None:
    shared = _event(
        _message(channel="C1", user="W9", user_team="T9", source_team="T9"),
        authorizations=[{"team_id": "T1", "is_bot": True}],
    )
    assert _text(parse.posted(shared, US, NOW)).user == User("slack", "T1", "W9")
    foreign = {**shared, "team_id": "T9", "authorizations": [{"team_id": "T9"}]}
    assert parse.posted(foreign, US, NOW) is None
    through_theirs = {**shared, "team_id": "T9"}
    assert parse.posted(through_theirs, US, NOW) is not None
    assert parse.command({**COMMAND, "team_id": "T9"}, US, NOW) is None
    assert parse.pressed(_pressed(team={"id": "T9"}, user={"id": "W9", "team_id": "T9"}), US, NOW) is None


# --- commands, buttons, forms, shortcuts -------------------------------------------------------


def test_a_command() -> None:
    deed = parse.command(COMMAND, US, NOW)
    assert deed is not None
    assert isinstance(deed.event, CommandUsed)
    assert (deed.event.name, deed.event.text, deed.event.at) == ("checkin", "30m <ok>", NOW)
    assert deed.event.place.kind is PlaceKind.CHANNEL
    other = parse.command({**COMMAND, "trigger_id": "tr4"}, US, NOW)
    assert other is not None
    assert other.event.dedupe_key != deed.event.dedupe_key


def test_a_button_and_a_list() -> None:
    deed = parse.pressed(_pressed(), US, NOW)
    assert deed is not None
    assert isinstance(deed.event, ButtonPressed)
    assert (deed.event.action, deed.event.value) == ("case.ack:1:now", "")
    assert (deed.way.message, deed.way.fleeting, deed.way.trigger) == ("1.2", False, "tr1")
    chosen = {
        "type": "static_select",
        "action_id": "checkin.pick",
        "action_ts": TS,
        "selected_option": {"value": "7"},
    }
    listed = parse.pressed(_pressed(actions=[chosen]), US, NOW)
    assert listed is not None
    assert isinstance(listed.event, ButtonPressed)
    assert listed.event.value == "7"
    others = [
        parse.pressed(_pressed(user={"id": "U2"}), US, NOW),
        parse.pressed(_pressed(actions=[{**chosen, "action_ts": "9.9"}]), US, NOW),
    ]
    keys = {each.event.dedupe_key for each in (deed, listed, *others) if each is not None}
    assert len(keys) == 4


def test_a_button_in_app_home_belongs_to_no_conversation() -> None:
    body = _pressed(view={"id": "V9", "type": "home"}, container={"type": "view", "view_id": "V9"})
    del body["channel"], body["response_url"]
    deed = parse.pressed(body, US, NOW)
    assert deed is not None
    assert deed.way.surface is Surface.HOME
    assert deed.event.place.kind is PlaceKind.DIRECT


def test_a_form_and_what_was_chosen_in_it() -> None:
    values = {
        "note": {"type": "plain_text_input", "value": "fine"},
        "peer": {"type": "plain_text_input", "value": None},
        "one": {"type": "static_select", "selected_option": {"value": "a"}},
        "radio": {"type": "radio_buttons", "selected_option": None},
        "some": {"type": "checkboxes", "selected_options": [{"value": "a"}, {"value": "b"}]},
        "who": {"type": "users_select", "selected_user": "U7"},
    }
    deed = parse.submitted(_submitted(values), US, NOW)
    assert deed is not None
    assert isinstance(deed.event, FormSubmitted)
    assert deed.event.form == "checkin"
    assert deed.event.values == {"note": "fine", "one": ("a",), "some": ("a", "b"), "who": ("U7",)}
    assert deed.event.words == "fine"
    assert (deed.event.place.kind, deed.event.place.id) == (PlaceKind.CHANNEL, "C1")
    assert deed.way.origin == render.Origin(PlaceKind.CHANNEL, "C1", "1.2")


def test_the_same_form_sent_again_is_the_same_deed_and_a_corrected_one_is_not() -> None:
    def key(note: str, **more: Any) -> str:
        deed = parse.submitted(
            _submitted({"note": {"type": "plain_text_input", "value": note}}, **more), US, NOW
        )
        assert deed is not None
        return deed.event.dedupe_key

    assert key("fine") == key("fine", trigger_id="another")
    assert key("fine") != key("better")


def test_shortcuts() -> None:
    common = {"team": {"id": "T1"}, "user": {"id": "U1"}, "trigger_id": "tr5", "action_ts": TS}
    deed = parse.shortcut({**common, "callback_id": "checkin"}, US, NOW)
    assert deed is not None
    assert isinstance(deed.event, CommandUsed)
    assert (deed.event.name, deed.event.text) == ("checkin", "")
    message = {"type": "message", "user": "U2", "ts": "1.5", "text": "I &lt;3 this"}
    body = {**common, "callback_id": "concern", "channel": {"id": "C1"}, "message": message}
    pointed = parse.raised(body, US, NOW)
    assert pointed is not None
    event = pointed.event
    assert isinstance(event, MessageRaised)
    assert (event.name, event.words, event.author, event.by_another) == ("concern", "I <3 this", "U2", True)


def test_app_home_is_for_who_opened_its_first_tab() -> None:
    opened = _event({"type": "app_home_opened", "user": "U1", "tab": "home"})
    assert parse.home_opened(opened, US) == User("slack", "T1", "U1")
    messages = _event({"type": "app_home_opened", "user": "U1", "tab": "messages"})
    assert parse.home_opened(messages, US) is None

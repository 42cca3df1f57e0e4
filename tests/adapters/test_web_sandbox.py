"""The sandbox as a platform: sending, updating, finding, forgetting, and telling browsers."""

from datetime import UTC, datetime

import pytest

from adapters.base import Adapter, Address, Outgoing, Rejected, Unreachable
from adapters.web.sandbox import (
    KEPT,
    WAITING,
    ClockMoved,
    Gone,
    Message,
    Resync,
    Sandbox,
    SandboxPerson,
    Shown,
)
from handlers.chat import Card, PlaceKind, Text

AT = datetime(2025, 11, 3, 13, 5, tzinfo=UTC)
MAYA = Address("web", "sandbox", "maya")


@pytest.fixture
def sandbox() -> Sandbox:
    people = [SandboxPerson("maya", "Maya", "helper"), SandboxPerson("leo", "Leo", "helper")]
    return Sandbox(people, now=lambda: AT)


def card(title: str) -> Card:
    return Card(title, (Text("Words"),), "Something new")


def seen(sandbox: Sandbox, user: str, kind: PlaceKind = PlaceKind.DIRECT) -> list[str]:
    messages = sandbox.view(user, kind).messages.values()
    return [message.card.title if message.card else message.text for message in messages]


async def test_it_is_an_adapter(sandbox: Sandbox) -> None:
    adapter: Adapter = sandbox
    assert adapter.platform == "web"
    assert adapter.workspaces == frozenset({"sandbox"})


async def test_a_sent_card_stands_in_the_persons_direct_messages_alone(sandbox: Sandbox) -> None:
    sent = await sandbox.send(Outgoing(7, MAYA, card("A page")))
    assert seen(sandbox, "maya") == ["A page"]
    assert seen(sandbox, "leo") == []
    assert seen(sandbox, "maya", PlaceKind.CHANNEL) == []
    assert await sandbox.find(MAYA, 7) == sent
    assert await sandbox.find(MAYA, 8) is None
    assert sandbox.message("maya", PlaceKind.DIRECT, sent.reference) == Message(
        id=sent.reference, at=AT, card=card("A page"), outbox=7
    )


async def test_the_same_outbox_row_arrives_once(sandbox: Sandbox) -> None:
    first = await sandbox.send(Outgoing(7, MAYA, card("A page")))
    assert await sandbox.send(Outgoing(7, MAYA, card("A page"))) == first
    assert seen(sandbox, "maya") == ["A page"]


async def test_an_update_keeps_the_place_in_the_order(sandbox: Sandbox) -> None:
    first = await sandbox.send(Outgoing(1, MAYA, card("First")))
    await sandbox.send(Outgoing(2, MAYA, card("Second")))
    await sandbox.update(MAYA, first.reference, card("Changed"))
    assert seen(sandbox, "maya") == ["Changed", "Second"]
    assert await sandbox.find(MAYA, 1) == first


async def test_a_deleted_card_is_gone_and_may_be_deleted_again(sandbox: Sandbox) -> None:
    sent = await sandbox.send(Outgoing(1, MAYA, card("First")))
    await sandbox.delete(MAYA, sent.reference)
    await sandbox.delete(MAYA, sent.reference)
    assert seen(sandbox, "maya") == []
    assert await sandbox.find(MAYA, 1) is None
    with pytest.raises(Rejected):
        await sandbox.update(MAYA, sent.reference, card("Changed"))


async def test_the_bot_cannot_change_what_a_person_wrote(sandbox: Sandbox) -> None:
    sandbox.post("maya", PlaceKind.DIRECT, "maya:1", "hello")
    with pytest.raises(Rejected):
        await sandbox.update(MAYA, "maya:1", card("Changed"))
    await sandbox.delete(MAYA, "maya:1")
    assert seen(sandbox, "maya") == ["hello"]


@pytest.mark.parametrize(
    "to",
    [
        Address("web", "sandbox", "nobody"),
        Address("web", "other", "maya"),
        Address("slack", "sandbox", "maya"),
    ],
)
async def test_an_unknown_address_is_unreachable(sandbox: Sandbox, to: Address) -> None:
    for attempt in (
        sandbox.send(Outgoing(1, to, card("A"))),
        sandbox.update(to, "handrail-1", card("A")),
        sandbox.delete(to, "handrail-1"),
        sandbox.find(to, 1),
    ):
        with pytest.raises(Unreachable):
            await attempt


async def test_closed_direct_messages_are_unreachable_until_opened(sandbox: Sandbox) -> None:
    sandbox.closed.add("maya")
    with pytest.raises(Unreachable):
        await sandbox.send(Outgoing(1, MAYA, card("A")))
    assert seen(sandbox, "maya") == []
    sandbox.closed.clear()
    await sandbox.send(Outgoing(1, MAYA, card("A")))
    assert seen(sandbox, "maya") == ["A"]


def test_the_channel_is_everybodys_and_private_answers_are_not(sandbox: Sandbox) -> None:
    sandbox.post("maya", PlaceKind.CHANNEL, "maya:1", "hello team")
    sandbox.post("maya", PlaceKind.CHANNEL, "maya:2", "/checkin", command=True)
    sandbox.reply("maya", PlaceKind.CHANNEL, card("Only Maya"), private=True)
    sandbox.reply("maya", PlaceKind.CHANNEL, card("Everybody"), private=False)
    assert seen(sandbox, "maya", PlaceKind.CHANNEL) == ["hello team", "/checkin", "Only Maya", "Everybody"]
    assert seen(sandbox, "leo", PlaceKind.CHANNEL) == ["hello team", "Everybody"]
    private = [m.only_for for m in sandbox.view("maya", PlaceKind.CHANNEL).messages.values()]
    assert private == ["", "maya", "maya", ""]


def test_a_direct_answer_needs_no_mark(sandbox: Sandbox) -> None:
    sandbox.reply("maya", PlaceKind.DIRECT, card("Plain"), private=True)
    (message,) = sandbox.view("maya", PlaceKind.DIRECT).messages.values()
    assert message.only_for == ""


async def test_the_oldest_are_dropped_per_view(sandbox: Sandbox) -> None:
    sandbox.post("leo", PlaceKind.CHANNEL, "leo:0", "first")
    with sandbox.subscribe() as changes:
        for number in range(KEPT):
            sandbox.reply("maya", PlaceKind.CHANNEL, card(f"Card {number}"), private=True)
        events = [changes.get_nowait() for _ in range(changes.qsize())]
    assert Gone("maya", PlaceKind.CHANNEL, "leo:0", dropped=True) in events
    mine = sandbox.view("maya", PlaceKind.CHANNEL)
    assert len(mine.messages) == KEPT
    assert mine.dropped
    # One person's private answers push nothing out of anybody else's view.
    assert seen(sandbox, "leo", PlaceKind.CHANNEL) == ["first"]
    assert not sandbox.view("leo", PlaceKind.CHANNEL).dropped


async def test_a_dropped_page_can_no_longer_be_updated(sandbox: Sandbox) -> None:
    sent = await sandbox.send(Outgoing(1, MAYA, card("Old")))
    for number in range(KEPT):
        sandbox.reply("maya", PlaceKind.DIRECT, card(f"Card {number}"), private=True)
    with pytest.raises(Rejected):
        await sandbox.update(MAYA, sent.reference, card("New"))


async def test_subscribers_hear_of_everything_in_order(sandbox: Sandbox) -> None:
    with sandbox.subscribe() as changes, sandbox.subscribe() as others:
        sandbox.post("maya", PlaceKind.CHANNEL, "maya:1", "hello")
        old = sandbox.message("maya", PlaceKind.CHANNEL, "maya:1")
        assert old is not None
        sandbox.change_text(old, "hello there")
        sandbox.retract("maya:1")
        sandbox.clock_moved()
        assert changes.qsize() == others.qsize()
        heard = [changes.get_nowait() for _ in range(changes.qsize())]
    told = [
        (change.user, change.message.text, change.message.edited)
        for change in heard
        if isinstance(change, Shown)
    ]
    assert told == [
        ("maya", "hello", False),
        ("leo", "hello", False),
        ("maya", "hello there", True),
        ("leo", "hello there", True),
    ]
    assert [change for change in heard if isinstance(change, Gone)] == [
        Gone("maya", PlaceKind.CHANNEL, "maya:1"),
        Gone("leo", PlaceKind.CHANNEL, "maya:1"),
    ]
    assert heard[-1] == ClockMoved()


async def test_a_browser_that_does_not_listen_is_told_to_look_anew(sandbox: Sandbox) -> None:
    with sandbox.subscribe() as changes:
        for _ in range(WAITING + 1):
            sandbox.clock_moved()
        assert [changes.get_nowait() for _ in range(changes.qsize())] == [Resync()]


async def test_nobody_is_told_after_leaving(sandbox: Sandbox) -> None:
    with sandbox.subscribe() as changes:
        pass
    sandbox.clock_moved()
    assert changes.empty()

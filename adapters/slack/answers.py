"""Answers to whoever acted: forms, cards and errors, each where Slack lets it stand.

What was done has been committed before any of this runs. A form and a form's errors are part of the
acknowledgement; everything else goes out behind it, in its order, and never holds it up. What fails here is
logged by Slack's word for it, without anybody's words.

Answers to buttons, commands and forms are for one person's eyes and kept in no history (Slack calls them
ephemeral): a card about a case that stands in somebody's messages could not be taken away when they are left
out of it later. Only what answers a message in the conversation with the bot stands there like that message.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, assert_never

import structlog
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters.base import Ambiguous, Rejected, SendError, Unreachable
from adapters.slack import render
from adapters.slack.client import called, library_log
from adapters.slack.parse import Deed, Surface, Way
from adapters.slack.sender import QUIET, SlackAdapter
from handlers.chat import Card, Effect, Form, FormErrors, OpenForm, PlaceKind, Reply, Text, UpdateCard, User
from handlers.languages import LANGUAGES, mark, say_in

log = structlog.get_logger(__name__)

ACKNOWLEDGED = 2.5
"""Seconds after which the acknowledgement goes out, whatever else is under way (Slack gives 3)."""
REMEMBERED = 500
"""Answers to forms that are kept, for the same form sent again as it was because its answer was lost."""
LAST_WORDS = 2.0
_LATE = mark("Slack did not show the form in time. Please do that once more.")
_NO_MEMBER = mark(
    "Handrail is not in this channel, so it cannot read it yet. Please type /invite @Handrail here."
)

Home = Callable[[User], Awaitable[Sequence[Card]]]
"""What somebody reads in App Home."""
Acknowledgement = dict[str, Any] | str
"""What Slack is told with "received": nothing, an answer to a command, or what becomes of a form."""


class Answers:
    """Shows one workspace's people what their deeds led to."""

    def __init__(self, client: AsyncWebClient, adapter: SlackAdapter, home: Home) -> None:
        self._client = client
        self._adapter = adapter
        self._home = home
        self._under_way: set[asyncio.Task[None]] = set()
        self._answered: OrderedDict[str, render.Json] = OrderedDict()

    async def acknowledge(
        self, deed: Deed, effects: Sequence[Effect], began: float | None = None
    ) -> Acknowledgement:
        """What to tell Slack now; the rest is on its way then.

        ``began`` is when the deed came, by the monotonic clock.
        """
        began = time.monotonic() if began is None else began
        refused = next((effect for effect in effects if isinstance(effect, FormErrors)), None)
        cards = [effect for effect in effects if isinstance(effect, Reply | UpdateCard)]
        form = next((effect.form for effect in effects if isinstance(effect, OpenForm)), None)
        body: Acknowledgement = ""
        if deed.way.surface is Surface.FORM:
            body, cards = self._after_form(deed, refused, cards)
        elif deed.way.surface is Surface.COMMAND and form is None and cards and _is_private(cards[0]):
            body = {"response_type": "ephemeral", **render.message(cards[0].card)}
            cards = cards[1:]
        work = self._start(self._show(deed.way, form, cards))
        if form is not None:
            # A form has to open while Slack still takes its trigger, so it goes before the acknowledgement.
            left = ACKNOWLEDGED - (time.monotonic() - began)
            await asyncio.wait({work}, timeout=max(left, 0.0))
        return body

    async def settled(self) -> None:
        """Wait until every answer is out."""
        while self._under_way:
            await asyncio.wait(set(self._under_way))

    async def close(self) -> None:
        """Give answers that are under way a moment, then let go of them."""
        if self._under_way:
            _, late = await asyncio.wait(set(self._under_way), timeout=LAST_WORDS)
            for task in late:
                task.cancel()

    def publish_home(self, user: User) -> None:
        """Show somebody their App Home as it is now."""
        self._start(self._publish(user))

    def show_home_anew(self, user_id: str) -> None:
        """Somebody must not see a case any more: nor on a Home tab that they looked at before."""
        self.publish_home(self._user(user_id))

    def _start(self, work: Awaitable[None]) -> asyncio.Task[None]:
        async def safely() -> None:
            try:
                await work
            except SendError as error:
                log.warning("answer_not_shown", reason=str(error))
            except Exception:
                log.error("answer_failed", exc_info=True)

        task = asyncio.create_task(safely())
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return task

    # --- forms ---------------------------------------------------------------------------------

    def _after_form(
        self, deed: Deed, refused: FormErrors | None, cards: list[Reply | UpdateCard]
    ) -> tuple[Acknowledgement, list[Reply | UpdateCard]]:
        """A form's acknowledgement, and the cards that it does not carry."""
        key = deed.event.dedupe_key
        if refused is not None:
            return self._remembered(key, render.errors(refused.errors)), cards
        if not cards and key in self._answered:
            # The bot has taken it already, and the person has yet to see what came of it.
            return self._answered[key], []
        if cards and deed.way.origin.view:
            view = render.cards_view([effect.card for effect in cards], deed.way.origin)
            return self._remembered(key, {"response_action": "update", "view": view}), []
        return "", cards

    def _remembered(self, key: str, answer: render.Json) -> render.Json:
        self._answered[key] = answer
        if len(self._answered) > REMEMBERED:
            self._answered.popitem(last=False)
        return answer

    # --- showing -------------------------------------------------------------------------------

    async def _show(self, way: Way, form: Form | None, cards: Sequence[Reply | UpdateCard]) -> None:
        failed = form is not None and not await self._open(way, form)
        match way.surface:
            case Surface.HOME | Surface.MODAL:
                await self._in_views(way, cards, trigger_used=form is not None)
            case Surface.SHORTCUT if not way.respond:
                await self._in_views(way, cards, trigger_used=form is not None)
            case _:
                for effect in cards:
                    await self._one(way, effect)
        if failed:
            await self._privately(way, _in_every_language(_LATE))
        if way.surface is Surface.HOME or way.origin.view == "home":
            await self._publish(self._user(way.user))

    def _user(self, user_id: str) -> User:
        return User(self._adapter.platform, next(iter(self._adapter.workspaces)), user_id)

    async def _open(self, way: Way, form: Form) -> bool:
        """Open a form. ``False`` where Slack would not, which is told to the person."""
        view = render.view(form, _origin(way))
        opened = (
            self._client.views_push(trigger_id=way.trigger, view=view)
            if way.surface is Surface.MODAL
            else self._client.views_open(trigger_id=way.trigger, view=view)
        )
        try:
            await called(opened)
        except SendError as error:
            log.warning("form_not_opened", reason=str(error))
            return isinstance(error, Ambiguous)  # it may stand there
        return True

    async def _in_views(self, way: Way, effects: Sequence[Reply | UpdateCard], *, trigger_used: bool) -> None:
        """Cards in a modal, where there is no conversation to answer in."""
        if not effects:
            return
        view = render.cards_view([effect.card for effect in effects], _origin(way))
        try:
            if way.surface is Surface.MODAL:
                await called(self._client.views_update(view_id=way.view, view=view))
                return
            if not trigger_used:
                await called(self._client.views_open(trigger_id=way.trigger, view=view))
                return
        except SendError as error:
            log.warning("modal_not_shown", reason=str(error))
        for effect in effects:
            if not (isinstance(effect, Reply) and effect.fleeting):
                await self._in_person(way, effect.card)

    async def _one(self, way: Way, effect: Reply | UpdateCard) -> None:
        match effect:
            case UpdateCard(card=card):
                await self._replace(way, card)
            case Reply(card=card, private=False):
                await self._to_everybody(way, card)
            case Reply(card=card, fleeting=fleeting):
                await self._privately(way, card, fleeting=fleeting)
            case _:
                assert_never(effect)

    async def _replace(self, way: Way, card: Card) -> None:
        """Put a card in the place of the one that was used; where that is gone, show it anew."""
        try:
            if way.fleeting or not way.message:
                await self._respond(way, card, replace_original=True)
            else:
                await called(
                    self._client.chat_update(channel=way.channel, ts=way.message, **render.message(card))
                )
        except SendError as error:
            log.warning("card_not_replaced", reason=str(error))
            await self._privately(way, card)

    async def _privately(self, way: Way, card: Card, *, fleeting: bool = False) -> None:
        """Show a card to one person; if nothing else works and it may be kept, in their direct messages."""
        try:
            if way.surface is Surface.TEXT and way.channel.startswith("D"):
                await self._post(way, card)
            elif way.respond:
                await self._respond(way, card, response_type="ephemeral", replace_original=False)
            elif way.channel:
                await called(
                    self._client.chat_postEphemeral(
                        channel=way.channel, user=way.user, **_thread(way), **render.message(card)
                    )
                )
            else:
                raise Rejected("nowhere to answer")
        except SendError as error:
            log.warning("private_answer_not_shown", reason=str(error))
            if fleeting:
                view = render.cards_view([card], _origin(way))
                await called(self._client.views_open(trigger_id=way.trigger, view=view))
            else:
                await self._in_person(way, card)

    async def _in_person(self, way: Way, card: Card) -> None:
        channel = await self._adapter.conversation(way.user)
        await called(self._client.chat_postMessage(channel=channel, **render.message(card), **QUIET))

    async def _to_everybody(self, way: Way, card: Card) -> None:
        """Show a card to all who read the channel; by Slack's answer address where the bot is no member."""
        try:
            await self._post(way, card)
        except SendError as error:
            log.warning("notice_by_answer_address", reason=str(error))
            await self._respond(way, card, response_type="in_channel", replace_original=False)
            if isinstance(error, Unreachable):
                await self._privately(way, _in_every_language(_NO_MEMBER))

    async def _post(self, way: Way, card: Card) -> None:
        await called(
            self._client.chat_postMessage(
                channel=way.channel, **_thread(way), **render.message(card), **QUIET
            )
        )

    async def _respond(self, way: Way, card: Card, **how: Any) -> None:
        """Answer at the address that Slack gave with the deed.

        https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
        """
        if not way.respond:
            raise Rejected("no address to answer at")
        hook = AsyncWebhookClient(
            way.respond,
            session=self._client.session,
            proxy=self._client.proxy,
            logger=library_log,
            retry_handlers=[],
        )
        hook.proxy = self._client.proxy
        answer = await called(hook.send_dict({**render.message(card), **_thread(way), **how}))
        if answer.status_code != 200:
            raise Rejected(f"http_{answer.status_code}")
        if answer.body.startswith("{") and '"ok":false' in answer.body.replace(" ", ""):
            raise Rejected("refused at the answer address")

    async def _publish(self, user: User) -> None:
        view = render.home_view(await self._home(user))
        await called(self._client.views_publish(user_id=user.id, view=view))


def _is_private(effect: Reply | UpdateCard) -> bool:
    return isinstance(effect, UpdateCard) or effect.private


def _origin(way: Way) -> render.Origin:
    """Where a form that is opened now began."""
    if way.surface is Surface.MODAL:
        return way.origin
    if way.surface is Surface.HOME:
        return render.Origin(PlaceKind.DIRECT, view="home")
    if way.surface is Surface.SHORTCUT and not way.channel:
        return render.Origin(PlaceKind.DIRECT, view="modal")
    kind = PlaceKind.DIRECT if way.channel.startswith("D") else PlaceKind.CHANNEL
    return render.Origin(kind, way.channel, "" if way.fleeting else way.message)


def _thread(way: Way) -> render.Json:
    return {"thread_ts": way.thread} if way.thread else {}


def _in_every_language(text: str) -> Card:
    """A line in every language, for it is not known here which the person reads."""
    lines = "\n".join(say_in(language)(text) for language in LANGUAGES)
    return Card("Handrail", (Text(lines),), "Handrail")

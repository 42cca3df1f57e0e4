"""A card's picture is uploaded natively, below the card that describes it; where it fails the card stands."""

import pytest

from adapters.base import Address, Outgoing
from adapters.discord.client import open_client as open_discord
from adapters.discord.sender import DiscordAdapter
from adapters.slack.client import open_client as open_slack
from adapters.slack.sender import SlackAdapter
from handlers.chat import Card, Image, Text
from tests.discord import DiscordServer
from tests.slack import SlackServer
from tests.slack.installed import everything

PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)
CARD = Card("The week", (Text("Nine of ten answered."), Image(PNG, "A line that rises.")), "A digest.")


async def test_on_slack_the_picture_follows_the_card_and_tells_nothing_on_a_locked_screen() -> None:
    async with SlackServer(everything()) as slack:
        rivera = slack.add_user("U1", "Ms. Rivera")
        async with open_slack(slack.app.bot_token, slack.api_url) as client:
            adapter = SlackAdapter(client, {slack.workspace.team})
            await adapter.send(Outgoing(1, Address("slack", slack.workspace.team, "U1"), CARD))
        card, picture = rivera.dm
        assert "A line that rises." in card.text
        assert "A line that rises." in picture.text
        assert "rises" not in picture.notification
        (upload,) = slack.workspace.uploads.values()
        assert (upload.data, upload.shared) == (PNG, True)


@pytest.mark.parametrize("what", ["files.getUploadURLExternal", "files.completeUploadExternal"])
async def test_a_picture_that_slack_refuses_does_not_take_the_card_along(what: str) -> None:
    async with SlackServer(everything()) as slack:
        rivera = slack.add_user("U1", "Ms. Rivera")
        slack.faults.refuse(what, "internal_error")
        async with open_slack(slack.app.bot_token, slack.api_url) as client:
            adapter = SlackAdapter(client, {slack.workspace.team})
            await adapter.send(Outgoing(1, Address("slack", slack.workspace.team, "U1"), CARD))
        assert "A line that rises." in rivera.dm[0].text
        assert len(rivera.dm) == 1


async def test_on_discord_the_picture_stands_in_the_card() -> None:
    async with DiscordServer() as discord:
        rivera = discord.add_user("Ms. Rivera")
        async with open_discord(discord.app.token, discord.api_url) as client:
            adapter = DiscordAdapter(client, {str(discord.guild.id)})
            to = Address("discord", str(discord.guild.id), str(rivera.id))
            sent = await adapter.send(Outgoing(1, to, CARD))
            (message,) = rivera.dm
            assert "A line that rises." in message.text
            (attachment,) = message.message.attachments
            assert (attachment.data, attachment.description) == (PNG, "A line that rises.")
            await adapter.update(to, sent.reference, Card("Over", (Text("Nothing to see."),), "A digest."))
            assert rivera.dm[0].message.attachments == []

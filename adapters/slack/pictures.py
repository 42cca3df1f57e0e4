"""Pictures on Slack: uploaded, and shown as a message of their own below the card that describes them.

An image block shows only what everybody who reads it may open already, some moments after it was uploaded; a
file that is shared into a conversation is shown there by Slack itself as soon as it can be.
https://docs.slack.dev/messaging/working-with-files#uploading_files
"""

from slack_sdk.web.async_client import AsyncWebClient

from adapters.base import Rejected
from adapters.slack.client import called
from handlers.chat import Card, Image

NAME = "picture.png"


async def show(client: AsyncWebClient, channel: str, card: Card) -> None:
    """Share a card's pictures into a conversation. Raises one of :class:`adapters.base.SendError`."""
    for block in card.blocks:
        if isinstance(block, Image):
            await _share(client, channel, block)


async def _share(client: AsyncWebClient, channel: str, image: Image) -> None:
    place = await called(
        client.files_getUploadURLExternal(filename=NAME, length=len(image.png), alt_txt=image.alt)
    )
    status = await called(_upload(client, place["upload_url"], image.png))
    if status != 200:
        raise Rejected(f"http_{status}")
    # Without a title: it would stand in the notification.
    files = [{"id": place["file_id"]}]
    await called(client.files_completeUploadExternal(files=files, channel_id=channel))


async def _upload(client: AsyncWebClient, address: str, png: bytes) -> int:
    if client.session is None:
        raise Rejected("no session to upload with")
    async with client.session.post(address, data=png, proxy=client.proxy) as answer:
        return answer.status

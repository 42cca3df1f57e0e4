"""Files: announced, sent to the address that Slack gives, and shared into a conversation.

https://docs.slack.dev/messaging/working-with-files#uploading_files
"""

from __future__ import annotations

from tests.slack.api import Arguments, SlackError, method
from tests.slack.core import Slack
from tests.slack.methods_chat import postable
from tests.slack.workspace import Json, Message, Upload

ALT_LONGEST = 1_000


@method(
    "files.getUploadURLExternal",
    "files:write",
    required="filename length",
    types={"filename": str, "length": int, "alt_txt": str, "snippet_type": str},
)
async def upload_address(slack: Slack, arguments: Arguments) -> Json:
    length = int(arguments.get("length"))
    if length < 1:
        raise SlackError("invalid_arguments")
    if len(arguments.text("alt_txt")) > ALT_LONGEST:
        raise SlackError("alt_txt_too_large")
    made = Upload(
        id=f"F{slack.workspace.number():010}",
        name=arguments.text("filename"),
        length=length,
        alt=arguments.text("alt_txt"),
    )
    slack.workspace.uploads[made.id] = made
    return {"upload_url": f"{slack.url}/upload/{made.id}", "file_id": made.id}


@method(
    "files.completeUploadExternal",
    "files:write",
    required="files",
    types={"files": list, "channel_id": str, "initial_comment": str, "thread_ts": str},
)
async def complete(slack: Slack, arguments: Arguments) -> Json:
    given = arguments.get("files")
    found = [slack.workspace.uploads.get(each["id"]) for each in given]
    ready = [each for each in found if each is not None and len(each.data) == each.length and not each.shared]
    if len(ready) != len(given):
        raise SlackError("file_not_found")
    if arguments.text("channel_id"):
        place = postable(slack, arguments.text("channel_id"))
        message = Message(
            ts=slack.workspace.moment(),
            user=slack.app.bot_user,
            text=arguments.text("initial_comment"),
            by_app=True,
            subtype="file_share",
            file_alts=tuple(each.alt for each in ready),
        )
        slack.publish(place, message)
    for each in ready:
        each.shared = True
    return {"files": [{"id": each.id, "title": each.name} for each in ready]}

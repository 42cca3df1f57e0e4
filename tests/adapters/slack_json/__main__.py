"""Write what Slack is told of every picture: ``python -m tests.adapters.slack_json``."""

from tests.adapters.slack_json import FOLDER, keep

keep()
print(f"Written to {FOLDER}. Look at what differs before you commit it.")

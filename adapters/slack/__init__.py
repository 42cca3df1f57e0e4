"""Slack: Block Kit out, events in, over Socket Mode or signed HTTP."""

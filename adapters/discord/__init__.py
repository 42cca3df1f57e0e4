"""Discord, on discord.py: its gateway for what people do, its HTTP client for what they are told."""

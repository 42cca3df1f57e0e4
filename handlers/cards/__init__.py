"""What the bot says, as pure functions from facts to cards. All texts that people read stand here."""

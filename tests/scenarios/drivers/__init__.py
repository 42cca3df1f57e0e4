"""One driver for each platform: a person's hands and eyes there."""

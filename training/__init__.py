"""Makes the weights of the learned reader from the texts in ``texts/`` and says how good they are."""

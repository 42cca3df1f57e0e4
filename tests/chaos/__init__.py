"""Bots as real processes that are killed, frozen and started again, on a platform that outlives them."""

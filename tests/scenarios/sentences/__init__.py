"""Every sentence that a scenario can say. ``README.md`` in the folder above lists them for people."""

from tests.scenarios.sentences import deeds, forms, looks, setting

__all__ = ["deeds", "forms", "looks", "setting"]

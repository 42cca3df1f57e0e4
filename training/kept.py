"""Finished fits are kept in ``build/training``, so that ``make train`` goes on where it was stopped."""

from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

FOLDER: Final = Path(__file__).resolve().parents[1] / "build" / "training"


def kept(
    name: str,
    made_from: Sequence[str | bytes],
    make: Callable[[], dict[str, NDArray[Any]]],
    folder: Path = FOLDER,
) -> dict[str, NDArray[Any]]:
    """What ``make`` gives, made only once for the same ``made_from``."""
    mark = sha256()
    for each in made_from:
        mark.update(sha256(each.encode() if isinstance(each, str) else each).digest())
    path = folder / f"{name}-{mark.hexdigest()[:16]}.npz"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        made: dict[str, Any] = make()
        half = path.with_suffix(".half.npz")
        np.savez(half, **made)
        half.replace(path)
    with np.load(path, allow_pickle=False) as found:
        return {key: found[key] for key in found.files}

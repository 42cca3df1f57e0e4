"""A certificate of service hours: a PDF of one page, drawn by matplotlib, which is there for the charts."""

from dataclasses import dataclass
from io import BytesIO
from textwrap import wrap
from typing import TYPE_CHECKING, Any
from unicodedata import bidirectional, combining, normalize

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PAGE = (11.69, 8.27)
"""Inches: A4, lying."""
INK, QUIET, LINE = "#22252b", "#5d636e", "#2f7f79"


@dataclass(frozen=True)
class Certificate:
    """What stands on it, in the reader's language; no word of what any of the hours were about."""

    title: str
    name: str
    lines: tuple[str, ...]
    signature: str
    made: str


def draw_certificate(content: Certificate) -> bytes | None:
    """The PDF; ``None`` where a name has letters that it cannot show, such as Chinese or Arabic ones.

    Slow: let a process of its own do it (:mod:`handlers.apart`).
    """
    if not _can_be_drawn(content):
        return None
    from matplotlib.backends.backend_pdf import FigureCanvasPdf  # noqa: PLC0415 - 50 MB, seldom needed
    from matplotlib.figure import Figure  # noqa: PLC0415
    from matplotlib.lines import Line2D  # noqa: PLC0415
    from matplotlib.patches import Rectangle  # noqa: PLC0415

    figure = Figure(figsize=PAGE, facecolor="white")
    frame = Rectangle((0.03, 0.04), 0.94, 0.92, fill=False, linewidth=3, edgecolor=LINE)
    figure.add_artist(frame)
    _write(figure, 0.5, 0.80, content.title, ha="center", size=26, color=QUIET)
    name = wrap(content.name, 34)[:2]
    _write(figure, 0.5, 0.66, "\n".join(name), ha="center", va="center", size=40, weight="bold", color=INK)
    lines = [part for line in content.lines for part in (wrap(line, 72) or [""])]
    body = "\n".join(lines[:6])
    _write(figure, 0.5, 0.46, body, ha="center", va="center", size=18, color=INK, linespacing=1.6)
    figure.add_artist(Line2D((0.58, 0.9), (0.2, 0.2), color=INK, linewidth=1))
    _write(figure, 0.58, 0.155, content.signature, ha="left", size=12, color=QUIET)
    _write(figure, 0.1, 0.155, content.made, ha="left", size=12, color=QUIET)
    file = BytesIO()
    FigureCanvasPdf(figure).print_pdf(file, metadata={"CreationDate": None, "Title": content.title})  # type: ignore[no-untyped-call]
    return file.getvalue()


def _write(figure: "Figure", x: float, y: float, text: str, **how: Any) -> None:
    """Plain text: two dollar signs in a name are no formula."""
    figure.text(x, y, normalize("NFC", text), parse_math=False, **how)


def _can_be_drawn(content: Certificate) -> bool:
    """Whether the font has every letter, and none that has to be joined or runs from right to left."""
    from matplotlib.font_manager import FontProperties, findfont, get_font  # noqa: PLC0415 - with the rest

    texts = (content.title, *content.lines, content.signature, content.made)
    for weight, text in (("bold", content.name), ("normal", "".join(texts))):
        known = get_font(findfont(FontProperties(weight=weight))).get_charmap()
        letters = [letter for letter in normalize("NFC", text) if not letter.isspace()]
        if any(
            ord(each) not in known or combining(each) or bidirectional(each) in ("R", "AL")
            for each in letters
        ):
            return False
    return True

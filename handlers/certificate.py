"""A certificate of service hours: a PDF of one page, drawn by matplotlib, which is there for the charts."""

from dataclasses import dataclass
from io import BytesIO
from textwrap import wrap

from handlers.supervision_chart import ALONE

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


def draw_certificate(content: Certificate) -> bytes:
    """The PDF. Slow the first time: call it beside the event loop."""
    with ALONE:
        from matplotlib.backends.backend_pdf import FigureCanvasPdf  # noqa: PLC0415 - 50 MB, seldom needed
        from matplotlib.figure import Figure  # noqa: PLC0415
        from matplotlib.lines import Line2D  # noqa: PLC0415
        from matplotlib.patches import Rectangle  # noqa: PLC0415

        figure = Figure(figsize=PAGE, facecolor="white")
        frame = Rectangle((0.03, 0.04), 0.94, 0.92, fill=False, linewidth=3, edgecolor=LINE)
        figure.add_artist(frame)
        figure.text(0.5, 0.80, content.title, ha="center", size=26, color=QUIET)
        name = wrap(content.name, 34)[:2]
        figure.text(0.5, 0.66, "\n".join(name), ha="center", va="center", size=40, weight="bold", color=INK)
        lines = [part for line in content.lines for part in (wrap(line, 72) or [""])]
        figure.text(
            0.5, 0.46, "\n".join(lines[:6]), ha="center", va="center", size=18, color=INK, linespacing=1.6
        )
        figure.add_artist(Line2D((0.58, 0.9), (0.2, 0.2), color=INK, linewidth=1))
        figure.text(0.58, 0.155, content.signature, ha="left", size=12, color=QUIET)
        figure.text(0.1, 0.155, content.made, ha="left", size=12, color=QUIET)
        file = BytesIO()
        FigureCanvasPdf(figure).print_pdf(file, metadata={"CreationDate": None, "Title": content.title})  # type: ignore[no-untyped-call]
        return file.getvalue()

"""Charts as pictures, drawn by matplotlib in a process of its own.

Read on a phone, where the picture is some 360 points wide: letters are 12 points there or more. The ground is
light and solid, with dark letters, so that it reads the same on a dark screen. Colours differ in brightness
too, and bars carry their numbers, so that nobody needs to tell colours apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from handlers.apart import apart

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.transforms import Transform

WIDTH, DPI = 5.0, 144
"""Inches and dots: 720 pixels, which a phone shows on 360 points."""
GROUND, INK, QUIET = "#fbfaf7", "#22252b", "#5d636e"
COLOURS = ("#2f7f79", "#e3a63c", "#b4472f", "#5b6fb0", "#8a8f98")
TRACK = "#e6e3da"
_LIGHT = frozenset({"#e3a63c", TRACK})
MARGIN, HEAD, FOOT, LINE, BAR = 0.055, 0.62, 0.22, 0.26, 0.62
"""A share of the width, and inches: the title's, below a panel, a line of names, one bar with its label."""
COLUMN, NUMBER = 2.4, 0.19
"""Inches: the highest column, and what a number in it needs."""
LONGEST, FITS = 42, 48
"""Characters of what stands above a bar, and of all names of parts that fit into one line."""


@dataclass(frozen=True)
class Stack:
    """Columns of several parts. ``columns`` are labels; each of ``parts`` a name, and a number a column.

    ``rest`` is a last part that is drawn like empty ground: what is missing to the whole.
    """

    title: str
    columns: tuple[str, ...]
    parts: tuple[tuple[str, tuple[int, ...]], ...]
    rest: tuple[str, tuple[int, ...]] | None = None

    @property
    def drawn(self) -> tuple[tuple[str, tuple[int, ...], str], ...]:
        """Every part from the ground up, with its colour."""
        coloured = tuple((*part, colour) for part, colour in zip(self.parts, COLOURS, strict=False))
        return coloured if self.rest is None else (*coloured, (*self.rest, TRACK))


@dataclass(frozen=True)
class Bars:
    """Lying bars: label, length, and what is written at the end. ``full``: the longest there can be."""

    title: str
    bars: tuple[tuple[str, float, str], ...]
    full: float = 0


Panel = Stack | Bars


async def draw(panels: Sequence[Panel]) -> bytes:
    """A PNG of panels below each other. Raises :class:`~handlers.apart.WorkFailed`."""
    return (await draw_each([panels]))[0]


async def draw_each(pictures: Sequence[Sequence[Panel]]) -> list[bytes]:
    """The same for several pictures at once."""
    return await apart(_draw_each, [tuple(panels) for panels in pictures])


def _draw_each(pictures: list[tuple[Panel, ...]]) -> list[bytes]:
    return [_draw(panels) for panels in pictures]


def _draw(panels: tuple[Panel, ...]) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - 50 MB, only where it draws
    from matplotlib.figure import Figure  # noqa: PLC0415

    heights = [_height(panel) for panel in panels]
    figure = Figure(figsize=(WIDTH, sum(heights)), dpi=DPI, facecolor=GROUND)
    top = sum(heights)
    for panel, height in zip(panels, heights, strict=True):
        top -= height
        _fill(figure, panel, top / sum(heights), height / sum(heights), height)
    file = BytesIO()
    FigureCanvasAgg(figure).print_png(file)  # type: ignore[no-untyped-call]
    return file.getvalue()


def _height(panel: Panel) -> float:
    """Inches."""
    if isinstance(panel, Stack):
        return HEAD + COLUMN + 0.5 + FOOT + LINE * _rows(panel)
    return HEAD + BAR * max(1, len(panel.bars)) + FOOT


def _rows(panel: Stack) -> int:
    """Lines that the names of the parts take: one if all of them fit, else two names a line."""
    return 1 if sum(len(name) + 5 for name, _, _ in panel.drawn) <= FITS else -(-len(panel.drawn) // 2)


def _fill(figure: "Figure", panel: Panel, bottom: float, share: float, inches: float) -> None:
    """Draw one panel between two heights of the figure."""
    below = FOOT + (LINE * _rows(panel) + 0.5 if isinstance(panel, Stack) else 0)
    axes = figure.add_axes(
        (MARGIN, bottom + share * below / inches, 1 - 2 * MARGIN, share * (inches - below - HEAD) / inches)
    )
    axes.set_facecolor(GROUND)
    for side in axes.spines.values():
        side.set_visible(False)
    axes.tick_params(length=0, colors=INK, labelsize=12)
    title = bottom + share * (1 - 0.2 / inches)
    figure.text(MARGIN, title, panel.title, ha="left", va="top", size=14, weight="bold", color=INK)
    if isinstance(panel, Stack):
        _stack(axes, panel)
    else:
        _bars(axes, panel)


def _stack(axes: "Axes", panel: Stack) -> None:
    at = range(len(panel.columns))
    below = [0] * len(panel.columns)
    highest = max((sum(each) for each in zip(*(part for _, part, _ in panel.drawn), strict=True)), default=0)
    for name, numbers, colour in panel.drawn:
        axes.bar(
            at, numbers, bottom=below, color=colour, width=0.76, label=name, edgecolor=GROUND, linewidth=1.5
        )
        for place, (number, start) in enumerate(zip(numbers, below, strict=True)):
            if number and COLUMN * number >= highest * NUMBER:  # a lower part has no room for its number
                ink = INK if colour in _LIGHT else "white"
                axes.text(
                    place, start + number / 2, str(number), ha="center", va="center", color=ink, size=12
                )
        below = [start + number for start, number in zip(below, numbers, strict=True)]
    axes.set_xticks(list(at), list(panel.columns))
    axes.set_yticks([])
    axes.set_ylim(0, max(highest, 1))
    axes.set_xlim(-0.5, max(len(panel.columns), 4) - 0.5)
    axes.legend(
        loc="upper left",
        bbox_to_anchor=(0, 0),
        bbox_transform=axes.transAxes + _down(axes, 0.55),
        ncols=len(panel.drawn) if _rows(panel) == 1 else 2,
        frameon=False,
        fontsize=12,
        labelcolor=INK,
        handlelength=0.9,
        handletextpad=0.4,
        columnspacing=1.0,
        borderpad=0,
        borderaxespad=0,
    )


def _down(axes: "Axes", inches: float) -> "Transform":
    from matplotlib.transforms import ScaledTranslation  # noqa: PLC0415

    return ScaledTranslation(0, -inches, axes.get_figure().dpi_scale_trans)  # type: ignore[union-attr]


def _bars(axes: "Axes", panel: Bars) -> None:
    """Each with its label above it, so that a long one has room."""
    at = list(range(len(panel.bars)))
    longest = panel.full or max((length for _, length, _ in panel.bars), default=0) or 1
    axes.barh(at, [longest] * len(at), color=TRACK, height=0.34, align="edge")
    axes.barh(at, [length for _, length, _ in panel.bars], color=COLOURS[0], height=0.34, align="edge")
    for place, (label, _, end) in enumerate(panel.bars):
        axes.text(0, place - 0.1, _cut(label, end), ha="left", va="bottom", color=INK, size=12)
        axes.text(longest, place - 0.1, end, ha="right", va="bottom", color=INK, size=12)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.set_ylim(max(len(at), 1) - 0.5, -0.5)
    axes.set_xlim(0, longest)


def _cut(label: str, end: str) -> str:
    room = LONGEST - len(end)
    return label if len(label) <= room else f"{label[: room - 1]}…"

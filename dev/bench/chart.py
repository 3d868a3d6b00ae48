"""The chart: lines over steps, as SVG that is read in light and in dark, with the reader's own fonts. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

_WIDTH, _HEIGHT = 720, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 150, 50, 60

_STYLE = """
text { font: 13px system-ui, sans-serif; fill: #24292f }
.title { font-size: 15px; font-weight: 600 }
.grid { stroke: #d0d7de; stroke-width: 1 }
.line { fill: none; stroke-width: 2.5 }
.a { stroke: #0969da } .b { stroke: #bc4c00 }
circle.a { fill: #0969da } circle.b { fill: #bc4c00 }
.dashed { stroke-dasharray: 6 4; stroke-width: 1.5 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .grid { stroke: #3d444d }
  .a { stroke: #58a6ff } .b { stroke: #f0883e }
  circle.a { fill: #58a6ff } circle.b { fill: #f0883e }
}
"""


class Line(NamedTuple):
    """A line: its name, the classes of the style, and a value for each step."""

    name: str
    style: str
    values: Sequence[float]


def chart(title: str, x_label: str, y_label: str, steps: Sequence[str], lines: Sequence[Line]) -> str:
    """The SVG. ValueError for a value that is no finite number, or a line without one value per step."""
    for line in lines:
        if len(line.values) != len(steps) or not all(math.isfinite(value) and value >= 0 for value in line.values):
            raise ValueError(f"{line.name} cannot be drawn")
    top = ceiling(max((value for line in lines for value in line.values), default=1.0))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img">',
        f"<title>{escape(title)}</title>",
        f"<style>{_STYLE}</style>",
        _text(_LEFT, 24, title, "title", "start"),
        *_scale(top),
        *(_text(_x(place, len(steps)), _HEIGHT - _BOTTOM + 22, step) for place, step in enumerate(steps)),
        _text((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 14, x_label),
        f'<g transform="rotate(-90 18 {_HEIGHT / 2})">{_text(18, _HEIGHT / 2, y_label)}</g>',
        *(_drawn(line, top) for line in lines),
        *_names(lines, top),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def ceiling(value: float) -> float:
    """The round number (1, 2, 2.5 or 5 times a power of ten) at or above `value` where the scale ends."""
    power = 10.0 ** math.floor(math.log10(value)) if value > 0 else 1.0
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= value)


def _x(place: int, count: int) -> float:
    return _LEFT + 20 + (_WIDTH - _LEFT - _RIGHT - 40) * (place / (count - 1) if count > 1 else 0.5)


def _y(value: float, top: float) -> float:
    return _HEIGHT - _BOTTOM - (_HEIGHT - _TOP - _BOTTOM) * value / top


def _scale(top: float) -> list[str]:
    parts = []
    for number in range(6):
        value = top * number / 5
        y = _y(value, top)
        parts.append(f'<line class="grid" x1="{_LEFT}" y1="{y:.1f}" x2="{_WIDTH - _RIGHT}" y2="{y:.1f}"/>')
        parts.append(_text(_LEFT - 8, y + 4, f"{value:g}", anchor="end"))
    return parts


def _drawn(line: Line, top: float) -> str:
    points = [(_x(place, len(line.values)), _y(value, top)) for place, value in enumerate(line.values)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    circles = "".join(f'<circle class="{line.style}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>' for x, y in points)
    return f'<polyline class="line {line.style}" points="{path}"/>{circles}'


def _names(lines: Sequence[Line], top: float) -> list[str]:
    """The name of each line beside its end, moved apart where ends are close."""
    names = []
    above = -math.inf
    for line in sorted(lines, key=lambda line: -line.values[-1]):
        y = max(_y(line.values[-1], top), above + 18)
        names.append(_text(_WIDTH - _RIGHT + 4, y + 4, line.name, anchor="start"))
        above = y
    return names


def _text(x: float, y: float, content: str, style: str = "", anchor: str = "middle") -> str:
    kind = f' class="{style}"' if style else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{kind}>{escape(content)}</text>'

"""Draws curves side by side as SVG text, readable on light and dark pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

_WIDTH, _HEIGHT = 360, 250  # of a panel with its margins, px
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 14, 34, 62
_COLOURS = ("#c2410c", "#0369a1", "#15803d", "#7e22ce")
_MARKS = ("", "6 3", "2 3", "8 3 2 3")
_GREY = "#808080"
_TEXT = 'font-family="sans-serif" font-size="11" fill="#808080"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One line; `values` are from 0 to 100, one for each label of the axis."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """Curves that share a frame."""

    title: str
    curves: tuple[Curve, ...]


def draw(panels: Sequence[Panel], *, labels: Sequence[str], axis: str, level: float, named: str) -> str:
    """Return the SVG.

    Args:
        labels: of the places on the horizontal axis, from left to right; `axis` is what they are.
        level: a dotted line across each panel (0 to 100), called `named`.
    """
    parts = [_panel(panel, number * _WIDTH, labels, axis, level, named) for number, panel in enumerate(panels)]
    size = f'width="{_WIDTH * len(panels)}" height="{_HEIGHT}" viewBox="0 0 {_WIDTH * len(panels)} {_HEIGHT}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>\n' + "\n".join(parts) + "\n</svg>\n"


def _panel(panel: Panel, left: int, labels: Sequence[str], axis: str, level: float, named: str) -> str:
    right = _WIDTH - _RIGHT
    lines = [f'<g transform="translate({left} 0)">', _label(_LEFT, 18, panel.title, "start", weight="bold")]
    for value in range(0, 101, 20):
        lines.append(_line(_LEFT, _y(value), right, _y(value), _GREY, 'stroke-opacity="0.3"'))
        lines.append(_label(_LEFT - 6, _y(value) + 4, str(value), "end"))
    lines.append(_line(_LEFT, _y(level), right, _y(level), _GREY, 'stroke-dasharray="1 3"'))
    lines.append(_label(right, _y(level) - 4, named, "end"))
    for number, label in enumerate(labels):
        lines.append(_label(_x(number, len(labels)), _HEIGHT - _BOTTOM + 15, label, "middle"))
    lines.append(_label((_LEFT + right) / 2, _HEIGHT - _BOTTOM + 30, axis, "middle"))
    for number, curve in enumerate(panel.curves):
        lines += _curve(curve, number, len(labels))
    return "\n".join([*lines, "</g>"])


def _curve(curve: Curve, number: int, count: int) -> list[str]:
    colour, dashes = _COLOURS[number % len(_COLOURS)], f'stroke-dasharray="{_MARKS[number % len(_MARKS)]}"'
    places = [(_x(place, count), _y(value)) for place, value in enumerate(curve.values)]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    left = _LEFT + number * 104
    return [
        f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2" {dashes}/>',
        *(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{colour}"/>' for x, y in places),
        _line(left, _HEIGHT - 14, left + 18, _HEIGHT - 14, colour, f'stroke-width="2" {dashes}'),
        _label(left + 23, _HEIGHT - 10, curve.name, "start"),
    ]


def _x(number: int, count: int) -> float:
    return _LEFT + 14 + number * (_WIDTH - _LEFT - _RIGHT - 28) / max(1, count - 1)


def _y(value: float) -> float:
    return _HEIGHT - _BOTTOM - value / 100 * (_HEIGHT - _TOP - _BOTTOM)


def _line(x1: float, y1: float, x2: float, y2: float, colour: str, more: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" {more}/>'


def _label(x: float, y: float, text: str, anchor: str, *, weight: str = "normal") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-weight="{weight}"'
    return f"<text {place} {_TEXT}>{escape(text)}</text>"

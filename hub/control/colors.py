"""Whether a reported colour is the one that was asked for, across the ways in which devices say colours."""

import colorsys
from collections.abc import Mapping

from hub.contracts.device import StateScalar
from hub.contracts.messages import Params

_HUE = 8.0  # degrees on the colour circle
_SATURATION = 8.0  # %
_XY = 0.03
_HUES: Mapping[str, tuple[float, float]] = {
    "red": (0, 100), "orange": (30, 100), "yellow": (60, 100), "green": (120, 100), "cyan": (180, 100),
    "turquoise": (174, 72), "blue": (240, 100), "purple": (277, 87), "violet": (277, 87), "magenta": (300, 100),
    "pink": (340, 60), "white": (0, 0),
}  # fmt: skip


def is_color(fresh: Mapping[str, StateScalar], params: Params) -> bool:
    """Tell whether the fresh state fields show the colour of the parameters (color, hs, rgb or xy)."""
    name = params.get("color")
    if isinstance(name, str) and fresh.get("color") == name:
        return True
    xy, said_xy = params.get("xy"), fresh.get("color_xy")
    if isinstance(xy, tuple) and isinstance(said_xy, tuple):
        return all(abs(a - b) <= _XY for a, b in zip(xy, said_xy, strict=False))
    wanted, said = _hs_of(params), _hs_of({key.removeprefix("color_"): value for key, value in fresh.items()})
    if wanted is None or said is None:
        return False
    turn = abs(wanted[0] - said[0]) % 360
    is_gray = min(wanted[1], said[1]) <= _SATURATION  # the hue of white means nothing
    return (is_gray or min(turn, 360 - turn) <= _HUE) and abs(wanted[1] - said[1]) <= _SATURATION


def _hs_of(values: Mapping[str, StateScalar]) -> tuple[float, float] | None:
    hs, rgb, name = values.get("hs"), values.get("rgb"), values.get("color")
    if isinstance(hs, tuple) and len(hs) == 2:
        return hs[0], hs[1]
    if isinstance(rgb, tuple) and len(rgb) == 3:
        hue, saturation, _ = colorsys.rgb_to_hsv(*(part / 255 for part in rgb))
        return hue * 360, saturation * 100
    return _HUES.get(name) if isinstance(name, str) else None

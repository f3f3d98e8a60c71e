"""Colours as Zigbee has them, CIE 1931 x and y in 1/65536, and as a text "#rrggbb" (sRGB, IEC 61966-2-1)."""

from typing import Final

_SCALE: Final = 65536
_MOST: Final = 0xFEFF
"""The largest CurrentX and CurrentY (ZCL 5.2.2.2.1.4)."""

_LINEAR_BELOW: Final = 0.0031308
_ENCODED_BELOW: Final = 0.04045


def from_xy(x: float, y: float) -> str:
    """Return the brightest sRGB colour of a chromaticity; what is beyond sRGB becomes the nearest on each axis."""
    share_x, share_y = x / _SCALE, max(y / _SCALE, 1e-6)
    tristimulus = share_x / share_y, 1.0, max(1 - share_x - share_y, 0.0) / share_y
    linear = [max(sum(part * value for part, value in zip(row, tristimulus, strict=True)), 0.0) for row in _FROM_XYZ]
    peak = max(linear) or 1.0
    parts = (round(_encode(value / peak) * 255) for value in linear)
    return "#{:02x}{:02x}{:02x}".format(*parts)


def to_xy(color: str) -> tuple[int, int]:
    """Return the chromaticity of a colour "#rrggbb"; black has that of white."""
    linear = [_decode(part / 255) for part in bytes.fromhex(color[1:])]
    if not any(linear):
        linear = [1.0, 1.0, 1.0]
    tristimulus = [sum(part * value for part, value in zip(row, linear, strict=True)) for row in _TO_XYZ]
    total = sum(tristimulus)
    x, y = (min(round(value / total * _SCALE), _MOST) for value in tristimulus[:2])
    return x, y


def _encode(linear: float) -> float:
    return 12.92 * linear if linear <= _LINEAR_BELOW else 1.055 * linear ** (1 / 2.4) - 0.055


def _decode(encoded: float) -> float:
    return encoded / 12.92 if encoded <= _ENCODED_BELOW else ((encoded + 0.055) / 1.055) ** 2.4


_TO_XYZ: Final = (
    (0.4124564, 0.3575761, 0.1804375),
    (0.2126729, 0.7151522, 0.0721750),
    (0.0193339, 0.1191920, 0.9503041),
)
_FROM_XYZ: Final = (
    (3.2404542, -1.5371385, -0.4985314),
    (-0.9692660, 1.8760108, 0.0415560),
    (0.0556434, -0.2040259, 1.0572252),
)

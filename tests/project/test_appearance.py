"""What the user sees of the integration besides words: icons.json and the brand picture."""

import re
import struct
import zlib

from homeassistant.components.sensor import SensorDeviceClass
import pytest

from .platforms import budget_rows, platform_rows, rule_rows
from .repository import INTEGRATION, read_json

PLAIN = (None, SensorDeviceClass.ENUM)
"""Device classes without an icon of their own: that of an enumeration is an eye, whatever it says."""

ICONS = read_json(INTEGRATION / "icons.json")


def icon_names(part: object) -> list[str]:
    if isinstance(part, dict):
        return [name for value in part.values() for name in icon_names(value)]
    return [str(part)]


def test_icons_are_of_the_one_set_that_is_allowed() -> None:
    names = icon_names(ICONS)
    assert names
    assert all(re.fullmatch(r"mdi:[a-z0-9-]+", name) for name in names)
    assert set(ICONS) <= {"conditions", "entity", "services", "triggers"}


def test_every_entity_whose_device_class_has_no_icon_has_one_and_no_other_has() -> None:
    entity = ICONS["entity"]
    assert isinstance(entity, dict)
    given = {(platform, key) for platform, keys in entity.items() for key in keys}
    needed = {
        (platform, row.key) for platform, rows in platform_rows().items() for row in rows if row.device_class in PLAIN
    }
    assert needed
    needed |= {(platform, key) for platform, key, has_class in (*budget_rows(), *rule_rows()) if not has_class}
    assert given == needed
    assert all("default" in icon for keys in entity.values() for icon in keys.values())


def read_png(name: str) -> tuple[int, int, list[bytes]]:
    """Return width, height and the unfiltered rows of an 8-bit RGBA PNG (W3C PNG, 5.2 and 9.2), not interlaced."""
    content = (INTEGRATION / "brand" / name).read_bytes()
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, at = [], 8
    while at < len(content):
        (length,) = struct.unpack_from(">I", content, at)
        chunks.append((content[at + 4 : at + 8], content[at + 8 : at + 8 + length]))
        at += 12 + length
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", chunks[0][1])
    assert (depth, colour, interlaced) == (8, 6, 0), "8-bit RGBA, not interlaced"
    data = zlib.decompress(b"".join(body for kind, body in chunks if kind == b"IDAT"))
    return width, height, [data[row * (width * 4 + 1) :][: width * 4 + 1] for row in range(height)]


@pytest.mark.parametrize(("name", "size"), (("icon.png", 256), ("icon@2x.png", 512)))
def test_brand_picture_is_square_with_transparent_corners(name: str, size: int) -> None:
    width, height, rows = read_png(name)
    assert (width, height) == (size, size)
    # A first row without filter, or filtered against its left neighbour, starts with the first pixel itself.
    assert rows[0][4] == 0
    assert not any(rows[0][1:]), "the first row is wholly transparent"
    assert any(any(row[1:]) for row in rows)

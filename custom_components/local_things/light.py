"""Lights: on and off, and as a Thing has them brightness, colour and colour temperature."""

from collections.abc import Mapping
import re
from typing import Final, cast, override

from homeassistant.components.light import (
    ATTR_BRIGHTNESS,
    ATTR_COLOR_TEMP_KELVIN,
    ATTR_HS_COLOR,
    ATTR_RGB_COLOR,
    DEFAULT_MAX_KELVIN,
    DEFAULT_MIN_KELVIN,
    ColorMode,
    LightEntity,
    LightEntityDescription,
)
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util.color import brightness_to_value, value_to_brightness

from .coordinator import ThingCoordinator
from .discovery import add_entities, makers
from .entity import EntityPlan, ThingEntity
from .roster import ThingConfigEntry
from .things.model import Value

PARALLEL_UPDATES = 0  # the adapter queues requests per device itself

# Level is a fraction; Home Assistant's helpers scale between 1 and a whole number, so per cent it is.
_PER_CENT: Final = (1, 100)
_COLOR: Final = re.compile(r"#[0-9a-fA-F]{6}")
_FULL: Final = 255
_COLORS: Final = ((ColorMode.RGB, ("color",)), (ColorMode.HS, ("hue", "saturation")))

type _Rgb = tuple[int, int, int]

ROWS = (LightEntityDescription(key="light"),)


class ThingLight(ThingEntity, LightEntity):
    """Combines a writable on/off property with those beside it.

    Roles: value, level, color ("#rrggbb"), hue and saturation, color_temperature. Of a Thing that tells its colour
    both ways the first is used; a colour without a level is dimmed by its own brightness.
    """

    entity_description: LightEntityDescription

    def __init__(self, coordinator: ThingCoordinator, plan: EntityPlan, row: LightEntityDescription) -> None:
        """Offer what the Thing has."""
        super().__init__(coordinator, plan, row)
        self._roles: dict[ColorMode, tuple[str, ...]] = {}
        if "color_temperature" in plan.roles:
            self._roles[ColorMode.COLOR_TEMP] = ("color_temperature",)
        self._roles.update([one for one in _COLORS if one[1][0] in plan.roles][:1])
        plain = ColorMode.BRIGHTNESS if "level" in plan.roles else ColorMode.ONOFF
        self._attr_supported_color_modes = set(self._roles) or {plain}
        self._plain = plain
        self._dims_by_color = ColorMode.RGB in self._roles and "level" not in plan.roles
        self._last_used: ColorMode | None = None
        self._seen = self._colors()
        schema = self.thing_schema("color_temperature")
        self._attr_min_color_temp_kelvin = round(schema.minimum or DEFAULT_MIN_KELVIN)
        self._attr_max_color_temp_kelvin = round(schema.maximum or DEFAULT_MAX_KELVIN)

    @property
    @override
    def is_on(self) -> bool | None:
        """The value; None while it is not known."""
        return self.thing_flag()

    @property
    @override
    def color_mode(self) -> ColorMode:
        """What was used last, by us or at the device; before, the first that is known."""
        known = (mode for mode, values in self._colors().items() if None not in values)
        return self._last_used or next(known, next(iter(self._roles), self._plain))

    @property
    @override
    def brightness(self) -> int | None:
        """The level as 1…255, or the brightness of the colour."""
        if self._dims_by_color:
            color = self._rgb() if self.color_mode is ColorMode.RGB else None
            return max(color) if color else None
        level = self.thing_number("level")
        return None if level is None else value_to_brightness(_PER_CENT, level * 100)

    @property
    @override
    def rgb_color(self) -> tuple[int, int, int] | None:
        """The colour, at full brightness where it carries the brightness; None while it is not known."""
        color = self._rgb()
        return _scaled(color, _FULL) if color and self._dims_by_color else color

    @property
    @override
    def hs_color(self) -> tuple[float, float] | None:
        """The hue in degrees and the saturation in per cent; None while one is not known."""
        hue, saturation = self.thing_number("hue"), self.thing_number("saturation")
        return None if hue is None or saturation is None else (hue, saturation * 100)

    @property
    @override
    def color_temp_kelvin(self) -> int | None:
        """The colour temperature; None while it is not known."""
        kelvin = self.thing_number("color_temperature")
        return round(kelvin) if kelvin and kelvin > 0 else None

    @override
    async def async_turn_on(self, **kwargs: object) -> None:
        """Set the colour and the brightness if they are asked for, then make sure the light is on."""
        brightness = cast("int | None", kwargs.get(ATTR_BRIGHTNESS))
        used = await self._write_color(kwargs, brightness)
        if brightness is not None and "level" in self.plan.roles:
            await self.write(round(brightness_to_value(_PER_CENT, brightness)) / 100, "level")
        # Some firmware turns on by a level, some does not: ask only where it is still off. Asked for nothing else, ask
        # always: a group is on where only one of it is.
        if not kwargs or not self.thing_value():
            await self.write(True)
        if used and used is not self._last_used:
            self._last_used = used
            self.async_write_ha_state()

    @override
    async def async_turn_off(self, **kwargs: object) -> None:
        """Turn it off and return when the device confirmed."""
        await self.write(False)

    async def _write_color(self, asked: Mapping[str, object], brightness: int | None) -> ColorMode | None:
        """Write what of `asked` is about colour; Home Assistant asks in one of the modes offered. Return the mode."""
        if kelvin := asked.get(ATTR_COLOR_TEMP_KELVIN):
            # Nothing else keeps it in range: one action may be for lamps of many kinds.
            within = min(max(cast(int, kelvin), self.min_color_temp_kelvin), self.max_color_temp_kelvin)
            await self.write(within, "color_temperature")
            return ColorMode.COLOR_TEMP
        if color := asked.get(ATTR_HS_COLOR):
            hue, saturation = cast("tuple[float, float]", color)
            await self.write(hue, "hue")
            await self.write(saturation / 100, "saturation")
            return ColorMode.HS
        rgb = cast("_Rgb | None", asked.get(ATTR_RGB_COLOR))
        if self._dims_by_color:
            if rgb is None and brightness is not None and self.color_mode is ColorMode.RGB:
                rgb = self._rgb() or (_FULL, _FULL, _FULL)
            if rgb is not None:
                rgb = _scaled(rgb, brightness or self.brightness or _FULL)
        if rgb is None:
            return None
        await self.write("#{:02x}{:02x}{:02x}".format(*rgb), "color")
        return ColorMode.RGB

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Note in which mode the device itself was set, if it shows: where both have changed, nobody can tell."""
        before, self._seen = self._seen, self._colors()
        changed = [
            mode
            for mode, values in self._seen.items()
            if values != before[mode] and None not in values and None not in before[mode]
        ]
        if len(changed) == 1:
            self._last_used = changed[0]
        super()._handle_coordinator_update()

    def _colors(self) -> dict[ColorMode, tuple[Value | None, ...]]:
        """Return the present values by mode."""
        return {mode: tuple(map(self.thing_value, roles)) for mode, roles in self._roles.items()}

    def _rgb(self) -> _Rgb | None:
        """Return the colour as the device says it; None while it is not known, or no colour."""
        text = self.thing_value("color")
        if not isinstance(text, str) or not _COLOR.fullmatch(text):
            return None
        red, green, blue = bytes.fromhex(text[1:])
        return red, green, blue


def _scaled(color: _Rgb, brightness: int) -> _Rgb:
    """Return `color` as bright as `brightness` (0…255) says; black is white without light."""
    peak = max(color)
    red, green, blue = (round(part * brightness / peak) if peak else brightness for part in color)
    return red, green, blue


async def async_setup_entry(
    hass: HomeAssistant, entry: ThingConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the lights of every Thing."""
    add_entities(entry, async_add_entities, Platform.LIGHT, makers(ThingLight, ROWS))

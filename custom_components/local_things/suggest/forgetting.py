"""Forgetting everything that was learnt, whether or not it learns now."""

from homeassistant.core import HomeAssistant

from .hub import SUGGESTER
from .keeping import async_erase
from .kept import Kept


async def async_forget(hass: HomeAssistant) -> None:
    """Erase the log, what its numbers stand for, and everything that was made of it."""
    if (suggester := hass.data.get(SUGGESTER)) is not None:
        await suggester.async_erase()
        return
    await async_erase(hass)
    await Kept(hass).async_erase()

"""What a device says it wants of the network, in a sentence of the dialog in which it is trusted."""

from enum import StrEnum
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations

from ..const import DOMAIN
from ..things.adapter import FoundThing
from ..things.usage import Usage
from .forms import async_interface, trust

_FEW: Final = 3
"""Most names in the sentence; the rest are counted."""


class Sentence(StrEnum):
    """What is said; each is the key of one translated sentence."""

    ELSEWHERE = "elsewhere"
    INTERNET = "internet"
    INTERNET_NAMED = "internet_named"
    LOCAL = "local"
    NOT_SAID = "not_said"
    UNCLEAR = "unclear"


async def async_trust(hass: HomeAssistant, found: FoundThing) -> dict[str, str]:
    """Return the words that tell what is trusted when this device is accepted."""
    prefix = f"component.{DOMAIN}.selector.usage.options."
    texts = await async_get_translations(hass, hass.config.language, "selector", [DOMAIN])
    words = {key.removeprefix(prefix): text for key, text in texts.items() if key.startswith(prefix)}
    return {
        **trust(found),
        "interface": await async_interface(hass, found.pin),
        "usage": words.get(_sentence(found.description.usage), "–")
        .replace("{names}", _names(found))
        .replace("{url}", _url(found)),
    }


def _sentence(usage: Usage | None) -> Sentence:
    if usage is None:
        return Sentence.NOT_SAID
    if usage.internet is None:
        return Sentence.ELSEWHERE if usage.url else Sentence.UNCLEAR
    if not usage.internet:
        return Sentence.LOCAL
    return Sentence.INTERNET_NAMED if usage.names else Sentence.INTERNET


def _names(found: FoundThing) -> str:
    """Return the names as code: what is written so is no link, wherever it leads."""
    names = found.description.usage.names if found.description.usage else ()
    more = f" (+{len(names) - _FEW})" if len(names) > _FEW else ""
    return ", ".join(f"`{name}`" for name in names[:_FEW]) + more


def _url(found: FoundThing) -> str:
    """Return where the description is that was not read, as code too."""
    return f"`{found.description.usage.url}`" if found.description.usage else ""

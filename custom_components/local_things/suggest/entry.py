"""The suggester's part in the life of the rule advisor's entry; who does not let it learn pays for no more."""

from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity import Entity

from ..const import DOMAIN, OPTION_LEARN
from ..rule_advisor.hub import RuleAdvisorConfigEntry
from .actions import async_setup_actions, bring

SUGGESTIONS: Final = "suggestions"
"""The key of the one entity there is."""


async def async_open(hass: HomeAssistant, entry: RuleAdvisorConfigEntry) -> None:
    """Read what was learnt, if it is to learn; add its entity to the advisor's."""
    async_setup_actions(hass)
    if not entry.options.get(OPTION_LEARN):
        registry = er.async_get(hass)
        if (
            left := registry.async_get_entity_id(Platform.SENSOR, DOMAIN, f"{entry.entry_id}#{SUGGESTIONS}")
        ) is not None:
            registry.async_remove(left)
        return
    await hass.async_add_import_executor_job(bring)
    from .api import async_setup_api  # noqa: PLC0415 (just imported, off the event loop)
    from .entities import entities_of  # noqa: PLC0415 (as above)
    from .hub import SUGGESTER, Suggester  # noqa: PLC0415 (as above)

    suggester = Suggester(hass, entry)
    await suggester.async_load()
    hass.data[SUGGESTER] = suggester
    async_setup_api(hass)
    advisor = entry.runtime_data
    others = advisor.make_entities

    def entities(platform: Platform) -> list[Entity]:
        return [*others(platform), *entities_of(suggester, platform)]

    advisor.make_entities = entities
    advisor.suggestions = suggester.sentences

    async def close() -> None:
        hass.data.pop(SUGGESTER, None)
        await suggester.async_close()

    entry.async_on_unload(close)


async def async_opened(hass: HomeAssistant, entry: RuleAdvisorConfigEntry) -> None:
    """Begin to learn."""
    if entry.options.get(OPTION_LEARN):
        from .hub import SUGGESTER  # noqa: PLC0415 (imported by `async_open`)

        hass.data[SUGGESTER].async_start()


async def async_remove(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Forget everything."""
    await hass.async_add_import_executor_job(bring)
    from .forgetting import async_forget  # noqa: PLC0415 (just imported, off the event loop)

    await async_forget(hass)

"""A Home Assistant with lamps, covers and helpers that are really switched, and the advisor that learns from them."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.auth.const import GROUP_ID_ADMIN
from homeassistant.config_entries import SOURCE_USER, ConfigEntryState
from homeassistant.const import Platform
from homeassistant.core import Context, HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import yaml as yaml_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.local_things.const import DOMAIN
from custom_components.local_things.rule_advisor.hub import RuleAdvisorConfigEntry
from custom_components.local_things.suggest.hub import SUGGESTER, Suggester
from custom_components.local_things.suggest.record.model import Source, split_word

type Json = Mapping[str, object]

HELPERS = ("lamp", "other", "door", "mode")


class Home:
    """A house, who lives in it, and what is learnt of them."""

    def __init__(self, hass: HomeAssistant, clock: FrozenDateTimeFactory, person: str) -> None:
        """Begin without an advisor; `person` is a user's id."""
        self.hass = hass
        self.clock = clock
        self.person = person
        self.entry: RuleAdvisorConfigEntry | None = None

    @property
    def suggester(self) -> Suggester:
        """Whoever learns."""
        return self.hass.data[SUGGESTER]

    @property
    def storage(self) -> Path:
        """Where Home Assistant keeps its files."""
        return Path(self.hass.config.path(".storage"))

    async def use(self, *automations: Json, **scripts: Json) -> None:
        """Let the house have these rules; those of before are gone."""
        config = {"automation": [dict(one) for one in automations], "script": scripts}
        path = Path(self.hass.config.path("configuration.yaml"))
        await self.hass.async_add_executor_job(path.write_text, yaml_util.dump(config))
        for domain in ("automation", "script"):
            if domain in self.hass.config.components:
                await self.hass.services.async_call(domain, "reload", blocking=True)
            else:
                assert await async_setup_component(self.hass, domain, config)
        await self.settle()

    async def advise(self) -> None:
        """Add the advisor in its flow; it does not learn."""
        flows = self.hass.config_entries.flow
        menu = await flows.async_init(DOMAIN, context={"source": SOURCE_USER})
        form = await flows.async_configure(menu["flow_id"], {"next_step_id": "rule_advisor"})
        done = await flows.async_configure(form["flow_id"], {})
        self.entry = done["result"]
        await self.settle()
        assert self.entry.state is ConfigEntryState.LOADED

    async def learn(self, **options: object) -> None:
        """Switch learning on in the options, or choose otherwise."""
        if self.entry is None:
            await self.advise()
        assert self.entry is not None
        flows = self.hass.config_entries.options
        menu = await flows.async_init(self.entry.entry_id)
        form = await flows.async_configure(menu["flow_id"], {"next_step_id": "learning"})
        assert form["step_id"] == "learning"
        done = await flows.async_configure(form["flow_id"], {"learn": True, **options})
        assert done["type"] == "create_entry", done
        await self.settle()
        assert self.entry.state is ConfigEntryState.LOADED

    async def call(self, action: str, entity_id: str, *, user: str | None = "person", **data: object) -> None:
        """Do something to an entity, as the person does it, another user, or nobody who is known."""
        domain, _, name = action.partition(".")
        context = Context(user_id=self.person if user == "person" else user)
        await self.hass.services.async_call(
            domain, name, {"entity_id": entity_id, **data}, blocking=True, context=context
        )
        await self.settle()

    async def press(self, entity_id: str, state: str, **attributes: object) -> None:
        """Let a device say by itself that it changed."""
        self.hass.states.async_set(entity_id, state, attributes, context=Context())
        await self.settle()

    async def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.tick(timedelta(seconds=seconds))
        async_fire_time_changed(self.hass)
        await self.settle()

    async def settle(self) -> None:
        """Let everything happen that needs no time."""
        await self.hass.async_block_till_done(wait_background_tasks=True)

    async def log(self) -> list[tuple[str, str, Source]]:
        """Return what was logged: entity, state without a value, source."""
        return [(entity, split_word(word)[0], source) for _, entity, word, source in await self.rows()]

    async def rows(self) -> list[tuple[float, str, str, Source]]:
        """Return what was logged: time, entity, word, source."""
        history = await self.suggester.keeper.async_history()
        columns = [memoryview(one) for one in (history.times, history.entities, history.states, history.sources)]
        return [
            (time / 10, history.subjects[entity].entity_id, history.words[state], Source(source))
            for time, entity, state, source in zip(*columns, strict=True)
        ]


@pytest.fixture
async def home(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> Home:
    """Return a house with helpers, which runs."""
    assert await async_setup_component(hass, "input_boolean", {"input_boolean": dict.fromkeys(HELPERS)})
    person = await hass.auth.async_create_user("Somebody", group_ids=[GROUP_ID_ADMIN])
    return Home(hass, freezer, person.id)


@pytest.fixture
async def devices(hass: HomeAssistant) -> None:
    """Give the house Home Assistant's own demo lamps and covers, which take their time."""
    assert await async_setup_component(hass, "homeassistant", {})
    platforms = [Platform.LIGHT, Platform.COVER]
    with patch("homeassistant.components.demo.COMPONENTS_WITH_CONFIG_ENTRY_DEMO_PLATFORM", platforms):
        entry = MockConfigEntry(domain="demo")
        entry.add_to_hass(hass)
        assert await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()

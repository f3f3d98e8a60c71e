"""A Home Assistant with automations, scripts, helpers that they write to, and the advisor, added as a user adds it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import SOURCE_USER, ConfigEntryState
from homeassistant.core import Context, Event, HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util import yaml as yaml_util
import pytest
from pytest_homeassistant_custom_component.common import MockUser, async_capture_events, async_fire_time_changed

from custom_components.local_things.const import DOMAIN
from custom_components.local_things.rule_advisor.hub import (
    EVENT_RULES_FIGHT,
    REST_S,
    AdvisorHub,
    RuleAdvisorConfigEntry,
)

type Json = Mapping[str, object]

LAMPS = ("input_boolean.lamp", "input_boolean.other", "input_boolean.door", "input_boolean.mode")


def on_change(entity_id: str, to: str | None = None) -> dict[str, object]:
    """Return a state trigger."""
    return {"trigger": "state", "entity_id": entity_id, **({"to": to} if to else {})}


def turn(entity_id: str, to: str) -> dict[str, object]:
    """Return the action that turns a helper on or off."""
    return {"action": f"input_boolean.turn_{to}", "target": {"entity_id": entity_id}}


def rule(name: str, trigger: Json, action: Json, *conditions: object, **more: object) -> dict[str, object]:
    """Return an automation whose id is its name."""
    found = {"id": name, "alias": name.title(), "triggers": [trigger], "actions": [action], **more}
    return {**found, "conditions": list(conditions)} if conditions else found


OPPOSITES = (
    rule("evening", on_change("input_boolean.door", "on"), turn("input_boolean.lamp", "on")),
    rule("saving", on_change("input_boolean.door", "on"), turn("input_boolean.lamp", "off")),
)


class Rules:
    """The rules of the house, and what the advisor says of them."""

    def __init__(self, hass: HomeAssistant, clock: FrozenDateTimeFactory, person: str) -> None:
        """Begin without an advisor; `person` is a user's id."""
        self.person = person
        self.hass = hass
        self.clock = clock
        self.entry: RuleAdvisorConfigEntry | None = None
        self.fights: list[Event] = async_capture_events(hass, EVENT_RULES_FIGHT)

    @property
    def hub(self) -> AdvisorHub:
        """The running advisor."""
        assert self.entry is not None
        return self.entry.runtime_data

    async def use(self, *automations: Json, **scripts: Json) -> None:
        """Let the house have these rules; those of before are gone."""
        config = {"automation": [dict(one) for one in automations], "script": scripts}
        await self.hass.async_add_executor_job(self._write, yaml_util.dump(config))
        for domain in ("automation", "script"):
            if domain in self.hass.config.components:
                await self.hass.services.async_call(domain, "reload", blocking=True)
            else:
                assert await async_setup_component(self.hass, domain, config)
        await self.settle()

    async def advise(self, **options: object) -> None:
        """Add the advisor in the flow."""
        flows = self.hass.config_entries.flow
        menu = await flows.async_init(DOMAIN, context={"source": SOURCE_USER})
        form = await flows.async_configure(menu["flow_id"], {"next_step_id": "rule_advisor"})
        assert form["step_id"] == "rule_advisor"
        done = await flows.async_configure(form["flow_id"], options)
        assert done["type"] == "create_entry", done
        self.entry = done["result"]
        await self.hass.async_block_till_done()
        assert self.entry.state is ConfigEntryState.LOADED
        await self.look()

    async def look(self) -> None:
        """Let the advisor look, if it wants to."""
        await self.wait(REST_S + 1)

    async def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.tick(seconds)
        async_fire_time_changed(self.hass)
        await self.settle()

    async def settle(self) -> None:
        """Let everything happen that needs no time."""
        await self.hass.async_block_till_done(wait_background_tasks=True)

    async def turn(self, entity_id: str, to: str, *, by_person: bool = True) -> None:
        """Turn a helper on or off, as a person does or as nobody knows who."""
        context = Context(user_id=self.person if by_person else None)
        await self.hass.services.async_call(
            "input_boolean", f"turn_{to}", {"entity_id": entity_id}, blocking=True, context=context
        )
        await self.settle()

    def _write(self, text: str) -> None:
        Path(self.hass.config.path("configuration.yaml")).write_text(text)

    def issues(self) -> dict[str, ir.IssueEntry]:
        """Return the advisor's repairs by their kinds; there is at most one of each."""
        found = [one for one in ir.async_get(self.hass).issues.values() if one.domain == DOMAIN and one.active]
        by_kind = {str(one.translation_key): one for one in found}
        assert len(by_kind) == len(found), sorted(by_kind)
        return by_kind

    def words(self, kind: str) -> dict[str, str]:
        """Return the words of the repair of a kind."""
        return dict(self.issues()[kind].translation_placeholders or {})

    def kinds(self) -> list[str]:
        """Return the kinds of all that was announced."""
        return [event.data["kind"] for event in self.fights]


@pytest.fixture
async def rules(hass: HomeAssistant, freezer: FrozenDateTimeFactory, hass_admin_user: MockUser) -> Rules:
    """Return a house without rules, in which helpers can be written to."""
    helpers: Sequence[str] = [one.partition(".")[2] for one in LAMPS]
    assert await async_setup_component(hass, "input_boolean", {"input_boolean": dict.fromkeys(helpers)})
    return Rules(hass, freezer, hass_admin_user.id)

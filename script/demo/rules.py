"""The walk: a rule is made of a blueprint and does its work; another fights it, and the rule advisor tells."""

import re

from playwright.async_api import Locator, Page, expect

from tests.house.control import default_directory, send

from .instance import Instance
from .page import LAMP, choose, choose_kind, dialog, finish, go, open_device, submit
from .step import Step

BLUEPRINT = "Motion light"
RULE = "Hall light"
OTHER_RULE = "Save power"

PRESENCE = "binary_sensor.hall_presence"
LIGHT = "light.dimmable_lamp"

OTHER = {
    "alias": OTHER_RULE,
    "triggers": [{"trigger": "state", "entity_id": PRESENCE, "to": "on"}],
    "conditions": [],
    "actions": [{"action": "light.turn_off", "target": {"entity_id": LIGHT}}],
    "mode": "single",
}
"""A rule of the same sensor and the same lamp, as Home Assistant's editor saves it."""

LOOK_MS = 60_000
"""The advisor looks within ten seconds of a change, once Home Assistant has started."""


async def choose_blueprint(page: Page, instance: Instance) -> None:
    """Create an automation: our blueprints are offered without that anything was imported."""
    # Dark first: whenever somebody is seen from now on, the rule has something to do.
    await instance.request("POST", "/api/services/light/turn_off", {"entity_id": LIGHT})
    await page.wait_for_function(_IS, arg=[LIGHT, "off"])
    await go(page, "/config/automation/dashboard")
    await page.get_by_role("button", name="Create automation").click()
    await _offers(page).locator("input").fill(BLUEPRINT)
    await expect(_offers(page).locator("ha-list-item", has_text="By Local Things")).to_have_count(2)


async def fill_blueprint(page: Page, _instance: Instance) -> None:
    """Choose it, and say which sensor and which lamp it is about; all else has its answer."""
    await _offers(page).locator("ha-list-item", has_text=BLUEPRINT).first.click()
    form = page.locator("blueprint-automation-editor")
    await expect(form.get_by_text("Switches lights on when somebody moves")).to_be_visible()
    for index, entity in enumerate((PRESENCE, LIGHT)):
        await choose(page, form.locator("ha-selector-entity").nth(index), entity)


async def save_rule(page: Page, _instance: Instance) -> None:
    """Save it under a name."""
    await page.get_by_role("button", name="Save").click()
    naming = page.locator("ha-dialog-automation-save")
    await naming.locator("input").first.fill(RULE)
    await naming.get_by_role("button", name="Save").click()
    await expect(page).not_to_have_url(re.compile("/edit/new"))
    await page.wait_for_function(_IS, arg=["automation.hall_light", "on"])


async def see_effect(page: Page, _instance: Instance) -> None:
    """Let somebody come into the hall of the simulated house; the lamp goes on."""
    await send(default_directory(), "hall", "set", "presence", "off")
    # People come and go in that house by themselves; whoever came first, the lamp is on.
    await page.wait_for_function(_IS_ANY, arg=[[PRESENCE, "off"], [LIGHT, "on"]])
    await send(default_directory(), "hall", "set", "presence", "on")
    await page.wait_for_function(_IS, arg=[LIGHT, "on"])
    await page.wait_for_function(_RAN, arg="automation.hall_light")
    await open_device(page, LAMP)
    await expect(page.get_by_role("switch")).to_be_checked()
    await expect(page.get_by_role("link", name=RULE)).to_be_visible()


async def add_advisor(page: Page, instance: Instance) -> None:
    """Make another rule that wants the lamp off when it shall be on; then ask for the rule advisor."""
    await instance.request("POST", "/api/config/automation/config/save_power", OTHER)
    await choose_kind(page)
    await dialog(page).get_by_text("Rule advisor").click()
    await expect(dialog(page).get_by_text("Watch the rules run").first).to_be_visible()


async def see_fight(page: Page, _instance: Instance) -> None:
    """Add it; a repair tells of both rules."""
    await submit(page)
    await finish(page)
    await go(page, "/config/repairs")
    await expect(_fight(page)).to_be_visible(timeout=LOOK_MS)


async def open_fight(page: Page, _instance: Instance) -> None:
    """Open the repair: it names the rules, what each does, and what sets them off."""
    await _fight(page).click()
    for rule in (RULE, OTHER_RULE):
        await expect(page.get_by_role("link", name=rule)).to_be_visible()
    await expect(page.get_by_text(f"{PRESENCE} → on")).to_be_visible()


async def open_other_rule(page: Page, _instance: Instance) -> None:
    """Follow the link to one of the rules."""
    await page.get_by_role("link", name=OTHER_RULE).click()
    await expect(page).to_have_url(re.compile("/config/automation/edit/save_power"))
    await expect(page.get_by_text("Turn off light")).to_be_visible()


async def mend_rule(page: Page, _instance: Instance) -> None:
    """Disable it; the repair goes by itself."""
    await page.locator("hass-subpage ha-dropdown").first.click()
    await page.get_by_role("menuitem", name="Disable").click()
    await page.wait_for_function(_IS, arg=["automation.save_power", "off"])
    await go(page, "/config/repairs")
    await expect(_fight(page)).to_have_count(0, timeout=LOOK_MS)


def _offers(page: Page) -> Locator:
    return page.locator("ha-dialog-new-automation")


def _fight(page: Page) -> Locator:
    return page.get_by_text(f"{RULE} and {OTHER_RULE} fight over {LAMP}").first


_IS = """
([entity, state]) => document.querySelector("home-assistant").hass.states[entity]?.state === state
"""
_IS_ANY = """
wanted => wanted.some(
  ([entity, state]) => document.querySelector("home-assistant").hass.states[entity]?.state === state
)
"""
_RAN = """
rule => Boolean(document.querySelector("home-assistant").hass.states[rule]?.attributes.last_triggered)
"""

STEPS = (
    Step(title="choose a blueprint", do=choose_blueprint),
    Step(title="fill it in", do=fill_blueprint),
    Step(title="save the rule", do=save_rule),
    Step(title="see what the rule does", do=see_effect),
    Step(title="ask for the rule advisor", do=add_advisor),
    Step(title="see that rules fight", do=see_fight),
    Step(title="open the repair", do=open_fight),
    Step(title="follow it to a rule", do=open_other_rule),
    Step(title="mend the rule", do=mend_rule),
)

"""The walk: the panel in the sidebar, each of its views: light, dark, and on a phone."""

from functools import partial
from pathlib import Path
import sys
from typing import Final, Literal

from playwright.async_api import Locator, Page, ViewportSize, expect

from .instance import DemoError, Instance, say
from .page import LAMP, go
from .step import Step

type Colours = Literal["light", "dark"]

VIEWS = ("things", "power", "conflicts", "suggestions")

SCAN = "button.zigbee_radio_scan_mesh"

_DESK: Final[ViewportSize] = {"width": 1280, "height": 900}
_PHONE: Final[ViewportSize] = {"width": 390, "height": 844}

LOOKS: Final[dict[str, tuple[Colours, ViewportSize]]] = {
    "by day": ("light", _DESK),
    "by night": ("dark", _DESK),
    "on a phone": ("dark", _PHONE),
}
"""How the panel is looked at: the colours that the user prefers, and the window."""

_AXE = Path(sys.prefix, "panel", "node_modules", "axe-core", "axe.min.js")

_GRAVE = """
async () => {
  const panel = document.querySelector("home-assistant").shadowRoot.querySelector("home-assistant-main").shadowRoot
    .querySelector("ha-panel-custom > local-things-panel");
  const { violations } = await axe.run(panel, { resultTypes: ["violations"] });
  return violations.filter(one => ["serious", "critical"].includes(one.impact))
    .map(one => `${one.id}: ${one.nodes.map(node => node.target.join(" ")).join("; ")}`);
}
"""
"""What axe finds in the panel that keeps somebody from using it."""

_PRESS = """
entity_id => {
  const { hass } = document.querySelector("home-assistant");
  if (!hass.states[entity_id]) return false;
  return hass.callService("button", "press", { entity_id }).then(() => true);
}
"""


async def open_panel(page: Page, _instance: Instance) -> None:
    """Choose Local Things in the sidebar, then every view with the keyboard alone."""
    await page.locator("ha-sidebar").get_by_text("Local Things", exact=True).click()
    await expect(page.locator("local-things-view-things").get_by_text(LAMP, exact=True)).to_be_visible()
    for name in (*VIEWS, "things"):
        await page.locator("local-things-panel nav").get_by_text(name.title(), exact=True).press("Enter")
        await expect(_view(page, name)).to_be_visible()


async def see_map(page: Page, _instance: Instance) -> None:
    """Have the radio ask who hears whom, where there is one, and look at the map of the Zigbee network."""
    if await page.evaluate(_PRESS, SCAN):
        drawn = page.locator("local-things-mesh")
        await expect(drawn.locator("line").first).to_be_visible()
        await drawn.scroll_into_view_if_needed()


async def look(name: str, colours: Colours, window: ViewportSize, page: Page, _instance: Instance) -> None:
    """Look at a view: nothing is wrong with it, nothing sticks out, and nobody is kept from using it."""
    await page.emulate_media(color_scheme=colours)
    await page.set_viewport_size(window)
    await go(page, f"/local-things/{name}")
    await expect(_view(page, name).locator("section").first).to_be_visible()
    await expect(_view(page, name).locator("[role=alert]")).to_have_count(0)
    width: int = await page.evaluate("() => document.documentElement.scrollWidth")
    if width > window["width"]:
        raise DemoError(f"{name} is {width} wide in a window of {window['width']}")
    if found := await _judged(page):
        raise DemoError(f"{name} is hard to use for some people:\n" + "\n".join(found))


async def leave(page: Page, _instance: Instance) -> None:
    """Make the window wide and light again."""
    await page.emulate_media(color_scheme="light")
    await page.set_viewport_size(_DESK)
    if not _AXE.exists():
        say("axe is not here, as there is no npm: the panel was not judged")


async def _judged(page: Page) -> list[str]:
    if not _AXE.exists():
        return []
    if not await page.evaluate("() => 'axe' in window"):
        await page.add_script_tag(content=_AXE.read_text())
    found: list[str] = await page.evaluate(_GRAVE)
    return found


def _view(page: Page, name: str) -> Locator:
    return page.locator(f"local-things-view-{name}")


STEPS = (
    Step(title="open the panel", do=open_panel),
    Step(title="see the map of the Zigbee network", do=see_map),
    *(Step(title=f"see {name} {when}", do=partial(look, name, *how)) for when, how in LOOKS.items() for name in VIEWS),
    Step(title="leave the panel", do=leave),
)

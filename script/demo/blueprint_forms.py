"""Pictures for the docs: the form of every blueprint, as it is first seen. Walked only when it is named."""

from pathlib import Path

from playwright.async_api import Page, expect

from .instance import ROOT, Instance
from .step import Step

BLUEPRINTS = ROOT / "blueprints"
PICTURES = ROOT / "docs" / "assets" / "blueprints"

WIDTH, HEIGHT = 1160, 2400
"""So high that no form has to be scrolled."""


async def take_pictures(page: Page, instance: Instance) -> None:
    """Open the form of each, and keep a picture of it in the docs."""
    size = page.viewport_size
    await page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    for path in sorted(BLUEPRINTS.rglob("*.yaml")):
        await take_picture(page, instance, path)
    if size:
        await page.set_viewport_size(size)


async def take_picture(page: Page, instance: Instance, blueprint: Path) -> None:
    """Open the form from the list of blueprints."""
    domain, _, name = blueprint.relative_to(BLUEPRINTS).parts
    # Loaded anew: the editor that is left may still have a word to say about where to go.
    await page.goto(f"{instance.address}/config/blueprint/dashboard")
    await page.locator("ha-input-search input").filter(visible=True).fill(f"local_things/{name}")
    await page.wait_for_timeout(1_000)  # the list comes to rest
    await page.locator("ha-data-table .mdc-data-table__row").filter(has_text=f"local_things/{name}").click()
    form = page.locator(f"blueprint-{domain}-editor ha-card").first
    await expect(form.locator("ha-expansion-panel").first).to_be_visible()
    await page.mouse.move(0, 0)
    await page.wait_for_timeout(1_000)  # fields come to rest
    await form.screenshot(path=PICTURES / f"{blueprint.stem}.png")


STEPS = (Step(title="take pictures of all blueprints", do=take_pictures),)

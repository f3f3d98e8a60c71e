"""The main job, walked in a headless Chromium the way a user does it: one step, one picture."""

from collections.abc import Container, Iterable
from pathlib import Path
import shutil
import tempfile

from playwright.async_api import BrowserContext, Error as PlaywrightError, Route, async_playwright, expect

from .instance import DemoError, Instance, say
from .step import Step

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")

CHROMIUM_ARGUMENTS = (
    "--no-sandbox",  # root may not use the sandbox, and nothing but our own Home Assistant is shown
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

STEP_MS = 30_000
SETTLE_MS = 500
"""How long the frontend's animations run after a step; for the pictures, not for the checks."""


def find_chromium() -> str:
    """Return the path of a Chromium. Raises DemoError where there is none."""
    for name in CHROMIUM:
        if path := shutil.which(name):
            return path
    raise DemoError("script/run --check needs a Chromium: install your distribution's package `chromium`")


async def _only_local(route: Route, address: str) -> None:
    """Refuse at once what is not our Home Assistant: the frontend asks the internet for brand pictures."""
    if route.request.url.startswith((address, "data:", "blob:")):
        await route.continue_()
    else:
        await route.abort()


async def _take(step: Step, number: int, context: BrowserContext, instance: Instance, pictures: Path) -> None:
    page = context.pages[0]
    name = f"{number:02}-{step.title.replace(' ', '-')}"
    try:
        await step.do(page, instance)
    except (PlaywrightError, AssertionError) as err:
        await page.screenshot(path=pictures / f"{name}.failed.png")
        raise DemoError(f"step {number}, {step.title}: {err}\n(the page is in {pictures / name}.failed.png)") from err
    await page.wait_for_timeout(SETTLE_MS)
    await page.screenshot(path=pictures / f"{name}.png")
    say(f"step {number}: {step.title}")


async def walk(instance: Instance, house: Container[str], steps: Iterable[Step], chromium: str, pictures: Path) -> None:
    """Take the steps that the house has the parts for, a picture of each. Raises DemoError at the first that fails."""
    pictures.mkdir(parents=True, exist_ok=True)
    for old in pictures.glob("[0-9][0-9]-*.png"):
        old.unlink()
    with tempfile.TemporaryDirectory(prefix="chromium.") as profile:
        async with async_playwright() as playwright:
            context = await playwright.chromium.launch_persistent_context(
                profile,
                executable_path=chromium,
                headless=True,
                args=CHROMIUM_ARGUMENTS,
                viewport={"width": 1280, "height": 900},
            )
            context.set_default_timeout(STEP_MS)
            expect.set_options(timeout=STEP_MS)
            await context.route("**/*", lambda route: _only_local(route, instance.address))
            try:
                for number, step in enumerate((one for one in steps if not one.needs or one.needs in house), 1):
                    await _take(step, number, context, instance, pictures)
            finally:
                # Requests under way when the walk is interrupted are nobody's concern.
                await context.unroute_all(behavior="ignoreErrors")
                await context.close()

"""The walk: what a certificate and a key show when a device is trusted, refuses its key, or is replaced by another."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
import tempfile
from typing import Final

from aiohttp import web
from playwright.async_api import Page, expect

from tests.house.edhoc import EdhocDevice
from tests.house.oscore import DEVICE_ID, HUB_ID, OscoreDevice
from tests.transports.http.serving import self_signed, serving

from .instance import Instance
from .page import choose_of_entry, close_dialog, dialog, finish, go, open_device, open_integration, reading, submit
from .step import Step

WEATHER: Final = "Weather station"
WEATHER_ADDRESS, WEATHER_PORT = "127.0.0.38", 8443
DOOR: Final = "Cellar door"
DOOR_ADDRESS: Final = "127.0.0.39"
GATE: Final = "Garden gate"
GATE_ADDRESS: Final = "127.0.0.41"

SLOW_MS: Final = 90_000
"""How long the integration may take to notice; its pauses after a failure grow to half a minute."""

TD: Final = {
    "@context": "https://www.w3.org/2022/wot/td/v1.1",
    "id": "urn:uuid:3a1f3a0e-5d2c-4a8e-9b0c-6f1de4a7c001",
    "title": WEATHER,
    "security": ["nosec_sc"],
    "securityDefinitions": {"nosec_sc": {"scheme": "nosec"}},
    "properties": {
        "temperature": {
            "type": "number",
            "unit": "Cel",
            "@type": "TemperatureProperty",
            "readOnly": True,
            "forms": [{"href": "/temperature"}],
        }
    },
}

_stack = AsyncExitStack()
"""What serves now; it ends with the last step, or with the process."""

_door = OscoreDevice("door", DOOR_ADDRESS)
_gate = EdhocDevice("gate", GATE_ADDRESS)


async def _answer(request: web.Request) -> web.Response:
    return web.json_response(TD if "well-known" in request.path else 12.5)


@asynccontextmanager
async def _weather(name: str) -> AsyncIterator[None]:
    """Serve the weather station with a certificate of its own."""
    with tempfile.TemporaryDirectory() as folder:
        context, _ = self_signed(Path(folder), name)
        async with serving(_answer, host=WEATHER_ADDRESS, port=WEATHER_PORT, context=context):
            yield


async def _add_by_address(page: Page, address: str) -> None:
    await open_integration(page)
    await page.get_by_role("button", name="Add device by address").click()
    await dialog(page).locator("input").fill(address)
    await submit(page)


async def _open_repair(page: Page, title: str) -> None:
    await go(page, "/config/repairs")
    await page.get_by_text(title, exact=True).first.click(timeout=SLOW_MS)


async def _fill_oscore(page: Page, secret: str) -> None:
    """Fill in the form of an OSCORE key, field by field."""
    salt = _door.master_salt.hex()
    for number, value in enumerate((secret, HUB_ID.hex(), DEVICE_ID.hex(), salt)):
        await dialog(page).locator("input").nth(number).fill(value)
    await submit(page)


async def see_fingerprint(page: Page, _instance: Instance) -> None:
    """Add a device that shows a certificate: its fingerprint is told."""
    await _stack.enter_async_context(_weather("first"))
    await _add_by_address(page, f"https://{WEATHER_ADDRESS}:{WEATHER_PORT}")
    await expect(page.get_by_text("Its fingerprint is")).to_be_visible()


async def trust_certificate(page: Page, _instance: Instance) -> None:
    """Trust it."""
    await submit(page)
    await finish(page)
    await open_device(page, WEATHER)
    await expect(reading(page, "Temperature", "°C")).to_be_visible()


async def see_another_certificate(page: Page, _instance: Instance) -> None:
    """Let a device with another certificate take its place: a repair shows both."""
    await _stack.aclose()
    await _stack.enter_async_context(_weather("second"))
    await choose_of_entry(page, "Reload")
    await _open_repair(page, f"{WEATHER} may be another device")
    await expect(dialog(page).get_by_text("Until you decide, nothing")).to_be_visible()


async def refuse_another_certificate(page: Page, _instance: Instance) -> None:
    """Keep the one that was accepted: the other gets no value in."""
    await dialog(page).get_by_text("Keep the device I accepted").click()
    await finish(page)
    await open_device(page, WEATHER)
    await expect(page.get_by_text("Unavailable").first).to_be_visible()


async def see_ways_to_a_key(page: Page, _instance: Instance) -> None:
    """Add a device that lets in only who has its OSCORE key."""
    await _door.start()
    await _add_by_address(page, _door.uri)
    await expect(page.get_by_text("Make a new key, which I set at the device")).to_be_visible()


async def see_new_key(page: Page, _instance: Instance) -> None:
    """Have a key made: it is shown, this once."""
    await dialog(page).get_by_text("Make a new key, which I set at the device").click()
    await expect(page.get_by_text("It is shown only here and only now")).to_be_visible()


async def type_wrong_key(page: Page, _instance: Instance) -> None:
    """Rather type the key of the device, and get it wrong."""
    await dialog(page).get_by_role("button", name="Close").first.click()
    await _add_by_address(page, _door.uri)
    await dialog(page).get_by_text("I have its key").click()
    await _fill_oscore(page, "00" * 16)
    await expect(page.get_by_text("does not accept this")).to_be_visible()


async def type_key(page: Page, _instance: Instance) -> None:
    """Type it right: the device has proved that it knows it too."""
    await _fill_oscore(page, _door.master_secret.hex())
    await expect(page.get_by_text("The device has shown that it knows the key")).to_be_visible()


async def trust_key(page: Page, _instance: Instance) -> None:
    """Trust it under a name."""
    await dialog(page).locator("input").first.fill(DOOR)
    await submit(page)
    await finish(page)
    await open_device(page, DOOR)
    await expect(reading(page, "Temperature", "°C")).to_be_visible()


async def see_refusal(page: Page, _instance: Instance) -> None:
    """Give the device another key: it refuses the one before, and a repair asks for the new one."""
    await _door.stop()
    _door.rekey()
    await _door.start()
    await choose_of_entry(page, "Reload")
    await _open_repair(page, f"{DOOR} asks for a key")
    await expect(dialog(page).get_by_text("refuses access")).to_be_visible()


async def mend_key(page: Page, _instance: Instance) -> None:
    """Enter the new key: the device is used again."""
    await _fill_oscore(page, _door.master_secret.hex())
    await close_dialog(page)
    await open_device(page, DOOR)
    await expect(reading(page, "Temperature", "°C")).to_be_visible()


async def see_way_to_agree(page: Page, _instance: Instance) -> None:
    """Add a device that agrees on its keys: that is offered first."""
    await _gate.start()
    await _add_by_address(page, _gate.uri)
    await expect(page.get_by_text("Agree on a key with the device")).to_be_visible()


async def see_our_credential(page: Page, _instance: Instance) -> None:
    """Agree: our public credential is shown, to be entered in the device."""
    await dialog(page).get_by_text("Agree on a key with the device").click()
    await expect(page.get_by_text("made for this device alone")).to_be_visible()


async def be_unknown(page: Page, _instance: Instance) -> None:
    """Forget to enter it there: the device does not take us."""
    await submit(page)
    await expect(page.get_by_text("does not take this public credential")).to_be_visible()


async def agree(page: Page, _instance: Instance) -> None:
    """Enter it in the device: it shows its own key, by a fingerprint."""
    _gate.trust(await dialog(page).locator("code").nth(1).inner_text())
    await submit(page)
    await expect(
        page.get_by_text("Add it only if the device, or its label, shows the same fingerprint")
    ).to_be_visible()


async def trust_public_key(page: Page, _instance: Instance) -> None:
    """Trust it under a name."""
    await dialog(page).locator("input").first.fill(GATE)
    await submit(page)
    await finish(page)
    await open_device(page, GATE)
    await expect(reading(page, "Temperature", "°C")).to_be_visible()


async def see_another_public_key(page: Page, _instance: Instance) -> None:
    """Let a device with another key take its place: a repair shows both fingerprints."""
    await _gate.stop()
    _gate.rekey()
    await _gate.start()
    await choose_of_entry(page, "Reload")
    await _open_repair(page, f"{GATE} may be another device")
    await expect(dialog(page).get_by_text("Until you decide, nothing")).to_be_visible()


async def take_another_public_key(page: Page, _instance: Instance) -> None:
    """It is ours, set up anew: it is used as it was met."""
    await dialog(page).get_by_text("It is mine: use it as it was met").click()
    await finish(page)
    await open_device(page, GATE)
    await expect(reading(page, "Temperature", "°C")).to_be_visible()


async def remove_all(page: Page, _instance: Instance) -> None:
    """Remove the devices, which end with this walk."""
    await _door.stop()
    _door.discard()
    await _gate.stop()
    await _stack.aclose()
    for device in (DOOR, WEATHER, GATE):
        await open_device(page, device)
        await page.locator("ha-device-info-card").get_by_role("button", name="Menu").click()
        await page.get_by_role("menuitem", name="Delete").click()
        await page.locator("dialog-box").get_by_role("button", name="Delete").click()
        await expect(page.get_by_text("not found")).to_be_visible()


STEPS = (
    Step(title="see the fingerprint of a certificate", do=see_fingerprint),
    Step(title="trust the certificate", do=trust_certificate),
    Step(title="see another certificate in its place", do=see_another_certificate),
    Step(title="refuse the other certificate", do=refuse_another_certificate),
    Step(title="add a device that has a key", do=see_ways_to_a_key),
    Step(title="have a new key made", do=see_new_key),
    Step(title="type a wrong key", do=type_wrong_key),
    Step(title="type the key", do=type_key),
    Step(title="trust the key", do=trust_key),
    Step(title="see the device refuse its key", do=see_refusal),
    Step(title="mend the key", do=mend_key),
    Step(title="add a device that agrees on keys", do=see_way_to_agree),
    Step(title="see our public credential", do=see_our_credential),
    Step(title="agree with a device that does not know it", do=be_unknown),
    Step(title="agree on a key", do=agree),
    Step(title="trust the public key", do=trust_public_key),
    Step(title="see another public key in its place", do=see_another_public_key),
    Step(title="take the other public key", do=take_another_public_key),
    Step(title="remove all", do=remove_all),
)

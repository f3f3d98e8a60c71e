"""node-wot, which nobody here wrote, as a device of a Home Assistant on a link that knows IPv6 only."""

from contextlib import ExitStack

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest

from custom_components.local_things.const import DOMAIN
from tests.integration.walking import add_by_address, answer
from tests.netlab.lab import Flavour, Lab
from tests.netlab.servient import MISSING, PORTS, Servient, servient

from .conftest import Street
from .walks import add_network, call, device_of, registered, shown, shows, until

pytestmark = [
    pytest.mark.skipif(bool(MISSING), reason=MISSING),
    pytest.mark.xdist_group("netlab"),
    pytest.mark.parametrize("expected_lingering_timers", [True]),
    pytest.mark.parametrize("street", [Street(flavour=Flavour.IPV6_ONLY, devices=1)], ids=["ipv6"]),
]


AT_FIRST = {"on": "off", "power/watts": "2.1", "temperature": "21.5", "label": "pantry"}
"""What the entities of its properties show at first; the brightness is a part of the light."""

OFFERED = {*AT_FIRST, "power/grade", "overheated", "restore"}
"""What of wot.js has an entity, if a disabled one: all but the action that wants to be told how often."""

TOLD = (
    ("temperature", 22.5, "temperature", "22.5"),
    ("on", True, "on", "on"),
    ("label", "larder", "label", "larder"),
    ("power", {"watts": 3.5, "grade": 2}, "power/watts", "3.5"),
)
"""What the servient is told of its properties, and what is seen of which of ours."""


@pytest.mark.parametrize("protocol", ["http", "coap"])
async def test_a_servient_is_accepted_observed_written_invoked_heard_killed_and_back(
    hass: HomeAssistant, lab: Lab, life: ExitStack, protocol: str
) -> None:
    process = life.enter_context(ExitStack())
    running = process.enter_context(servient(lab.lan, protocol))
    entry = await add_network(hass)
    form = await add_by_address(hass, entry, f"{protocol}://[fd00:77::2]:{PORTS[protocol]}/pantry")
    assert form["step_id"] == "confirm", form
    await answer(hass, form, {"name": "Pantry"})
    await shows_all(hass, AT_FIRST)
    assert entities(hass).keys() == OFFERED
    await hear(hass, running)
    await use(hass)

    process.close()
    await shows(hass, "sensor.pantry_connection", "not_answering")
    assert {seen(hass, name) for name in AT_FIRST} == {"unavailable"}
    running = process.enter_context(servient(lab.lan, protocol))
    await shows_all(hass, AT_FIRST)
    await hear(hass, running)


def entities(hass: HomeAssistant) -> dict[str, str]:
    """Return the entities by the names of what they show."""
    known = ((entity_id, unique_id.partition("#")[2]) for entity_id, (_, unique_id) in registered(hass).items())
    return {name: entity_id for entity_id, name in known if name}


def seen(hass: HomeAssistant, name: str) -> str:
    """Return what the entity of an affordance shows; "" where there is none yet."""
    return shown(hass).get(entities(hass).get(name, ""), "")


async def shows_all(hass: HomeAssistant, expected: dict[str, str]) -> None:
    """Wait until everything shows what it should."""
    await until(lambda: all(seen(hass, name) == value for name, value in expected.items()), lambda: shown(hass))


async def hear(hass: HomeAssistant, running: Servient) -> None:
    """See every property change, and the event happen."""
    for name, value, ours, expected in TOLD:
        running.tell(name, value)
        await shows_all(hass, {ours: expected})
    before = seen(hass, "overheated")

    def happened() -> bool:
        running.tell("overheated", 31)  # one that happens between two longpolls, nobody hears
        return seen(hass, "overheated") not in {before, "unavailable", "unknown"}

    await until(happened, lambda: shown(hass))


async def use(hass: HomeAssistant) -> None:
    """Write what can be written, ask the device what it holds then, and let it act."""
    await call(hass, "light.turn_on", entities(hass)["on"], brightness_pct=66)
    await call(hass, "text.set_value", entities(hass)["label"], value="cellar")
    assert [await asked(hass, "read", {"property": name}) for name in ("on", "brightness", "label")] == [
        {"value": True, "unit": None},
        {"value": 0.66, "unit": "1"},
        {"value": "cellar", "unit": None},
    ]
    assert await asked(hass, "invoke", {"action": "blink", "input": {"times": 3}}) == {"output": "blinked 3 times"}
    with pytest.raises(HomeAssistantError):
        await asked(hass, "invoke", {"action": "blink", "input": {"times": "many"}})
    await asked(hass, "invoke", {"action": "restore"})
    await until(lambda: brightness(hass) == 102)


def brightness(hass: HomeAssistant) -> object:
    """Return how bright the lamp is, of 255."""
    state = hass.states.get(entities(hass)["on"])
    return state and state.attributes.get("brightness")


async def asked(hass: HomeAssistant, action: str, data: dict[str, object]) -> object:
    """Let an administrator ask the device."""
    data |= {"device_id": device_of(hass, entities(hass)["on"]).id}
    return await hass.services.async_call(DOMAIN, action, data, blocking=True, return_response=True)

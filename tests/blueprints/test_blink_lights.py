"""Blink lights: a script that leaves each light as it was."""

from .conftest import House


async def start(house: House) -> None:
    await house.hass.services.async_call("script", "turn_on", {"entity_id": "script.rule"})
    await house.settle()


async def test_each_light_blinks_and_is_left_as_it_was(house: House) -> None:
    house.set("light.on", "on")
    house.set("light.off", "off")
    await house.use("blink_lights", domain="script", lights=["light.on", "light.off"], times=2)
    await start(house)
    assert (house.state("light.on"), house.state("light.off")) == ("off", "on")
    await start(house)
    assert len(house.did) == 1, "one run at a time"
    for _ in range(6):
        await house.wait(seconds=1)
    assert house.taken() == [("light.toggle", "light.off", "light.on")] * 4
    assert (house.state("light.on"), house.state("light.off")) == ("on", "off")

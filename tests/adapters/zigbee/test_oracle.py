"""Our table beside the real `zha` library, on the same devices in the same run; and attached to it."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from custom_components.local_things.adapters.zigbee.network import ZigbeeNetwork
from custom_components.local_things.adapters.zigbee.radio import ZhaRadio
from custom_components.local_things.adapters.zigbee.thing import ZigbeeThing
from custom_components.local_things.things.quantities import Quantity
from tests.house.radio import Device, devices

from . import registry
from .corpus import signatures
from .differences import meant
from .house import QUICK, Told, until, value_of
from .oracle import Corpus, Score, Verdict, devices_of, join, judge, report, zha_running
from .test_beside_zha import Host

pytestmark = pytest.mark.usefixtures("loopback")

NOT_COVERED = {
    # What a quirk's own function makes words of, which it does not list; moments; actions of a maker's own.
    ("sensor", "enum"),
    ("sensor", "timestamp"),
    ("button", ""),
}
"""What ZHA has and we have not."""


@pytest.fixture(autouse=True)
def untraced(in_a_hurry: None) -> None:
    """Let the loop not trace every callback."""


def sample() -> Iterator[Device]:
    """Yield every device of the house, and some of the corpus: `script/bench zigbee-coverage` takes all."""
    made_up, makers = tuple(devices_of(Corpus.MADE_UP)), tuple(devices_of(Corpus.MAKERS))
    assert len(made_up) > 80
    assert len(makers) > 200
    house = len(devices.ALL)
    yield from made_up[:house]
    yield from made_up[house::7]
    yield from makers[::7]


async def test_what_zha_has_we_have_and_no_more() -> None:
    asyncio.get_running_loop().set_debug(False)
    score = await judge(sample())
    assert len(score.verdicts) > 50
    assert not score.unjudged
    assert score.platforms > 0.98
    assert score.match > 0.95
    for one in score.verdicts:
        unexplained = sum((one.missed + one.extra).values()) - meant(one.missed, one.extra)
        assert unexplained <= sum(one.missed[key] for key in NOT_COVERED), one
    by_model = {verdict.model: verdict for verdict in score.verdicts}
    for make in devices.ALL:
        assert not by_model[f"{devices.MAKER} {make().model}"].missed


def test_the_corpus_is_of_many_makers_and_each_model_is_in_it_once() -> None:
    known = [(one.maker.strip(), one.model) for one in signatures()]
    assert len({maker for maker, _ in known}) > 50
    assert len(known) > 200
    places = {place for one in signatures() for place in one.places.values()}
    assert {0x0104, 0xC05E} < {one.profile for one in places}


def test_the_registry_gives_a_device_for_most_quirks() -> None:
    known = list(registry.signatures())
    assert len(known) > 500
    assert {"TS0601", "lumi.motion.ac02"} <= {one.model for one in known}


def test_what_differs_on_purpose_is_counted() -> None:
    flow = Counter({("sensor", ""): 2})
    assert meant(flow, Counter({("sensor", "volume_flow_rate"): 1})) == 2
    assert meant(flow, Counter()) == 0
    assert meant(Counter({("binary_sensor", "tamper"): 1}), Counter({("number", "temperature"): 1})) == 2
    assert meant(Counter({("light", ""): 1}), Counter({("switch", ""): 1})) == 0


def test_a_score_says_what_is_missed_and_what_is_too_much() -> None:
    score = Score()
    assert (score.match, score.full_devices, score.extras) == (1, 0, 0)
    lamp, plug = Counter({("light", ""): 1}), Counter({("switch", ""): 1, ("sensor", "power"): 1})
    score.verdicts.append(Verdict(model="Lamp", ours=lamp, theirs=lamp))
    score.verdicts.append(Verdict(model="Plug", ours=lamp + plug - Counter({("switch", ""): 1}), theirs=plug))
    assert (round(score.match, 3), score.full_devices, round(score.extras, 3)) == (0.667, 0.5, 0.333)
    assert list(report(score))[-1] == "Plug: missed {('switch', ''): 1} extra {('light', ''): 1}"


async def test_what_fails_in_ours_does_not_starve_zha(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asyncio.get_running_loop().set_debug(False)
    async with zha_running() as (stick, gateway):
        device = devices.climate_sensor()
        told, host = Told(), Host(app=gateway.application_controller)
        network = ZigbeeNetwork(ZhaRadio(host), told, QUICK)
        await network.start()
        known: Any = await join(stick, gateway, device)
        try:
            await until(lambda: str(device.ieee) in told.things)
            ieee = str(device.ieee)
            device.set(1, 0x0402, measured_value=2222)
            await until(lambda: value_of(told.things[ieee], Quantity.TEMPERATURE) == 22.22)
            monkeypatch.setattr(ZigbeeThing, "heard", lambda _: 1 / 0)
            device.set(1, 0x0402, measured_value=333)
            sensors = [one for one in known.platform_entities.values() if one.PLATFORM == "sensor"]
            (shown,) = (one for one in sensors if one.device_class == "temperature")
            await until(lambda: shown.native_value == 3.33)
            assert "A callback for a Zigbee device failed" in caplog.text
            caplog.clear()
        finally:
            await network.stop()


async def test_what_zha_asks_a_new_device_is_learnt_from() -> None:
    asyncio.get_running_loop().set_debug(False)
    async with zha_running() as (stick, gateway):
        device = devices.leak()
        told, host = Told(), Host(app=gateway.application_controller)
        network = ZigbeeNetwork(ZhaRadio(host), told, QUICK)
        await network.start()
        try:
            await join(stick, gateway, device)
            ieee = str(device.ieee)
            await until(lambda: ieee in told.things)
            sent = stick.network.frames_from_host
            await network._look_at(ieee, network.things[ieee])
            quantities = {one.quantity for one in told.things[ieee].description.properties.values()}
            assert Quantity.MOISTURE in quantities
            assert stick.network.frames_from_host == sent
        finally:
            await network.stop()

"""The claim of the architecture, tried: a second protocol is one folder and one line."""

from pathlib import Path
import shutil
import subprocess
import sys

from .repository import ROOT

_TOY = '''
"""A protocol of one device."""

from ...things.adapter import FoundThing, Pin
from ...things.errors import Reason, Rejected
from ...things.model import DataSchema, PropertyAffordance, ThingDescription, ThingState, ValueType
from ...things.quantities import Quantity

TEMPERATURE = PropertyAffordance(
    name="t", quantity=Quantity.TEMPERATURE, schema=DataSchema(type=ValueType.NUMBER)
)
DESCRIPTION = ThingDescription(id="urn:dev:org:32473-toy", title="Toy", properties={"t": TEMPERATURE})


class ToyThing:
    description = DESCRIPTION
    state = ThingState(available=True, values={"t": 21.5})

    def subscribe(self, listener):
        listener(self.state)
        return lambda: None

    def subscribe_events(self, listener):
        return lambda: None

    async def close(self):
        pass


class ToyAdapter:
    found = FoundThing(adapter="toy", description=DESCRIPTION, pin=Pin(address="toy://1"))
    services = ()

    async def discover(self):
        yield self.found

    async def inspect(self, address, credentials=None):
        if address != "toy://1":
            raise Rejected(Reason.BAD_ADDRESS, address=address)
        return self.found

    def consume(self, thing_id, record, pin, interpretations=None, credentials=None):
        return ToyThing()

    def share(self, record):
        return {}

    async def close(self):
        pass


async def open_adapter(host):
    return ToyAdapter()
'''

_TRIAL = """
import pytest
from homeassistant.config_entries import SOURCE_USER
from pytest_homeassistant_custom_component.common import MockConfigEntry


@pytest.mark.usefixtures("loopback")
@pytest.mark.parametrize("expected_lingering_timers", [True])
async def test_the_toy_becomes_an_entity(hass):
    entry = MockConfigEntry(domain="local_things", unique_id="network")
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert set(entry.runtime_data.adapters) >= {"coap", "toy"}
    flows = hass.config_entries.subentries
    form = await flows.async_init((entry.entry_id, "thing"), context={"source": SOURCE_USER})
    await flows.async_configure(form["flow_id"], {"address": "toy://1"})
    await flows.async_configure(form["flow_id"], {"name": "Toy"})
    await hass.async_block_till_done()
    assert hass.states.get("sensor.toy_temperature").state == "21.5"
    assert await hass.config_entries.async_unload(entry.entry_id)
"""


def _run(*command: str, where: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=where, capture_output=True, text=True, timeout=120, check=False)


def _copy(target: Path) -> None:
    for name in ("custom_components", "script"):
        shutil.copytree(ROOT / name, target / name, ignore=shutil.ignore_patterns("__pycache__"))
    (target / "tests").mkdir()
    shutil.copy(ROOT / "tests" / "conftest.py", target / "tests")
    shutil.copy(ROOT / "pyproject.toml", target)


def test_a_second_adapter_is_one_folder_and_one_line(tmp_path: Path) -> None:
    _copy(tmp_path)
    adapters = tmp_path / "custom_components" / "local_things" / "adapters"
    (adapters / "toy").mkdir()
    (adapters / "toy" / "__init__.py").write_text('"""A protocol of one device."""\n')
    (adapters / "toy" / "adapter.py").write_text(_TOY)
    table = (adapters / "__init__.py").read_text()
    assert table.count('(_spec("coap"), ') == 1
    (adapters / "__init__.py").write_text(table.replace('(_spec("coap"), ', '(_spec("coap"), _spec("toy"), '))
    (tmp_path / "tests" / "test_toy.py").write_text(_TRIAL)

    contracts = _run(str(Path(sys.executable).with_name("lint-imports")), where=tmp_path)
    assert contracts.returncode == 0, contracts.stdout + contracts.stderr
    trial = _run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_toy.py", where=tmp_path)
    assert trial.returncode == 0, trial.stdout + trial.stderr
    assert "1 passed" in trial.stdout

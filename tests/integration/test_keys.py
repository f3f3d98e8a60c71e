"""How a device gets its key: typed in, pasted, or made here; each has one of its own, which can be replaced."""

from collections.abc import Mapping
import json
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.local_things.flows.forms import async_interface
from custom_components.local_things.flows.keys import RefusedKey, is_key, oscore_of, speaks_oscore
from custom_components.local_things.network.hub import Hub
from custom_components.local_things.roster import Security
from custom_components.local_things.things.adapter import Credentials, Pin
from custom_components.local_things.things.errors import AccessDenied, Reason, Unreachable
from custom_components.local_things.things.security import OscoreContext
from tests.fake import FakeAdapter, FakeDevice
from tests.things_made import thermometer
from tests.transports.coap.edhoc_link import key_pair

from .conftest import accept, state_of
from .test_key_text import encoded, oscore, pre_shared
from .test_repairs import Repair
from .walking import add_by_address, answer, reconfigure

SENSOR: Final = "sensor.cellar_temperature"
PLAIN, SECURE = "coap://192.0.2.10:5683", "coaps://192.0.2.10:5684"
CONTEXT: Final = OscoreContext(master_secret=bytes(range(16)), sender_id=b"\0", recipient_id=b"\1")
TYPED: Final = {
    "master_secret": "0x00010203 04050607-08:09:0a:0b 0c0d0e0f",
    "sender_id": "00",
    "recipient_id": "01",
    "master_salt": "",
    "id_context": "",
}


@pytest.fixture
def device(adapter: FakeAdapter) -> FakeDevice:
    """Put a device on the wire that is spoken to with OSCORE only."""
    made = FakeDevice(
        description=thermometer(), values={"t": 20.0}, address=PLAIN, credentials=Credentials(oscore=CONTEXT)
    )
    adapter.devices = [made]
    return made


@pytest.fixture
def secure(device: FakeDevice) -> FakeDevice:
    """Let the device speak DTLS instead."""
    device.address, device.credentials = SECURE, Credentials(identity="hub", secret="0x736563726574")
    return device


@pytest.fixture
async def repair(hass: HomeAssistant, hass_client: ClientSessionGenerator) -> Repair:
    """Open repairs as a browser does."""
    assert await async_setup_component(hass, "repairs", {})
    return Repair(hass_client)


async def _name(hass: HomeAssistant, form: Mapping[str, object]) -> None:
    """Confirm that the device is trusted, and see that it is used."""
    assert form["step_id"] == "confirm_protected"
    done = await answer(hass, form, {"name": "Cellar"})  # type: ignore[arg-type]  # what a flow shows
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    assert state_of(hass, SENSOR).state == "20.0"


@pytest.mark.parametrize(
    "given",
    (TYPED, {"master_secret": json.dumps(oscore(ace_server_recipientid=encoded(b"\0")))}),
)
async def test_oscore_key_is_typed_in_or_pasted(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, device: FakeDevice, given: dict[str, str]
) -> None:
    menu = await add_by_address(hass, entry, PLAIN)
    assert menu["menu_options"] == ["oscore", "new_oscore"]
    form = await answer(hass, menu, {"next_step_id": "oscore"})
    wrong = await answer(hass, form, {**TYPED, "recipient_id": "02"})
    assert wrong["errors"] == {"master_secret": "access_denied"}
    assert wrong["data_schema"] is not None
    suggested = {str(marker): marker.description for marker in wrong["data_schema"].schema}
    assert suggested["recipient_id"] == {"suggested_value": "02"}, "what is no secret need not be typed again"
    assert suggested["master_secret"] is None
    assert "0405" not in f"{wrong} {suggested}", "a secret does not come back"
    await _name(hass, await answer(hass, form, given))
    assert hub.credentials.get(device.description.id) == device.credentials


@pytest.mark.parametrize(
    ("change", "errors"),
    (
        ({"master_secret": "secret"}, {"master_secret": "not_hexadecimal"}),
        ({"master_secret": "0x0"}, {"master_secret": "not_hexadecimal"}),
        ({"master_secret": "00" * 15}, {"master_secret": "bad_length"}),
        ({"master_secret": "00" * 65}, {"master_secret": "bad_length"}),
        ({"master_secret": "{}"}, {"master_secret": "bad_key_text"}),
        ({"master_secret": json.dumps(pre_shared())}, {"master_secret": "other_key_text"}),
        ({"sender_id": "x"}, {"sender_id": "not_hexadecimal"}),
        ({"sender_id": "00" * 8}, {"sender_id": "bad_length"}),
        ({"sender_id": "01"}, {"recipient_id": "equal_ids"}),
        ({"master_salt": "00" * 65}, {"master_salt": "bad_length"}),
        ({"id_context": "00" * 65}, {"id_context": "bad_length"}),
    ),
)
def test_oscore_key_that_cannot_be_one_is_refused_where_it_is_wrong(
    change: dict[str, str], errors: dict[str, str]
) -> None:
    with pytest.raises(RefusedKey) as refusal:
        oscore_of({**TYPED, **change})
    assert {refusal.value.field: refusal.value.error} == errors


def test_empty_fields_of_an_oscore_key_are_none_of_it() -> None:
    assert oscore_of({**TYPED, "id_context": "0x", "master_salt": " "}).oscore == CONTEXT


@pytest.mark.parametrize(
    ("address", "oscore_too", "key"),
    (
        ("192.0.2.1", True, True),
        ("sensor.local:5683", True, True),
        ("[fe80::1%eth0]", True, True),
        ("COAP+TCP://192.0.2.1", True, True),
        ("CoAPS://192.0.2.1", False, True),
        ("https://192.0.2.1", False, False),
        ("http://192.0.2.1", False, False),
    ),
)
def test_what_kind_of_key_is_asked_for_is_told_by_the_address(address: str, *, oscore_too: bool, key: bool) -> None:
    assert speaks_oscore(address) is oscore_too
    assert is_key(address) is key


async def test_pre_shared_key_is_pasted(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, secure: FakeDevice
) -> None:
    menu = await add_by_address(hass, entry, SECURE)
    assert menu["menu_options"] == ["credentials", "new_key"]
    form = await answer(hass, menu, {"next_step_id": "credentials"})
    wrong = await answer(hass, form, {"key": '{"kty": "oct"}'})
    assert wrong["errors"] == {"key": "bad_key_text"}
    wrong = await answer(hass, form, {"key": json.dumps(oscore())})
    assert wrong["errors"] == {"key": "other_key_text"}
    await _name(hass, await answer(hass, form, {"key": json.dumps(pre_shared())}))
    assert hub.credentials.get(secure.description.id) == secure.credentials


@pytest.mark.parametrize(("address", "step"), ((PLAIN, "new_oscore"), (SECURE, "new_key")))
async def test_key_is_made_here_and_set_at_the_device(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, device: FakeDevice, address: str, step: str
) -> None:
    device.address = address
    menu = await add_by_address(hass, entry, address)
    form = await answer(hass, menu, {"next_step_id": step})
    shown = form["description_placeholders"]
    assert shown is not None
    assert len(bytes.fromhex(shown["key"])) == 16
    assert shown["key"] not in str(form.get("context"))
    again = await answer(hass, form, {})
    assert again["errors"] == {"base": "access_denied"}
    assert again["description_placeholders"] is not None
    assert again["description_placeholders"]["key"] == shown["key"], "the user is just typing it in"
    device.error = Unreachable(Reason.NOT_ANSWERING)
    assert (await answer(hass, form, {}))["errors"] == {"base": "not_answering"}

    device.error = None
    if address == SECURE:
        device.credentials = Credentials(identity=shown["identity"], secret=f"0x{shown['key']}")
    else:
        ours, theirs = bytes.fromhex(shown["device_recipient"]), bytes.fromhex(shown["device_sender"])
        made = OscoreContext(master_secret=bytes.fromhex(shown["key"]), sender_id=ours, recipient_id=theirs)
        device.credentials = Credentials(oscore=made)
    await _name(hass, await answer(hass, form, {}))
    assert hub.credentials.get(device.description.id) == device.credentials

    other = await add_by_address(hass, entry, address)
    other = await answer(hass, other, {"next_step_id": step})
    assert other["description_placeholders"] is not None
    assert other["description_placeholders"]["key"] != shown["key"], "each device has a key of its own"


@pytest.mark.parametrize("address", (PLAIN, SECURE))
async def test_key_of_another_device_is_refused_before_anything_is_sent(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, adapter: FakeAdapter, device: FakeDevice, address: str
) -> None:
    key = device.credentials if address == PLAIN else Credentials(identity="a", secret="0x736563726574")
    assert key is not None
    device.address, device.credentials = address, key
    await hub.credentials.async_keep(device.description.id, key)
    await accept(hass, hub, device, "Hall")
    other_address = address.replace(".10", ".11")
    other = FakeDevice(description=thermometer(2), address=other_address, credentials=key)
    adapter.devices.append(other)
    menu = await add_by_address(hass, entry, other_address)
    adapter.inspected.clear()
    if address == PLAIN:
        form = await answer(hass, menu, {"next_step_id": "oscore"})
        wrong = await answer(hass, form, {**TYPED, "master_salt": "01"})
        assert wrong["errors"] == {"master_secret": "key_in_use"}
    else:
        form = await answer(hass, menu, {"next_step_id": "credentials"})
        wrong = await answer(hass, form, {"identity": "b", "key": "secret"})
        assert wrong["errors"] == {"key": "key_in_use"}
    assert wrong["description_placeholders"] is not None
    assert wrong["description_placeholders"]["holder"] == "Hall"
    assert not adapter.inspected


async def test_password_may_be_that_of_another_device_too(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, adapter: FakeAdapter
) -> None:
    password = Credentials(identity="admin", secret="opensesame")
    web = [
        FakeDevice(description=thermometer(n), address=f"https://192.0.2.{n}:443", credentials=password) for n in (1, 2)
    ]
    adapter.devices = web
    for device in web:
        form = await add_by_address(hass, entry, device.address)
        assert form["step_id"] == "credentials", "a password is not made here"
        form = await answer(hass, form, {"identity": "admin", "key": "opensesame"})
        await answer(hass, form, {"name": device.address})
        await hass.async_block_till_done()
    assert len(entry.subentries) == 2


@pytest.mark.parametrize(
    ("credentials", "fingerprint", "address", "step"),
    (
        (None, "", "fake://192.0.2.1:80", "confirm"),
        (Credentials(secret="a"), "", "fake://192.0.2.1:80", "confirm_password"),
        (None, "ab" * 32, "https://192.0.2.1:443", "confirm_certificate"),
        (Credentials(secret="a"), "ab" * 32, "https://192.0.2.1:443", "confirm_certificate"),
        (None, "ab" * 32, "fake://192.0.2.1:80", "confirm"),
    ),
)
async def test_what_is_trusted_is_said_as_it_is(
    hass: HomeAssistant,
    hub: Hub,
    entry: MockConfigEntry,
    adapter: FakeAdapter,
    credentials: Credentials | None,
    fingerprint: str,
    address: str,
    step: str,
) -> None:
    device = FakeDevice(description=thermometer(), address=address, credentials=credentials, fingerprint=fingerprint)
    adapter.devices = [device]
    form = await add_by_address(hass, entry, address)
    if credentials:
        form = await answer(hass, form, {"key": credentials.secret})
    assert form["step_id"] == step
    words = form["description_placeholders"]
    assert words is not None
    assert words["fingerprint"] == (" ".join(["abab"] * 8) if fingerprint else "–")


@pytest.mark.parametrize(
    ("pin", "shown"),
    (
        (Pin(address="coap://[fe80::1%eth9]:5683", interface="eth9"), "eth9"),
        (Pin(address="coap://192.0.2.7:5683"), "eth0"),
        (Pin(address="coap://[2001:db8::7]:5683"), "eth0"),
        (Pin(address="coap://198.51.100.7:5683"), "–"),
        (Pin(address="mqtt://broker"), "–"),
    ),
)
async def test_link_of_a_device_is_said(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, pin: Pin, shown: str
) -> None:
    adapter = {
        "name": "eth0",
        "index": 2,
        "enabled": True,
        "ipv4": [{"address": "192.0.2.1", "network_prefix": 24}],
        "ipv6": [{"address": "2001:db8::1", "network_prefix": 64}],
    }

    async def adapters(_hass: HomeAssistant) -> list[object]:
        return [adapter]

    monkeypatch.setattr("homeassistant.components.network.async_get_adapters", adapters)
    assert await async_interface(hass, pin) == shown


# ------------------------------------------------------------------------------------------------- another key


async def _accepted(hass: HomeAssistant, hub: Hub, device: FakeDevice) -> str:
    assert device.credentials
    await hub.credentials.async_keep(device.description.id, device.credentials)
    return await accept(hass, hub, device, "Cellar")


async def test_key_is_replaced_and_the_one_before_is_gone(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, device: FakeDevice
) -> None:
    subentry_id = await _accepted(hass, hub, device)
    menu = await reconfigure(hass, entry, subentry_id, "key")
    assert menu["menu_options"] == ["oscore", "new_oscore"]
    form = await answer(hass, menu, {"next_step_id": "oscore"})
    new = OscoreContext(master_secret=bytes(16), sender_id=b"\0", recipient_id=b"\1")
    device.credentials = Credentials(oscore=new)
    done = await answer(hass, form, {**TYPED, "master_secret": "00" * 16})
    assert done["reason"] == "key_replaced"
    assert hub.credentials.get(device.description.id) == Credentials(oscore=new)
    await hass.async_block_till_done()
    assert state_of(hass, SENSOR).state == "20.0"


async def test_device_without_a_key_is_given_one(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, device: FakeDevice
) -> None:
    key, device.credentials = device.credentials, None
    subentry_id = await accept(hass, hub, device, "Cellar")
    menu = await reconfigure(hass, entry, subentry_id, "key")
    form = await answer(hass, menu, {"next_step_id": "oscore"})
    device.credentials = key
    assert (await answer(hass, form, TYPED))["reason"] == "key_replaced"
    assert hub.credentials.get(device.description.id) == key


async def test_what_can_have_no_key_is_offered_none(hass: HomeAssistant, hub: Hub, entry: MockConfigEntry) -> None:
    device = FakeDevice(description=thermometer(), address="https://192.0.2.1:443")
    subentry_id = await accept(hass, hub, device)
    menu = await hass.config_entries.subentries.async_init(
        (entry.entry_id, "thing"), context={"source": "reconfigure", "subentry_id": subentry_id}
    )
    assert menu["menu_options"] == ["address", "explain", "import_mapping", "share_mapping"]


async def test_t04_keyed_device_is_not_moved_to_where_it_asks_for_no_key(
    hass: HomeAssistant, hub: Hub, entry: MockConfigEntry, secure: FakeDevice, adapter: FakeAdapter
) -> None:
    subentry_id = await _accepted(hass, hub, secure)
    adapter.devices = [FakeDevice(description=secure.description, address=PLAIN)]
    form = await reconfigure(hass, entry, subentry_id, "address")
    done = await answer(hass, form, {"address": PLAIN})
    assert done["reason"] == "without_key"
    assert entry.subentries[subentry_id].data["pin"]["address"] == SECURE


@pytest.mark.parametrize("reason", (Reason.BAD_CREDENTIALS, Reason.ACCESS_DENIED, Reason.KEY_STATE_LOST))
async def test_device_that_refuses_its_oscore_key_asks_for_another(
    hass: HomeAssistant,
    hub: Hub,
    device: FakeDevice,
    adapter: FakeAdapter,
    repair: Repair,
    issue_registry: ir.IssueRegistry,
    reason: Reason,
) -> None:
    subentry_id = await _accepted(hass, hub, device)
    await hub.credentials.async_keep(
        "other", Credentials(oscore=OscoreContext(master_secret=b"1" * 16, recipient_id=b"1"))
    )
    device.error, device.reason = AccessDenied(reason), reason
    device.push()
    assert [issue.translation_key for issue in issue_registry.issues.values()] == ["credentials"]
    form = await repair.open(f"credentials_{subentry_id}")
    assert form["step_id"] == "unlock_oscore"
    assert (await repair.answer(**{**TYPED, "master_secret": "no"}))["errors"] == {"master_secret": "not_hexadecimal"}
    taken = await repair.answer(**{**TYPED, "master_secret": (b"1" * 16).hex()})
    assert taken["errors"] == {"master_secret": "key_in_use"}
    assert (await repair.answer(**TYPED))["errors"] == {"master_secret": reason.value}
    new = OscoreContext(master_secret=bytes(16), sender_id=b"\0", recipient_id=b"\1")
    device.error, device.reason, device.credentials = None, None, Credentials(oscore=new)
    done = await repair.answer(**{**TYPED, "master_secret": "00" * 16})
    assert done["type"] == "create_entry"
    await hass.async_block_till_done()
    assert hub.credentials.get(device.description.id) == Credentials(oscore=new)
    assert state_of(hass, SENSOR).state == "20.0"
    assert not issue_registry.issues


async def test_device_that_agreed_on_keys_is_given_a_shared_one_where_the_library_is_missing(
    hass: HomeAssistant, hub: Hub, device: FakeDevice, repair: Repair, issue_registry: ir.IssueRegistry
) -> None:
    pair = key_pair()
    key, device.credentials = device.credentials, Credentials(edhoc=pair).of(key_pair().credential)
    await hub.credentials.async_keep(device.description.id, device.credentials)
    subentry_id = await accept(hass, hub, device, "Cellar")
    assert hub.reach_of(hub.coordinators[subentry_id]).security is Security.ENCRYPTED
    device.credentials, device.reason = key, Reason.EDHOC_MISSING
    device.push()
    assert [issue.translation_key for issue in issue_registry.issues.values()] == ["credentials"]
    assert (await repair.open(f"credentials_{subentry_id}"))["step_id"] == "protection"
    await hub.credentials.async_keep(device.description.id, Credentials(oscore=CONTEXT))  # meanwhile, elsewhere
    assert (await repair.answer(next_step_id="unlock_edhoc"))["step_id"] == "unlock_oscore"
    device.reason = None
    assert (await repair.answer(**TYPED))["type"] == "create_entry"
    assert hub.credentials.get(device.description.id) == key
    assert not issue_registry.issues


async def test_device_that_begins_to_ask_for_oscore_is_asked_for_by_its_words(
    hass: HomeAssistant, hub: Hub, device: FakeDevice, repair: Repair
) -> None:
    key, device.credentials = device.credentials, None
    subentry_id = await accept(hass, hub, device, "Cellar")
    device.credentials = key
    device.push()
    assert (await repair.open(f"credentials_{subentry_id}"))["step_id"] == "unlock_oscore"
    assert (await repair.answer(**TYPED))["type"] == "create_entry"
    assert hub.credentials.get(device.description.id) == key

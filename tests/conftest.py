"""What every test starts from.

Home Assistant's harness checks after each test that no task, timer, thread or socket is left. aiocoap keeps
the timers of its duplicate detection for EXCHANGE_LIFETIME (247 s) after its context is shut down, so a test with a
real CoAP endpoint says `@pytest.mark.parametrize("expected_lingering_timers", [True])`; nothing else may.
"""

# First: the harness brings a `custom_components` package of its own, and whoever is imported first stays.
import custom_components  # noqa: F401, I001 - see above

import ipaddress

from hypothesis import settings
import pytest
import pytest_socket

# No test asserts a time, so no example has a deadline; every run draws others, so each need not try a hundred.
settings.register_profile("suite", parent=settings(), max_examples=60, deadline=None)
settings.load_profile("suite")

LOOPBACK_HOSTS = ("127.0.0.1", "::1", *(str(ipaddress.IPv4Address("127.0.0.11") + n) for n in range(30)))
"""Where tests may talk to: this machine, and the addresses of the simulated house (127.0.0.11…40)."""


OWN_PORTS = (
    ("tests/adapters/poe", "tests/integration/poe", "tests/house/switch", "tests/transports/test_snmp.py"),
    ("tests/adapters/zigbee", "tests/integration/zigbee", "tests/house/radio"),
    ("tests/transports/http",),
)
"""Tests that open sockets, but none at the port of CoAP, by what may run beside each other."""


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests that share the CoAP port of the loopback interface in one worker; most of their time they wait."""
    for item in items:
        if "loopback" in getattr(item, "fixturenames", ()):
            groups = [paths[0] for paths in OWN_PORTS if item.nodeid.startswith(paths)]
            item.add_marker(pytest.mark.xdist_group(groups[0] if groups else "loopback"))


@pytest.fixture(autouse=True)
def with_custom_integrations(request: pytest.FixtureRequest) -> None:
    """Let a test that has a Home Assistant find this integration; the recorder wants to be there before it."""
    if "hass" not in request.fixturenames:
        return
    if "recorder_mock" in request.fixturenames:
        request.getfixturevalue("recorder_mock")
    request.getfixturevalue("enable_custom_integrations")


@pytest.fixture
def multicast_dns(loopback: None) -> None:
    """Let a test hear what announces itself on loopback."""


@pytest.fixture(autouse=True)
def no_multicast_dns(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep every other Home Assistant from listening to the network of the machine."""

    async def hear_nothing(_: object) -> None:
        """Stand in for Browser.run."""

    if "hass" in request.fixturenames and "multicast_dns" not in request.fixturenames:
        monkeypatch.setattr("custom_components.local_things.network.browser.Browser.run", hear_nothing)


@pytest.fixture(autouse=True)
def no_neighbours(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep every Home Assistant without real sockets from asking the kernel which hardware answers where."""

    async def nobody() -> dict[str, set[str]]:
        """Stand in for hosts_by_hardware."""
        return {}

    if "hass" in request.fixturenames and "loopback" not in request.fixturenames:
        monkeypatch.setattr("custom_components.local_things.network.entry.hosts_by_hardware", nobody)


@pytest.fixture
def hass_config_dir(hass_tmp_config_dir: str) -> str:
    """Give every Home Assistant a configuration folder of its own, so that nothing written outlives the test."""
    return hass_tmp_config_dir


@pytest.fixture
def loopback(socket_enabled: None) -> None:
    """Let a test open real sockets, to and from this machine only."""
    pytest_socket.socket_allow_hosts(list(LOOPBACK_HOSTS), allow_unix_socket=True)

"""A lab for every test here; a test that asks for one says in the summary why it was skipped where none can be made."""

from collections.abc import Iterator

import ifaddr
from ifaddr._posix import get_adapters
import pytest
import pytest_socket

from .lab import Flavour, Lab, network_lab, why_not

_LINK = ["10.77.0.0/24", "fd00:77::/64", "fe80::/10", "127.0.0.0/8", "::1/128"]
"""Where a lab leads, and the loopback interfaces of its machines."""


@pytest.fixture(params=Flavour, ids=lambda flavour: flavour.name.lower())
def lab(request: pytest.FixtureRequest) -> Iterator[Lab]:
    """Two machines on one link, in every flavour of the link."""
    skip_without_lab()
    with network_lab(request.param) as made:
        yield made


@pytest.fixture
def network(socket_enabled: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test open connections within a lab; skip it where no lab can be made."""
    monkeypatch.setattr(ifaddr, "get_adapters", get_adapters)  # Home Assistant's harness has put others in their place
    skip_without_lab()
    pytest_socket.socket_allow_hosts(list(_LINK), allow_unix_socket=True)


def skip_without_lab() -> None:
    """Skip, with the reason, where no lab can be made."""
    if reason := why_not():
        pytest.skip(reason)

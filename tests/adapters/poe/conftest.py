"""A host, and switches in a hurry."""

from ipaddress import ip_interface

import pytest

from custom_components.local_things.things.adapter import NetworkInterface
from tests.adapters.contract import MemoryHost

LOOPBACK = NetworkInterface(name="lo", index=1, addresses=(ip_interface("127.0.0.9/8"),))


@pytest.fixture
def host() -> MemoryHost:
    return MemoryHost(interfaces=(LOOPBACK,))

"""Key pairs of ours for devices that agree on their keys."""

from custom_components.local_things.flows.public_key import new_key_pair
from custom_components.local_things.things.adapter import Credentials
from custom_components.local_things.things.security import EDHOC_PATH, EdhocKey
from tests.house.edhoc import EdhocDevice


def key_pair() -> EdhocKey:
    """Make a key pair, as either side has one."""
    return new_key_pair(EDHOC_PATH)


def introduced(device: EdhocDevice, peer: bytes = b"") -> Credentials:
    """Return a new key pair that the device was told of; `peer` is whom we take the device to be."""
    key = key_pair()
    device.trust(key.credential.hex())
    return Credentials(edhoc=key).of(peer)


async def brought(_: str) -> bool:
    """Have the library: it is installed for the tests."""
    return True


async def missing(_: str) -> bool:
    """Have no library for this system."""
    return False

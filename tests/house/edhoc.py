"""A device that agrees on its OSCORE keys (EDHOC, RFC 9528): aiocoap's server, with lakers as the responder.

It takes whom it was told: `trust` is what its owner does with the credential that Home Assistant shows. What is agreed
on is lost when it stops, as by a device that reboots.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final, override

from aiocoap import edhoc, resource
from aiocoap.credentials import CredentialsMap
import cbor2

from tests.house.control import Verb
from tests.house.oscore import OscoreDevice, OscorePart

_KCCS: Final = 14
_ID: Final = b"\x2a"


class _Offer(resource.Resource):  # type: ignore[misc]  # aiocoap has no types
    """Tells in the links that keys are agreed on here; the library takes the messages before they come to it."""

    rt = "core.edhoc"


class EdhocDevice(OscoreDevice):
    """The thermostat of `OscoreDevice`, with a key pair instead of a shared key."""

    def __init__(self, name: str, address: str, *, port: int = 5683) -> None:
        """Make a new key pair; nothing is opened before `start`, and nobody is trusted before `trust`."""
        self.by_value = self.offers = True
        self._map = CredentialsMap()
        self._trusted: dict[int, object] | None = None
        super().__init__(name, address, port=port)

    @override
    def rekey(self) -> None:
        """Make another key pair; it holds from the next `start` on."""
        self._key = edhoc.CoseKeyForEdhoc.generate()
        self._shown: dict[int, object] = self._key.as_ccs(kid=_ID, subject=self.name)

    def have_the_key_of(self, other: EdhocDevice) -> None:
        """Be a copy of another, as devices whose maker gave all of them one key."""
        self._key, self._shown = other._key, other._shown

    @override
    def discard(self) -> None:
        """Do nothing: it keeps no key on the disk."""

    @property
    def credential(self) -> bytes:
        """Its public credential, as it is printed on its sheet."""
        return cbor2.dumps(self._shown[_KCCS], canonical=True)

    def trust(self, credential: str) -> None:
        """Let in who has this credential (hexadecimal), and nobody else, from now on; empty for nobody."""
        self._trusted = {_KCCS: cbor2.loads(bytes.fromhex(credential))} if credential else None
        if self._context is not None:
            self._tell()

    @override
    def _credentials(self, site: resource.Site) -> CredentialsMap:
        self._map = CredentialsMap()
        if self.offers:
            site.add_resource((".well-known", "edhoc"), _Offer())
            self._tell()
        return self._map

    def _tell(self) -> None:
        """Tell the library who the device is, and who is trusted."""
        style = "by-value" if self.by_value else "by-key-id"
        self._map[f"{self.uri.removesuffix(':5683')}/*"] = _credentials(
            own_cred_style=style, own_cred=self._shown, private_key=self._key.secret_to_map()
        )
        self._map[":hub"] = _credentials(peer_cred=self._trusted)


def _credentials(**parts: object) -> edhoc.EdhocCredentials:
    return edhoc.EdhocCredentials(suite=2, method=3, **parts)


@asynccontextmanager
async def edhoc_device(name: str = "gate", address: str = "127.0.0.42") -> AsyncIterator[EdhocDevice]:
    """Run one device in this loop, at any free port."""
    device = EdhocDevice(name, address, port=0)
    await device.start()
    try:
        yield device
    finally:
        await device.stop()


class EdhocPart(OscorePart):
    """Such a device as a part of the house."""

    device: EdhocDevice

    @property
    @override
    def verbs(self) -> Mapping[str, Verb]:
        """What can be done to it."""
        return {**super().verbs, "trust": _TRUST}

    @override
    def key(self) -> Mapping[str, str]:
        """Return its public credential: there is no other key to tell."""
        return {"credential": self.device.credential.hex()}


_TRUST: Final = Verb(call=EdhocDevice.trust, arguments="CREDENTIAL", help="let in who has this public credential")

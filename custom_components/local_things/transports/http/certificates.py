"""What a server shows before anything is said to it: its certificate, and what stands in that besides its key."""

import asyncio
from dataclasses import dataclass
import hashlib
from typing import Final, override

import aiohttp
from cryptography import x509
from cryptography.hazmat import asn1

from ...things.errors import Rejected
from ...things.mud import read_mud_url

NO_CERTIFICATE: Final = bytes(32)
"""A SHA-256 that no certificate has."""

_USAGE_URL: Final = x509.ObjectIdentifier("1.3.6.1.5.5.7.1.25")
"""id-pe-mud-url (RFC 8520, section 11)."""

_MOST: Final = 16_384
"""Bytes of a certificate that is read; devices' have some hundred."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A certificate by its SHA-256, in hexadecimal, and where its maker describes what the device wants, if it says."""

    fingerprint: str
    usage_url: str = ""


class Asked(aiohttp.Fingerprint):
    """Takes note of the certificate that a server shows, and lets the library send nothing: none is the one wanted."""

    def __init__(self) -> None:
        """Nothing was shown yet."""
        super().__init__(NO_CERTIFICATE)
        self.shown = b""

    @override
    def check(self, transport: asyncio.Transport) -> None:
        self.shown = transport.get_extra_info("ssl_object").getpeercert(binary_form=True)
        super().check(transport)


def read_certificate(shown: bytes) -> Certificate:
    """Read a certificate (DER); of one that nobody can read the SHA-256 is known all the same."""
    return Certificate(fingerprint=hashlib.sha256(shown).hexdigest(), usage_url=_usage_url(shown))


def _usage_url(shown: bytes) -> str:
    if len(shown) > _MOST:
        return ""
    try:
        extension = x509.load_der_x509_certificate(shown).extensions.get_extension_for_oid(_USAGE_URL)
        value = extension.value.public_bytes()
        return read_mud_url(asn1.decode_der(asn1.IA5String, value).as_str())
    except ValueError, x509.ExtensionNotFound, x509.DuplicateExtension, Rejected:
        return ""

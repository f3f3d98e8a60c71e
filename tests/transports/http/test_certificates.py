"""What stands in a certificate: by which it is known, and where its maker describes what the device wants."""

from pathlib import Path
import ssl

from cryptography import x509
from cryptography.hazmat import asn1
from hypothesis import given, strategies as st
import pytest

from custom_components.local_things.transports.http.certificates import _MOST, read_certificate

from .serving import self_signed, usage_extension

URL = "https://maker.example/lamp.json"


def der_of(folder: Path, *others: x509.UnrecognizedExtension) -> tuple[bytes, str]:
    """Return a certificate and its SHA-256."""
    _, fingerprint = self_signed(folder, "device", *others)
    pem = (folder / "device.pem").read_text()
    return ssl.PEM_cert_to_DER_cert(pem[pem.index("-----BEGIN CERTIFICATE") :]), fingerprint


@pytest.mark.parametrize(
    ("value", "read"),
    (
        (asn1.encode_der(asn1.IA5String(URL)), URL),
        (asn1.encode_der(asn1.IA5String("javascript:alert(1)")), ""),
        (asn1.encode_der(asn1.IA5String(f"https://{'m' * 300}.example/")), ""),
        (URL.encode(), ""),
        (b"", ""),
    ),
)
def test_the_url_of_a_usage_description_is_read(tmp_path: Path, value: bytes, read: str) -> None:
    der, fingerprint = der_of(tmp_path, usage_extension(value))
    shown = read_certificate(der)
    assert (shown.fingerprint, shown.usage_url) == (fingerprint, read)


def test_most_certificates_say_nothing_of_usage(tmp_path: Path) -> None:
    der, fingerprint = der_of(tmp_path)
    assert read_certificate(der).usage_url == ""
    assert read_certificate(der).fingerprint == fingerprint
    large, _ = der_of(tmp_path, usage_extension(asn1.encode_der(asn1.IA5String(URL))), _filler(_MOST))
    assert read_certificate(large).usage_url == ""


def _filler(size: int) -> x509.UnrecognizedExtension:
    return x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.32473.1"), bytes(size))


@given(st.binary(max_size=200))
def test_t07_what_is_no_certificate_says_nothing(shown: bytes) -> None:
    assert read_certificate(shown).usage_url == ""

"""An OID and a value under it, as net-snmp's pass_persist writes them (snmpd.conf(5))."""

from dataclasses import dataclass
from typing import Literal

type Oid = tuple[int, ...]


def oid(text: str) -> Oid:
    """Return the numbers of an OID."""
    return tuple(map(int, text.strip(".").split(".")))


@dataclass(frozen=True, slots=True)
class Varbind:
    """A value as pass_persist writes it."""

    syntax: Literal["integer", "gauge", "counter", "string", "octet"]
    text: str


def integer(number: int) -> Varbind:
    """Return an INTEGER."""
    return Varbind("integer", str(int(number)))


def gauge(number: float) -> Varbind:
    """Return a Gauge32."""
    return Varbind("gauge", str(round(number)))


def counter(number: int) -> Varbind:
    """Return a Counter32."""
    return Varbind("counter", str(number))


def octets(content: bytes) -> Varbind:
    """Return an OCTET STRING."""
    return Varbind("octet", content.hex(" "))


def string(text: str) -> Varbind:
    """Return a text; as octets where it has what would end the line."""
    return (
        Varbind("string", text)
        if text.isprintable() and text.isascii()
        else octets(text.encode(errors="surrogateescape"))
    )


def hardware(address: str) -> bytes:
    """Return the octets of `aa:bb:…`."""
    return bytes.fromhex(address.replace(":", ""))

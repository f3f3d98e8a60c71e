"""Where the values of a device live on the wire, and how they are asked for and written there. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ....things.model import Value
from ....things.quantities import ACTIONS
from ....things.units import PLAIN, Unit
from ..formats.payload import LWM2M, MAPS, ContentFormat
from .mapped import is_ocf
from .maps import Key
from .meaning import Form
from .offers import Offer
from .record import ObjectPath, content_formats

_TO_READ: Final = (
    ContentFormat.SENML_CBOR,
    ContentFormat.SENML_JSON,
    ContentFormat.OCF_CBOR,
    ContentFormat.CBOR,
    ContentFormat.LWM2M_CBOR,
    ContentFormat.TEXT,
    ContentFormat.JSON,
    ContentFormat.LWM2M_JSON,
    ContentFormat.LWM2M_TLV,
)
"""What to ask for, first choice first: what says most about the value in the fewest bytes. TLV tells no type."""

_TO_WRITE: Final = (
    ContentFormat.TEXT,
    ContentFormat.CBOR,
    ContentFormat.JSON,
    ContentFormat.SENML_CBOR,
    ContentFormat.SENML_JSON,
    ContentFormat.LWM2M_CBOR,
    ContentFormat.LWM2M_JSON,
    ContentFormat.LWM2M_TLV,
)
"""What to write in (and to read, so that both sides of a write compare alike): what every device takes first."""

_OF_MAPS: Final = (ContentFormat.OCF_CBOR, ContentFormat.CBOR, ContentFormat.JSON)
"""The same for a value in a map."""

_OF_OCF: Final = frozenset({ContentFormat.OCF_CBOR, ContentFormat.CBOR})
"""What every OCF device speaks (OCF Core Specification, 12.4), named or not."""

_USUAL_METHODS: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """Where an affordance lives on the wire, and how its values are written there: in `unit`, `form` and `words`.

    `record` is the name inside a SenML pack and `key` the place in a map ("" and () for a resource with one value).
    `content_format` is to be accepted and written, None where the device names none, and `alternatives` are what else
    it names, best first. `method` writes or invokes: "PUT", "POST", or "". `unit_is_fixed`: the device declared the
    unit once for all, so a unit beside a value is not asked; `unit_key` is where a map says it.
    """

    path: str
    record: str = ""
    key: Key = ()
    unit: Unit = PLAIN
    unit_is_fixed: bool = False
    unit_key: str = ""
    form: Form = Form.PLAIN
    words: tuple[tuple[str, Value], ...] = ()
    content_format: int | None = None
    alternatives: tuple[int, ...] = ()
    observable: bool = False
    method: str = ""


def bindings_of(offers: Iterable[Offer], methods: Mapping[str, str] = _USUAL_METHODS) -> Mapping[str, Binding]:
    """Say how offers are read, written or invoked, by their names; `methods` writes where not as usual, by path.

    Those of one path agree in all that a request needs.
    """
    offers = tuple(offers)
    written = {offer.path for offer in offers if offer.meaning.writable}
    return MappingProxyType(
        {offer.name: _binding(offer, methods.get(offer.path, ""), is_written=offer.path in written) for offer in offers}
    )


def _binding(offer: Offer, method: str, *, is_written: bool) -> Binding:
    """Say how an offer is read, written or invoked."""
    meaning, formats = offer.meaning, content_formats(offer.link)
    if ObjectPath.parse(offer.path) is None:
        formats -= LWM2M
    preferred: tuple[ContentFormat, ...] = _TO_WRITE if is_written else _TO_READ
    if offer.key:
        preferred = _OF_MAPS
        formats = (formats & MAPS) or (_OF_OCF if is_ocf(offer.link) else formats)
    choices = tuple(int(one) for one in preferred if one in formats)
    invoked = meaning.quantity in ACTIONS
    # OCF changes what is there by POST (OCF Core Specification, 8.4); a PUT would make it anew.
    method = method or ("POST" if is_ocf(offer.link) else "PUT")
    return Binding(
        path=offer.path,
        record=offer.record,
        key=offer.key,
        unit=meaning.unit,
        unit_is_fixed=meaning.unit_is_fixed,
        unit_key=meaning.unit_key,
        form=meaning.form,
        words=meaning.words,
        content_format=choices[0] if choices else None,
        alternatives=choices[1:],
        observable="obs" in offer.link.attributes and not invoked,
        method="POST" if invoked else method if meaning.writable else "",
    )

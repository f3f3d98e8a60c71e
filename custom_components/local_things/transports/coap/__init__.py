"""The one door to aiocoap: a CoAP client (RFC 7252, 7641, 7959) whose every bound and error is ours.

Who serves too imports `server`, which brings the library's other half.
"""

from .client import CoapClient
from .link import Link
from .messages import DEFAULT_MAX_AGE, LAN, CoapEndpoint, Held, MulticastAnswer, Representation, Scheme, Timing
from .multicast import GROUPS, SITE_LOCAL
from .observation import Observation

__all__ = [
    "DEFAULT_MAX_AGE",
    "GROUPS",
    "LAN",
    "SITE_LOCAL",
    "CoapClient",
    "CoapEndpoint",
    "Held",
    "Link",
    "MulticastAnswer",
    "Observation",
    "Representation",
    "Scheme",
    "Timing",
]

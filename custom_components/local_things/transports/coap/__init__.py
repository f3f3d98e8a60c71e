"""The one door to aiocoap: a CoAP client (RFC 7252, 7641, 7959) whose every bound and error is ours."""

from .client import CoapClient
from .messages import DEFAULT_MAX_AGE, LAN, CoapEndpoint, MulticastAnswer, Representation, Timing
from .observation import Observation

__all__ = [
    "DEFAULT_MAX_AGE",
    "LAN",
    "CoapClient",
    "CoapEndpoint",
    "MulticastAnswer",
    "Observation",
    "Representation",
    "Timing",
]

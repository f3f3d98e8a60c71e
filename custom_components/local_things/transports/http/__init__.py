"""HTTP to devices on our own links (RFC 9110), over Home Assistant's shared session: every bound and error is ours."""

from .authorization import Authorization, Place
from .client import HttpClient
from .messages import LAN, Answer, HttpEndpoint, Timing
from .server_sent import ServerSentEvent

__all__ = ["LAN", "Answer", "Authorization", "HttpClient", "HttpEndpoint", "Place", "ServerSentEvent", "Timing"]

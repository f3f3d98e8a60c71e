"""Our callbacks inside zigpy: what fails in one of them must reach neither the library nor ZHA's listeners."""

from collections.abc import Callable
from functools import wraps
import logging

_LOGGER = logging.getLogger(__name__)


def guarded[**P](callback: Callable[P, None]) -> Callable[P, None]:
    """Return a callback that logs what is raised and raises nothing."""

    @wraps(callback)
    def call(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            callback(*args, **kwargs)
        except Exception:
            _LOGGER.exception("A callback for a Zigbee device failed")

    return call

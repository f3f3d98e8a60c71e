"""What the walk is made of."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from playwright.async_api import Page

from .instance import Instance


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing the user does, and what must then be seen; `needs` is a part of the house that may not be there."""

    title: str
    do: Callable[[Page, Instance], Awaitable[None]]
    needs: str = ""

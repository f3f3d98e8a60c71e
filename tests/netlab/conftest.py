"""A lab for every test here; a test that asks for one says in the summary why it was skipped where none can be made."""

from collections.abc import Iterator

import pytest

from .lab import Flavour, Lab, network_lab, why_not


@pytest.fixture(params=Flavour, ids=lambda flavour: flavour.name.lower())
def lab(request: pytest.FixtureRequest) -> Iterator[Lab]:
    """Two machines on one link, in every flavour of the link."""
    skip_without_lab()
    with network_lab(request.param) as made:
        yield made


def skip_without_lab() -> None:
    """Skip, with the reason, where no lab can be made."""
    if reason := why_not():
        pytest.skip(reason)

"""Claims: the user is asked once about each, and about the last that was seen."""

from custom_components.local_things.network.claims import Claims


def test_t04_what_was_refused_is_not_asked_about_again() -> None:
    claims = Claims[str](lambda seen: seen[0])
    assert claims.of("lamp") is None
    assert claims.take("lamp", "a1")
    assert claims.refuse("lamp", "a1")
    assert claims.of("lamp") is None
    assert not claims.take("lamp", "a2"), "it is the same by what counts"
    assert claims.take("plug", "a1"), "nothing was refused of this device"


def test_t04_who_came_meanwhile_is_asked_about_still() -> None:
    claims = Claims[str](lambda seen: seen)
    claims.take("lamp", "a")
    claims.take("lamp", "b")
    assert not claims.refuse("lamp", "a")
    assert claims.of("lamp") == "b"
    claims.settle("lamp")
    claims.settle("lamp")
    assert claims.of("lamp") is None

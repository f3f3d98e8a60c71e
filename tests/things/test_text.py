"""Text of a device is shown as text, whatever it tries to be."""

import unicodedata

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.local_things.things.text import LABEL_LIMIT, clean, label

TRICKS = {
    "template": ("{{ states('lock.door') }}", "states('lock.door')"),
    "template statement": ("{% set x = 1 %}lamp", "% set x = 1 %lamp"),
    "format string": ("{0.__class__}", "0.__class__"),
    "markup": ("<img src=x onerror=alert(1)>Lamp", "img src=x onerror=alert(1)Lamp"),
    "right-to-left override": ("Lamp\u202egnp.exe", "Lamp gnp.exe"),
    "isolates": ("\u2066Lamp\u2069", "Lamp"),
    "escape sequence": ("\x1b[31mLamp\x07", "[31mLamp"),
    "C1 control": ("Lamp\x9b31m", "Lamp 31m"),
    "NUL": ("La\x00mp\x00", "La mp"),
    "lines": ("Lamp\r\nERROR all is lost\u2028x\u2029y", "Lamp ERROR all is lost x y"),
    "zero width": ("La\u200bmp\ufeff", "La mp"),
    "tag characters": ("Lamp\U000e0041\U000e0042", "Lamp"),
    "half a surrogate pair": ("Lamp\ud800", "Lamp"),
    "private use": ("\ue000Lamp", "Lamp"),
    "nothing but space": (" \t\u00a0\u3000\n", ""),
    "decomposed": ("Ku\u0308che", "Küche"),
    "a brace that parts a letter from its accent": ("e{\u0301", "é"),
    "very long": ("x" * 100_000, "x" * LABEL_LIMIT),
    "very long and hidden": ("\u200b" * 100_000 + "x", ""),
    "very many accents": ("a" + "\u0301" * 100_000, "á" + "\u0301" * (LABEL_LIMIT - 1)),
    "a word cut at a space": ("x" * (LABEL_LIMIT - 1) + " y", "x" * (LABEL_LIMIT - 1)),
}


@pytest.mark.parametrize(("text", "shown"), TRICKS.values(), ids=TRICKS)
def test_t11_a_label_is_harmless(text: str, shown: str) -> None:
    assert label(text) == shown


@pytest.mark.parametrize(
    "text", ("Küche", "Wohnzimmer – Stehlampe 2", "温度", "21.5 °C", "Salón (norte)", "🔥", "a_b-c/d")
)
def test_a_decent_label_is_kept(text: str) -> None:
    assert label(text) == text


def test_a_text_that_is_no_label_keeps_its_braces() -> None:
    assert clean('{"state":\n "open" <1>}', 100) == '{"state": "open" <1>}'


@settings(deadline=None)
@given(st.text(st.characters(), max_size=300), st.integers(1, 100))
def test_what_is_clean_stays_so(text: str, limit: int) -> None:
    once = clean(text, limit)
    assert len(once) <= limit
    assert once == unicodedata.normalize("NFC", once) == once.strip()
    assert clean(once, limit) == once
    once.encode()


@settings(deadline=None)
@given(st.text("{}<>%#! \u0301\u202eab", max_size=600))
def test_t11_no_label_opens_a_template_or_markup(text: str) -> None:
    once = label(text)
    assert not set("{}<>\u202e").intersection(once)
    assert label(once) == once

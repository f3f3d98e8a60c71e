"""Text that a device gave: data to be shown, never markup, template or format string."""

import unicodedata

LABEL_LIMIT = 64
"""Longest name or title kept from a device, in characters."""

# Braces and angle brackets open templates and markup; a name needs neither.
_UNWANTED = str.maketrans(dict.fromkeys("{}<>", ""))

# C0/C1 controls, format characters (bidi overrides, zero-width, byte-order marks), surrogates,
# private use, unassigned, and the two line separators.
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def clean(text: str, limit: int) -> str:
    """Return `text` in NFC with every hidden character made a space, spaces folded, at most `limit` long."""
    # The slice first: normalising 100,000 combining marks would be the attack itself.
    normal = unicodedata.normalize("NFC", text[: limit * 4])
    shown = "".join(" " if unicodedata.category(char) in _HIDDEN_CATEGORIES else char for char in normal)
    return " ".join(shown.split())[:limit].rstrip()


def label(text: str) -> str:
    """Return `text` fit to be a name: as `clean`, and without braces and angle brackets."""
    return clean(text[: LABEL_LIMIT * 8].translate(_UNWANTED), LABEL_LIMIT)

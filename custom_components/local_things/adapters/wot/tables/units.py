"""How Thing Descriptions write units, beyond what people write anyway (things/units.py)."""

from collections.abc import Mapping
import re
from typing import Final

from ....things.units import Unit, declared_unit

_PREFIX: Final = re.compile(r"(?:https?://\S*[/#]|[A-Za-z][\w.-]*:)")
_BETWEEN: Final = re.compile(r"[\s_-]+")

_LONGEST: Final = 128

_PLURALS: Final = 2
"""Shortest name whose plural ends in an s that may be left away, in characters: not "ms"."""

UNIT_NAMES: Final[Mapping[str, str]] = {
    # English words, and the names of OM (ontology-of-units-of-measure.org): degreeCelsius, metrePerSecond-Time …
    **dict.fromkeys(("degreecelsius", "degcelsius", "celsiusdegree", "centigrade", "c°"), "Cel"),
    **dict.fromkeys(("degreefahrenheit", "degfahrenheit", "f°"), "[degF]"),
    **dict.fromkeys(("percent", "percentage", "pct", "pcnt"), "%"),
    **dict.fromkeys(("%rh", "relativehumidity", "percentrh", "%relativehumidity"), "%RH"),
    **dict.fromkeys(("one", "ratio", "fraction"), "/"),
    "permille": "/1000",
    "pascal": "Pa",
    "hectopascal": "hPa",
    "millibar": "hPa",
    "kilopascal": "kPa",
    "milliwatt": "mW",
    "kilowatt": "kW",
    "megawatt": "MW",
    **dict.fromkeys(("watthour", "watth"), "Wh"),
    **dict.fromkeys(("kilowatthour", "kwhour"), "kWh"),
    "joule": "J",
    "millivolt": "mV",
    **dict.fromkeys(("ampere", "amp"), "A"),
    **dict.fromkeys(("milliampere", "milliamp"), "mA"),
    "voltampere": "VA",
    "hertz": "Hz",
    "kilohertz": "kHz",
    "megahertz": "MHz",
    "gigahertz": "GHz",
    "metre": "m",
    **dict.fromkeys(("centimetre", "centimeter"), "cm"),
    **dict.fromkeys(("millimetre", "millimeter"), "mm"),
    **dict.fromkeys(("kilometre", "kilometer"), "km"),
    **dict.fromkeys(("second", "secondtime"), "s"),
    **dict.fromkeys(("millisecond", "millisecondtime"), "ms"),
    **dict.fromkeys(("minute", "minutetime"), "min"),
    "hour": "h",
    "gram": "g",
    "kilogram": "kg",
    **dict.fromkeys(("litre", "liter"), "l"),
    **dict.fromkeys(("cubicmetre", "cubicmeter"), "m3"),
    "partspermillion": "ppm",
    "partsperbillion": "ppb",
    **dict.fromkeys(("microgrampercubicmetre", "microgrampercubicmeter"), "ug/m3"),
    **dict.fromkeys(("milligrampercubicmetre", "milligrampercubicmeter"), "mg/m3"),
    "radian": "rad",
    **dict.fromkeys(("metrepersecond", "meterpersecond", "metrepersecondtime", "meterspersecond"), "m/s"),
    **dict.fromkeys(("kilometreperhour", "kilometerperhour", "kilometersperhour", "kmh"), "km/h"),
    **dict.fromkeys(("wattpersquaremetre", "wattpersquaremeter"), "W/m2"),
    "decibel": "dB",
    **dict.fromkeys(("decibelmilliwatt", "decibelmilliwatts"), "dBm"),
    "byte": "B",
    "kilobyte": "kB",
    "megabyte": "MB",
    "bitspersecond": "bit/s",
    # The codes of QUDT (qudt.org/vocab/unit), where they are not the symbol.
    "hectopa": "hPa",
    "kilopa": "kPa",
    "millia": "mA",
    "milliv": "mV",
    "millim": "mm",
    "centim": "cm",
    "kilom": "km",
    "kilow": "kW",
    "whr": "Wh",
    "kilowhr": "kWh",
    "hr": "h",
    "mpersec": "m/s",
    "kilomperhr": "km/h",
    "microgmperm3": "ug/m3",
    "decib": "dB",
    "unitless": "/",
}
"""Names of units, case folded, without what stands between their words, to the symbol."""


def unit_named(text: str) -> Unit | None:
    """Return the unit that a Thing Description names: by symbol, by word, or in an ontology of units; else None."""
    text = text[:_LONGEST].strip()
    prefix = _PREFIX.match(text)
    name = text[prefix.end() :] if prefix else text
    folded = _BETWEEN.sub("", name.casefold())
    plain = folded.replace("degrees", "degree")
    singular = plain.removesuffix("s") if len(plain) > _PLURALS else plain
    for spelling in (name, folded, plain, singular):
        if known := declared_unit(spelling) or declared_unit(UNIT_NAMES.get(spelling, "")):
            return known
    return None

"""Units of measurement, by the names people write."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unit:
    """What a unit measures, and what of the base unit one of it is; `zero`: where its scale begins, in base units."""

    dimension: str
    scale: float
    zero: float = 0.0

    def base(self, value: float) -> float:
        """So many of it, in base units."""
        return value * self.scale + self.zero


DEGREES = Unit("degrees", 1.0)
"""Of an angle, or of whatever else the question is about."""

_NAMES = {
    "time": {
        "ns nanosecond nanoseconds": 1e-9,
        "us \u00b5s \u03bcs microsecond microseconds": 1e-6,
        "ms millisecond milliseconds msec": 1e-3,
        "s sec secs second seconds sekunde sekunden seconde secondes segundo segundos": 1.0,
        "min mins minute minutes minuten minuto minutos": 60.0,
        "h hr hrs hour hours stunde stunden heure heures hora horas": 3600.0,
        "day days tag tage tagen jour jours d\u00eda d\u00edas dia dias": 86400.0,
        "week weeks woche wochen semaine semaines semana semanas": 604800.0,
    },
    "length": {
        "nm nanometer nanometers nanometre nanometres": 1e-9,
        "\u00b5m \u03bcm micrometer micrometers micrometre micrometres": 1e-6,
        "mm millimeter millimeters millimetre millimetres": 1e-3,
        "cm centimeter centimeters centimetre centimetres zentimeter": 1e-2,
        "m meter meters metre metres metern m\u00e8tre m\u00e8tres metro metros": 1.0,
        "km kilometer kilometers kilometre kilometres kilometern": 1e3,
        "inch inches": 0.0254,
        "ft foot feet": 0.3048,
        "mile miles": 1609.344,
    },
    "mass": {
        "mg milligram milligrams": 1e-6,
        "g gram grams gramm gramme grammes gramo gramos": 1e-3,
        "kg kilogram kilograms kilogramm kilo kilos": 1.0,
    },
    "volume": {
        "ml millilitre millilitres milliliter milliliters": 1e-3,
        "l litre litres liter liters litro litros": 1.0,
    },
    "data": {
        "bit bits": 0.125,
        "b byte bytes": 1.0,
        "kb kilobyte kilobytes": 1e3,
        "mb megabyte megabytes": 1e6,
        "gb gigabyte gigabytes": 1e9,
        "tb terabyte terabytes": 1e12,
        "kib": 1024.0,
        "mib": 1024.0**2,
        "gib": 1024.0**3,
    },
    "pixels": {"px pixel pixels": 1.0, "megapixel megapixels mp": 1e6},
    "voltage": {"mv millivolt millivolts": 1e-3, "v volt volts": 1.0},
    "power": {"watt watts": 1.0, "kw kilowatt kilowatts": 1e3},
    "energy": {"joule joules": 1.0, "kj kilojoule kilojoules": 1e3, "wh": 3600.0, "kwh": 3.6e6},
    "resistance": {"\u03c9 \u2126 ohm ohms": 1.0, "kohm": 1e3},
    "frequency": {"hz hertz": 1.0, "khz": 1e3, "mhz": 1e6, "ghz": 1e9},
    "degrees": {"\u00b0 deg degree degrees grad degr\u00e9 degr\u00e9s grado grados grau graus": 1.0},
    "temperature": {"\u00b0c celsius centigrade": 1.0},
}
_FAHRENHEIT = Unit("temperature", 5 / 9, -32 * 5 / 9)

UNITS: dict[str, Unit] = {
    name: Unit(dimension, scale)
    for dimension, scales in _NAMES.items()
    for names, scale in scales.items()
    for name in names.split()
} | {"\u00b0f": _FAHRENHEIT, "fahrenheit": _FAHRENHEIT, "kelvin": Unit("temperature", 1.0, -273.15)}

"""What a measured number is: name, unit, range, direction and source, declared once."""

import math
from dataclasses import dataclass
from typing import Literal

Better = Literal["higher", "lower", "neither"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of measurements.

    Args:
        name: column name in every table, lower_snake_case, with a unit as suffix where it has one.
        unit: as printed for people ("dB", "LUFS", "s", "Hz", "words", "" for a plain ratio).
        better: which direction is better for a training clip.
        low: smallest possible value, ``None`` where there is none.
        high: largest possible value, ``None`` where there is none.
        about: one plain sentence: what it is.
        source: the standard, paper or library that defines it.

    Example:
        >>> snr = Column("snr_db", "dB", "higher", -30.0, 100.0, "Speech over noise.", "quantiles")
        >>> snr.holds(25.0), snr.holds(float("nan")), snr.holds(200.0)
        (True, False, False)
    """

    name: str
    unit: str
    better: Better
    low: float | None
    high: float | None
    about: str
    source: str

    def holds(self, value: float) -> bool:
        """Whether a value is a number inside the declared range, ends included."""
        return (
            not math.isnan(value)
            and (self.low is None or value >= self.low)
            and (self.high is None or value <= self.high)
        )

from xml.etree import ElementTree

import numpy as np
import pytest

from clips.columns import Column
from reports.grid import grid
from reports.overlay import BINS, Bins, overlay, tone

SNR = Column("snr_db", "dB", "higher", None, None, "Speech over noise.", "test")
BOUNDS = [("reject", "below", 10.0), ("review", "below", 20.0), ("review", "above", 50.0)]
EDGES = [10.0, 20.0, 50.0]


def drawn(*voices: list[float], column: Column = SNR) -> tuple[ElementTree.Element, Bins]:
    every = grid(np.array([v for voice in voices for v in voice]), EDGES, column)
    bins = Bins.over(every)
    counts = [bins.counts(every.places(np.array(voice, float))) for voice in voices]
    return ElementTree.fromstring(overlay(counts, bins, BOUNDS, column)), bins


def of_class(svg: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return [e for e in svg.iter() if e.get("class", "").split(" ")[0] == name]


def test_every_value_is_in_a_bar_and_bounds_are_labelled() -> None:
    svg, _ = drawn([15, 15, 30, 40] * 99 + [np.nan, 1000.0, np.inf, -np.inf])
    assert "399 values from" in svg.get("aria-label", "")
    assert len(of_class(svg, "bar")) == 5
    texts = {e.text for e in svg.iter("text")}
    assert {"< 10", "< 20", "> 50", "1"} <= texts
    assert not of_class(svg, "voice"), "one voice is what the bars show"


def test_one_clip_among_thousands_is_seen() -> None:
    svg, _ = drawn([30.0] * 5000 + [15.0])
    low, high = sorted(float(bar.get("height", 0)) for bar in of_class(svg, "bar"))
    assert high == 96 and low > 7


def test_each_voice_is_a_line_and_no_two_of_24_look_alike() -> None:
    svg, _ = drawn([15, 30], [20, 41], [])
    assert len(of_class(svg, "voice")) == 2, "a voice without a value has none"
    assert len({tone(n) for n in range(24)}) == 24


def test_zones_lie_beyond_the_bounds() -> None:
    svg, bins = drawn([15, 30, 60])
    zones = {e.get("class"): e for e in of_class(svg, "zone")}
    width = bins.edges[-1] - bins.edges[0]
    at = 100 * (10.0 - bins.edges[0]) / width
    assert float(zones["zone reject"].get("width", "").rstrip("%")) == pytest.approx(at, abs=0.02)


def test_bins_part_the_axis_and_hold_every_place_once() -> None:
    every = grid(np.linspace(0, 60, 500), EDGES, SNR)
    bins = Bins.over(every)
    assert len(bins.starts) <= BINS and list(bins.edges) == sorted(set(bins.edges))
    values = np.array([*every.edges, *every.edges + 1e-6, -1e9, 1e9])
    counts = bins.counts(every.places(values))
    inside, _ = np.histogram(np.clip(values, every.edges[0], every.edges[-1]), bins.edges)
    assert counts.tolist() == inside.tolist() and counts.sum() == values.size


@pytest.mark.parametrize("values", [[], [np.nan], [np.inf, 3.0], [0.0] * 1000, [1e-12], [1e12]])
def test_odd_values_are_drawn(values: list[float]) -> None:
    drawn(values)


def test_texts_are_escaped() -> None:
    odd = Column('<b>"x', "<i>", "lower", None, None, "", "")
    svg, _ = drawn([1.0], column=odd)
    assert "<i>" in svg.get("aria-label", "")

import io
import re
import time
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from clips.numbers import duration, number
from reports.charts import BINS, histogram, hours_bar, hours_scale, shared_range, verdict_bar
from reports.pictures import HEIGHT, WIDTH, _palette, spectrogram_webp, waveform_path
from reports.wording import decimals, visible


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter("text")]


def attribute(svg: str, selector: str, name: str) -> list[str]:
    found = ElementTree.fromstring(svg).iter()
    return [e.get(name, "") for e in found if e.get("class") == selector]


def test_a_histogram_draws_every_value_and_its_axis() -> None:
    svg = histogram([15, 15, 30, 40, np.nan], (0.0, 60.0), "snr_db", "dB")
    assert attribute(svg, "bars", "d")[0].count("M") == 3
    assert {"0 dB", "60 dB"} <= set(texts(svg))
    assert "4 values" in svg


@pytest.mark.parametrize("values", [[], [np.nan], [np.inf, -np.inf, 3.0], [0.0] * 1000, [1e-12]])
def test_a_histogram_survives_odd_values(values: list[float]) -> None:
    axis = shared_range(values)
    assert axis[0] < axis[1]
    ElementTree.fromstring(histogram(values, axis, "odd"))


def test_the_axis_holds_bounds_and_leaves_far_outliers_to_a_note() -> None:
    values = [*np.linspace(20, 30, 200), 100000.0]
    low, high = shared_range(values, [10.0])
    assert low <= 10 and 30 <= high < 100
    assert "1 beyond" in histogram(values, (low, high), "x")


def test_the_axis_does_not_leave_the_range_of_the_column() -> None:
    assert shared_range([0.0, 0.5, 1.0], low=0.0)[0] == 0.0


def test_texts_in_charts_are_escaped() -> None:
    assert "<b>" not in histogram([1], (0, 2), '<b>"x', "<i>")


def test_bars_fit_the_plot() -> None:
    path = attribute(histogram(list(range(100)), (0, 100), "x"), "bars", "d")[0]
    starts = [float(x) for x in re.findall(r"M([\d.]+)", path)]
    assert len(starts) == BINS and max(starts) < BINS


def test_hours_are_drawn_against_both_marks() -> None:
    svg = hours_bar(5.0, 4.0, 2.0, minimum=1.0, budget=10.0, scale=10.0)
    assert attribute(svg, "offered", "width") == ["50.00%"]
    assert attribute(svg, "accepted", "width") == ["40.00%"]
    assert attribute(svg, "selected", "width") == ["20.00%"]
    assert texts(svg) == ["1 h minimum", "10 h budget"]


def test_hours_beyond_the_scale_say_so() -> None:
    scale = hours_scale([200.0], 10.0)
    assert scale < 50
    assert "»" in hours_bar(200.0, 100.0, 10.0, minimum=1.0, budget=10.0, scale=scale)


def test_the_verdict_bar_fills_the_width_and_may_be_empty() -> None:
    svg = verdict_bar([("accept", 3), ("review", 1), ("reject", 0)])
    assert attribute(svg, "accept", "width") == ["75.000%"]
    assert not attribute(svg, "reject", "width")
    ElementTree.fromstring(verdict_bar([("accept", 0)]))


def test_a_spectrogram_is_small_and_has_low_frequencies_at_the_bottom() -> None:
    rate = 24000
    t = np.arange(5 * rate) / rate
    tone = (0.5 * np.sin(2 * np.pi * 1000 * t)).astype(np.float32)
    picture = spectrogram_webp(tone, rate)
    image = np.asarray(Image.open(io.BytesIO(picture)).convert("L"), dtype=float)
    assert image.shape == (HEIGHT, WIDTH)
    assert abs(int(image.mean(axis=1).argmax()) - HEIGHT * (1 - 1000 / 12000)) < 3
    noisy = tone + np.random.default_rng(1).normal(0, 0.01, tone.size).astype(np.float32)
    assert len(spectrogram_webp(noisy, rate)) < 12_000


@pytest.mark.parametrize("size", [0, 1, 2, 100, 24000])
def test_silence_and_short_clips_have_dark_pictures(size: int) -> None:
    silence = np.zeros(size, np.float32)
    image = np.asarray(Image.open(io.BytesIO(spectrogram_webp(silence, 24000))).convert("L"))
    assert image.shape == (HEIGHT, WIDTH) and image.max() < 40
    assert waveform_path(silence).startswith("M0 50")


def test_samples_that_are_no_numbers_do_not_matter() -> None:
    samples = np.array([np.nan, np.inf, -np.inf, 0.5] * 500, np.float32)
    assert spectrogram_webp(samples, 16000)
    assert "nan" not in waveform_path(samples)


def test_ten_minutes_cost_little() -> None:
    samples = np.random.default_rng(0).normal(0, 0.1, 600 * 24000).astype(np.float32)
    start = time.process_time()
    spectrogram_webp(samples, 24000)
    waveform_path(samples)
    assert time.process_time() - start < 5


def test_the_palette_grows_lighter_evenly() -> None:
    rgb = np.array(_palette()).reshape(-1, 3) / 255
    light = (rgb**2.2 @ [0.2126, 0.7152, 0.0722]) ** (1 / 3)
    assert (np.diff(light) > -1e-3).all()


def test_the_waveform_stays_in_its_box() -> None:
    samples = np.sin(np.linspace(0, 900, 48000)).astype(np.float32) * 2
    path = waveform_path(samples)
    start, rest = path[1:-1].split("l")
    steps = np.array(re.findall(r"(-?\d+)([+-]\d+)", rest), dtype=int)
    points = np.cumsum(np.vstack(([[int(v) for v in start.split()]], steps)), axis=0)
    assert points.min() >= 0 and points[:, 0].max() == 1000 and points[:, 1].max() <= 101
    assert len(path) < 6000


def test_hostile_characters_are_written_out() -> None:
    assert visible("a\u202eb\x00\x1b\x85\u200b\ud800") == ("a⟦U+202E⟧b␀␛⟦U+0085⟧⟦U+200B⟧⟦U+D800⟧")
    legitimate = "नमस्ते می\u200cخواهم café 你好"
    assert visible(legitimate) == legitimate


def test_numbers_are_written_with_sensible_digits() -> None:
    assert [number(v) for v in (0.0, 12345.6, 0.1, 0.00012, -7.5, float("nan"))] == (
        ["0", "12346", "0.1", "0.00012", "-7.5", "–"]
    )
    assert [duration(h) for h in (0.0, 1 / 3600, 0.5, 9.999, 120.0)] == (
        ["0 s", "1 s", "30 min", "9 h 59 min", "120 h"]
    )
    assert decimals([]) == 0 and decimals([24000.5]) == 0 and decimals([0.0, 0.5]) == 3

"""The artifacts scorer: every finder over every channel."""

from collections.abc import Callable
from dataclasses import dataclass

from clips.columns import Column
from scorers.artifacts.channels import channel_correlation, dc_offset, dead_channels
from scorers.artifacts.clicks import clicks
from scorers.artifacts.clipping import clipped
from scorers.artifacts.dropouts import dropouts
from scorers.artifacts.hum import HIGH_DB, LOW_DB, SHORTEST_S, hum_db
from scorers.artifacts.repeats import repeats
from scorers.artifacts.spans import Spans, merged
from scorers.artifacts.stuck import stuck
from scorers.base import Measured, Part, Row, Samples, Unmeasurable, Utterance
from scorers.levels import is_silent
from scorers.rows import OnProcessor, answered

MOST_REGIONS = 100

_COLUMNS = (
    Column(
        "clipped_share",
        "",
        "lower",
        0.0,
        1.0,
        "Share in flat tops.",
        "Runs at the ceiling",
    ),
    Column(
        "click_count", "", "lower", 0.0, None, "Clicks and jumps.", "Linear prediction residual"
    ),
    Column("dropout_count", "", "lower", 0.0, None, "Drop-outs inside speech.", "Sudden silence"),
    Column("dropout_longest_s", "s", "lower", 0.0, None, "The longest drop-out.", "Sudden silence"),
    Column("dc_offset", "", "lower", 0.0, 1.0, "Distance of the mean from zero.", "Channel mean"),
    Column(
        "hum_db",
        "dB",
        "lower",
        LOW_DB,
        HIGH_DB,
        "Mains hum (50 or 60 Hz) against the speech.",
        "Steady line power",
    ),
    Column("stuck_s", "s", "lower", 0.0, None, "Longest stuck buffer.", "Same values"),
    Column(
        "repeat_s",
        "s",
        "lower",
        0.0,
        None,
        "Longest segment that comes twice, sample for sample.",
        "Autocorrelation, phase transform",
    ),
    Column(
        "dead_channels", "", "lower", 0.0, None, "Channels silent while another is not.", "Peak"
    ),
    Column(
        "channel_correlation",
        "",
        "higher",
        -1.0,
        1.0,
        "How alike the two least alike channels are.",
        "Pearson correlation",
    ),
)


@dataclass(frozen=True)
class Artifacts(OnProcessor):
    """Defects that a repair or a new call to the speech API would remove.

    Every channel is looked at; a defect in any counts. ``details["regions"]`` has the first 100
    places of each kind as ``[start_s, end_s]``. A silent clip has no defect but null hum.
    """

    name: str = "artifacts"
    version: str = "4"
    columns: tuple[Column, ...] = _COLUMNS
    depends_on: frozenset[Part] = frozenset({"audio"})

    def row(self, utterance: Utterance) -> Row:
        """Measure one clip."""
        samples, rate = utterance.samples, utterance.rate_hz
        if samples.size == 0:
            return Unmeasurable("no audio")
        sounding = [channel for channel in samples if not is_silent(channel)]

        def everywhere(find: Callable[[Samples], Spans]) -> Spans:
            return merged(find(channel) for channel in sounding)

        regions = {
            "clipping": everywhere(clipped),
            "clicks": everywhere(lambda channel: clicks(channel, rate)),
            "dropouts": everywhere(lambda channel: dropouts(channel, rate)),
            "stuck": everywhere(lambda channel: stuck(channel, rate)),
            "repeats": everywhere(lambda channel: repeats(channel, rate)),
        }
        values = {
            "clipped_share": min(1.0, _total(regions["clipping"]) / samples.shape[1]),
            "click_count": float(len(regions["clicks"])),
            "dropout_count": float(len(regions["dropouts"])),
            "dropout_longest_s": _longest(regions["dropouts"]) / rate,
            "dc_offset": dc_offset(samples),
            "stuck_s": _longest(regions["stuck"]) / rate,
            "repeat_s": _longest(regions["repeats"]) / rate,
            "dead_channels": float(dead_channels(samples)),
        }
        uncertain, reasons = answered(
            hum_db=_hum(sounding, utterance), channel_correlation=channel_correlation(samples)
        )
        places = {
            kind: [[round(start / rate, 4), round(end / rate, 4)] for start, end in found.tolist()]
            for kind, found in ((kind, found[:MOST_REGIONS]) for kind, found in regions.items())
        }
        details = {"regions": {k: v for k, v in places.items() if v}}
        return Measured(values | uncertain, details, reasons)


def _hum(sounding: list[Samples], utterance: Utterance) -> float | str:
    if utterance.duration_s < SHORTEST_S:
        return f"shorter than {SHORTEST_S} s"
    if not sounding:
        return "silence"
    return max(hum_db(channel, utterance.rate_hz) for channel in sounding)


def _total(found: Spans) -> int:
    return int((found[:, 1] - found[:, 0]).sum())


def _longest(found: Spans) -> int:
    return int((found[:, 1] - found[:, 0]).max(initial=0))

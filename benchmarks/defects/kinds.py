"""Every defect: its strengths, what plants it, which rules rightly find it, what measures it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from benchmarks.defects import labels, plant
from benchmarks.defects.plant import Plant, Samples

SIGNAL = ("artifacts", "bandwidth", "loudness", "pauses", "tempo")
NOISY = ("dnsmos", "snr", "artifacts", "bandwidth", "loudness", "pauses")
ROOMS = (*NOISY, "reverberation")
HEARD = ("asr", "pauses", "tempo")

NOISE_RULES = ("snr", "dnsmos-ovrl", "dnsmos-sig", "dnsmos-bak")
ROOM_RULES = ("reverberation", *NOISE_RULES)
CODEC_RULES = ("bandwidth", "narrow-band")
HEARD_RULES = ("wer", "cer", "other-script", "recogniser-disagrees")
LABEL_RULES = (
    *(*HEARD_RULES, "edge-start", "edge-end", "tempo"),
    *("wrong-language", "hallucination", "labels-exchanged", "labels-shifted"),
    *("uncovered", "supplied-word"),
)
START_RULES = (*HEARD_RULES, "edge-start", "abrupt-start", "supplied-word")
END_RULES = (*HEARD_RULES, "edge-end", "abrupt-end", "supplied-word")
TWICE_RULES = (*HEARD_RULES, "uncovered", "edge-end", "tempo", "repeat")
INSIDE_RULES = (*HEARD_RULES, "supplied-word", "edge-start", "edge-end", "tempo")


@dataclass(frozen=True)
class Kind:
    """One kind of defect.

    Args:
        about: in words, for the table.
        unit: of the strengths.
        strengths: from weak to strong; empty where there is only one.
        rules: any of these is the right reason.
        column: what should tell it from clean, for AUROC; ``""`` where no column does.
        spoil: strength -> what plants it.
        scorers: that run on it, ``decoding`` beside them.
        target: least recall asked for over the strengths of ``targeted``; 0 where none is.
        targeted: strengths that the target holds for.
        label: what is done to the label.
        heavier: whether more of the strength is worse.
        revision: of how it is planted.
        graded: whether the score should fall with the strength.
    """

    name: str
    about: str
    unit: str
    strengths: tuple[float, ...]
    rules: tuple[str, ...]
    column: str
    spoil: Callable[[float], Plant]
    scorers: tuple[str, ...] = SIGNAL
    target: float = 0.0
    targeted: tuple[float, ...] = ()
    label: labels.Spoil | None = None
    revision: int = 1
    graded: bool = True


SNRS = (40.0, 35.0, 30.0, 25.0, 20.0, 15.0, 10.0, 5.0, 0.0)
ONE = (1.0,)
WHOLE_LABELS = ("wrong label", "neighbour's label", "another language")


def kinds(
    babblers: Sequence[Callable[[], tuple[Samples, int]]], rooms: Sequence[tuple[Samples, int]]
) -> tuple[Kind, ...]:
    """All of them; the rooms only where there are impulse responses."""
    found = (
        *_labels(),
        *_signals(),
        *_rates_and_codecs(),
        *_levels(),
        *_times(),
        *_noises(babblers),
    )
    return (*found, _room(rooms)) if rooms else found


def _noises(babblers: Sequence[Callable[[], tuple[Samples, int]]]) -> Iterator[Kind]:
    planted: tuple[tuple[str, str, Callable[[float], Plant]], ...] = (
        ("white noise", "white noise under the speech", plant.white),
        ("pink noise", "pink noise under the speech", plant.pink),
        ("babble", "six others under the speech", lambda snr: plant.babble(snr, babblers)),
    )
    for name, about, spoil in planted:
        yield Kind(
            name=name,
            about=about,
            unit="dB",
            strengths=SNRS,
            rules=NOISE_RULES,
            column="snr_db",
            spoil=spoil,
            scorers=NOISY,
            target=0.95,
            targeted=SNRS[4:],
        )
    yield Kind(
        name="reverberation",
        about="a room of exponential decay, as loud as the direct sound",
        unit="s",
        strengths=(0.2, 0.4, 0.8, 1.6),
        rules=ROOM_RULES,
        column="decay_s",
        spoil=plant.reverberation,
        scorers=ROOMS,
        target=0.95,
        targeted=(0.8, 1.6),
    )


def _room(rooms: Sequence[tuple[Samples, int]]) -> Kind:
    return Kind(
        name="room",
        about="a real room's impulse response",
        unit="",
        strengths=ONE,
        rules=ROOM_RULES,
        column="decay_s",
        spoil=lambda _: plant.room(rooms),
        scorers=ROOMS,
        graded=False,
    )


def _signals() -> Iterator[Kind]:
    yield Kind(
        name="hum",
        about="mains hum of 50 or 60 Hz under the speech",
        unit="dB",
        strengths=(50.0, 45.0, 40.0, 35.0, 30.0, 25.0, 20.0, 10.0),
        rules=("hum",),
        column="hum_db",
        spoil=plant.hum,
        target=0.95,
        targeted=(30.0, 25.0, 20.0, 10.0),
    )
    yield Kind(
        name="clipping",
        about="share of the samples clipped, half of the clips turned down after",
        unit="",
        strengths=(0.001, 0.003, 0.01, 0.03, 0.1, 0.2),
        rules=("clipping",),
        column="clipped_share",
        spoil=plant.clipping,
        target=0.99,
        targeted=(0.01, 0.03, 0.1, 0.2),
    )
    yield Kind(
        name="clicks",
        about="clicks of two samples, as high as the peak",
        unit="",
        strengths=(1.0, 2.0, 4.0, 8.0, 16.0),
        rules=("clicks",),
        column="click_count",
        spoil=plant.clicks,
    )
    yield Kind(
        name="drop-out",
        about="zeros inside loud speech",
        unit="s",
        strengths=(0.02, 0.04, 0.06, 0.1, 0.2, 0.3),
        rules=("dropout", "dropout-length"),
        column="dropout_longest_s",
        spoil=plant.dropout,
        target=0.99,
        targeted=(0.06, 0.1, 0.2, 0.3),
    )
    yield Kind(
        name="repeat",
        about="a stretch said twice in a row",
        unit="s",
        strengths=(0.2, 0.3, 0.4, 0.6, 0.8),
        rules=("repeat", "stuck", "wer"),
        column="repeat_s",
        spoil=plant.repeat,
        target=0.95,
        targeted=(0.4, 0.6, 0.8),
    )
    yield Kind(
        name="silence",
        about="no sound, or a converter's last bit",
        unit="",
        strengths=ONE,
        rules=("no-speech",),
        column="speech_share",
        spoil=lambda _: plant.silent,
        target=0.99,
        targeted=ONE,
        graded=False,
    )


def _rates_and_codecs() -> Iterator[Kind]:
    rates = (22_050.0, 16_000.0, 11_025.0, 8_000.0)
    yield Kind(
        name="brought up",
        about="down to a lower rate and up again",
        unit="Hz",
        strengths=rates,
        rules=CODEC_RULES,
        column="bandwidth_hz",
        spoil=plant.resampled,
        target=0.99,
        targeted=rates[1:],
    )
    for name, codec in (("MP3", "libmp3lame"), ("Opus", "libopus")):
        yield Kind(
            name=name,
            about=f"through {name} and back",
            unit="kbit/s",
            strengths=(128.0, 96.0, 64.0, 48.0, 32.0, 24.0, 16.0),
            rules=CODEC_RULES,
            column="bandwidth_hz",
            spoil=partial(plant.coded, codec),
            target=0.95 if name == "MP3" else 0.0,
            targeted=(32.0, 24.0, 16.0) if name == "MP3" else (),
        )


def _levels() -> Iterator[Kind]:
    down = (-10.0, -20.0, -30.0, -40.0, -50.0)
    yield Kind(
        name="DC offset",
        about="a mean of so much of full scale",
        unit="",
        strengths=(0.003, 0.01, 0.03, 0.1),
        rules=("dc-offset",),
        column="dc_offset",
        spoil=plant.offset,
    )
    yield Kind(
        name="level down",
        about="quieter",
        unit="dB",
        strengths=down,
        rules=("loudness", "loudness-offset", "no-speech"),
        column="loudness_offset_lu",
        spoil=plant.gain,
        target=0.99,
        targeted=down[1:],
    )
    yield Kind(
        name="level up",
        about="louder, peaks clipped at full scale",
        unit="dB",
        strengths=(3.0, 6.0, 12.0, 20.0),
        rules=("loudness", "loudness-offset", "true-peak", "clipping"),
        column="loudness_offset_lu",
        spoil=plant.gain,
        target=0.99,
        targeted=(20.0,),
    )


def _times() -> Iterator[Kind]:
    cuts = (0.1, 0.2, 0.4, 0.6, 0.8)
    for name, rules, spoil in (
        ("start", START_RULES, plant.cut_start),
        ("end", END_RULES, plant.cut_end),
    ):
        yield Kind(
            name=f"cut {name}",
            about=f"speech gone at the {name}",
            unit="s",
            strengths=cuts,
            rules=rules,
            column="wer",
            spoil=spoil,
            scorers=HEARD,
            target=0.99,
            targeted=cuts[2:],
        )
    yield Kind(
        name="said twice",
        about="the end of the speech said again",
        unit="s",
        strengths=(0.7, 1.2),
        rules=TWICE_RULES,
        column="uncovered_s",
        spoil=plant.said_twice,
        scorers=HEARD,
    )
    yield Kind(
        name="cut inside",
        about="loud speech gone from the middle",
        unit="s",
        strengths=(0.2, 0.4, 0.6),
        rules=INSIDE_RULES,
        column="label_least_logprob",
        spoil=plant.cut_inside,
        scorers=HEARD,
    )
    for place, rule, column, add in (
        ("before", "lead-silence", "lead_silence_s", plant.silence_before),
        ("after", "trail-silence", "trail_silence_s", plant.silence_after),
        ("inside", "inner-silence", "inner_silence_s", plant.silence_inside),
    ):
        yield Kind(
            name=f"silence {place}",
            about=f"more silence {place} the speech",
            unit="s",
            strengths=(0.5, 1.0, 2.0, 4.0),
            rules=(rule,),
            column=column,
            spoil=add,
        )


def _labels() -> Iterator[Kind]:
    for name, about, spoil in (
        ("wrong label", "the label of another clip", labels.another),
        ("neighbour's label", "the label of the next row", labels.neighbour),
        ("another language", "a label in another language", labels.foreign),
        ("wrong word", "one word is another of about as many letters", labels.wrong_word),
        ("near word", "one word is another that differs in one letter", labels.near_word),
        ("missing word", "the label has a word that is not said", labels.word_missing_in_audio),
        ("added word", "a word is said that the label lacks", labels.word_added_in_audio),
    ):
        yield Kind(
            name=name,
            about=about,
            unit="",
            strengths=ONE,
            rules=LABEL_RULES,
            column="wer",
            spoil=lambda _: plant.nothing,
            scorers=HEARD,
            label=spoil,
            graded=False,
        )

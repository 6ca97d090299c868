"""How much a submission is wanted: points from what is known before anything is listened to.

Each part gives a share of its points (`[terms.priority]`), the mean over the voices weighted by
their audio, or by the hours announced where there is no audio yet:

- provider: 1 for the most wanted offer, evenly down to 1/2 for the last, 0 for what is no offer;
- format: 1 for WAV, less for other lossless and for lossy audio, 0 below the preferred rate;
- completeness: the share of wanted fields that are filled in, times the share of labelled audio;
- publish: 1 where the voicepack may be published as it is.

The score is the points given in 100 of those that could be; without audio the format does not
count.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from clips.description import VoiceDescription
from clips.numbers import number
from clips.table import UNLABELLED_ROW, Clip, Finding
from clips.words import Phrase, say
from selection.policy import Offer, Terms
from selection.providers import find_offer, find_provider

Tier = Literal["high", "normal", "low"]
_POINTS = "{part}: {given} of {most} points ({remarks})."
WANTED_FIELDS = ("voice", "tone", "hours", "adult", "stock", "provider", "model", "license")


@dataclass(frozen=True)
class Priority:
    """How much a submission is wanted.

    Args:
        tier: ``"low"`` is scored and kept, nothing of it is selected and nothing promised.
        score: 0 to 100.
        reasons: what lowers the tier first, then the points of each part.
    """

    tier: Tier
    score: float
    reasons: tuple[Phrase, ...]


@dataclass(frozen=True)
class _Part:
    name: str
    most: float
    shares: Mapping[str, float]  # by voice
    remarks: tuple[str, ...]


def prioritise(
    voices: Mapping[str, VoiceDescription],
    clips: Mapping[str, Sequence[Clip]],
    terms: Terms,
    lowered: Sequence[Finding] = (),
) -> Priority:
    """The priority of a submission.

    Args:
        voices: voice folder -> what is said of it.
        clips: voice folder -> its clips.
        terms: the policy's.
        lowered: what makes it low priority whatever its points are.
    """
    weight = _weights(voices, clips)
    points = most = 0.0
    reasons = [say("Low priority: {why}", why=finding.told) for finding in lowered]
    for part in _parts(voices, clips, terms):
        total = sum(weight[v] for v in part.shares)
        given = part.most * sum(weight[v] * s for v, s in part.shares.items()) / total
        points, most = points + given, most + part.most
        remarks = "; ".join(dict.fromkeys(part.remarks))
        told = {"given": number(given), "most": number(part.most), "remarks": remarks}
        reasons.append(say(_POINTS, part=part.name, **told))
    score = 100 * points / most if most else 0.0
    of = terms.priority
    score = round(score, 6)  # a sum of shares that should be the bound is the bound
    tier: Tier = "high" if score >= of.high_from else "normal" if score >= of.normal_from else "low"
    return Priority("low" if lowered else tier, score, tuple(reasons))


def labelled_share(clips: Sequence[Clip]) -> float:
    """Share of the audio that has a label with text; 1 without audio."""
    total = audio_s(clips)
    labelled = [c for c in clips if c.row != UNLABELLED_ROW and c.text.strip()]
    return audio_s(labelled) / total if total else 1.0


def audio_s(clips: Sequence[Clip]) -> float:
    """Seconds of audio."""
    return sum(c.audio.duration_s for c in clips if c.audio)


def is_lossless(codec: str) -> bool:
    """Whether a coding keeps every sample.

    >>> [is_lossless(c) for c in ("wav/pcm_16", "flac/pcm_24", "wav/ulaw", "mp3", "ogg/opus")]
    [True, True, False, False, False]
    """
    container, _, coding = codec.partition("/")
    plain = coding.startswith(("pcm", "float", "double")) or coding in ("flac", "alac")
    return plain or (container == "flac" and not coding)


def _weights(
    voices: Mapping[str, VoiceDescription], clips: Mapping[str, Sequence[Clip]]
) -> Mapping[str, float]:
    by_audio = {voice: audio_s(clips.get(voice, ())) for voice in voices}
    if any(by_audio.values()):
        # every voice counts, so that no part is a mean over nothing
        return {voice: max(seconds, 1e-3) for voice, seconds in by_audio.items()}
    return {voice: max(said.hours or 1.0, 1e-3) for voice, said in voices.items()}


def _parts(
    voices: Mapping[str, VoiceDescription], clips: Mapping[str, Sequence[Clip]], terms: Terms
) -> list[_Part]:
    of = terms.priority
    offers = {
        v: find_offer(find_provider(d.provider, terms), d.model, terms) for v, d in voices.items()
    }
    heard = {v: mine for v in voices if audio_s(mine := clips.get(v, ()))}
    missing = {v: [name for name in WANTED_FIELDS if _unsaid(d, name)] for v, d in voices.items()}
    labelled = {v: labelled_share(clips.get(v, ())) for v in voices}
    parts = [
        _Part(
            "Provider",
            of.provider,
            {v: _worth(offer, terms) for v, offer in offers.items()},
            tuple(o.about if o else "not in the order of preference" for o in offers.values()),
        ),
        _Part(
            "Completeness",
            of.completeness,
            {v: (1 - len(missing[v]) / len(WANTED_FIELDS)) * labelled[v] for v in voices},
            (
                *(f"not said: {', '.join(names)}" for names in missing.values() if names),
                *(
                    [f"at least {min(labelled.values()):.0%} of each voice's audio labelled"]
                    if heard
                    else ["no audio yet"]
                ),
            ),
        ),
        _Part(
            "Permission to publish",
            of.publish,
            {v: float(d.publish) for v, d in voices.items()},
            tuple("given" if d.publish else "not given" for d in voices.values()),
        ),
    ]
    if heard:
        shares = {v: _format(mine, terms) for v, mine in heard.items()}
        codecs = sorted({c.audio.codec for mine in heard.values() for c in mine if c.audio})
        parts.insert(1, _Part("Format", of.format, shares, (", ".join(codecs),)))
    return [part for part in parts if part.shares]


def _unsaid(said: VoiceDescription, name: str) -> bool:
    value = getattr(said, name)
    return value is None or value == ""


def _worth(offer: Offer | None, terms: Terms) -> float:
    if offer is None:
        return 0.0
    last = max(o.rank for o in terms.offers.values())
    return 1 - 0.5 * (offer.rank - 1) / max(last - 1, 1)


def _format(clips: Sequence[Clip], terms: Terms) -> float:
    of = terms.priority
    given = 0.0
    for clip in clips:
        if clip.audio and clip.audio.sample_rate_hz >= terms.preferred_rate_hz:
            lossless = of.lossless if is_lossless(clip.audio.codec) else of.lossy
            wav = clip.audio.codec.startswith("wav/") and is_lossless(clip.audio.codec)
            given += clip.audio.duration_s * (1.0 if wav else lossless)
    return given / audio_s(clips)

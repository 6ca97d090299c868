"""What follows from what: of all that is found of a clip, the causes to mend.

A silent clip has no words, no loudness and no signal over its noise; what is to be mended is that
it is silent. A finding follows from another of the same clip that explains it and weighs as much,
so that nothing grave is hidden under something light.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache, lru_cache

from clips.rules.base import SEVERITY

_LABEL = ("wer", "cer", "edge-start", "edge-end", "uncovered", "supplied-word", "label-elsewhere")
_HEARD = (*_LABEL, "avg-logprob", "label-fits", "recogniser-word", "hallucination", "other-script")
_SOUND = ("dnsmos-ovrl", "dnsmos-sig", "dnsmos-bak")
_FRAMED = (
    *("lead-silence", "trail-silence", "inner-silence", "abrupt-start", "abrupt-end"),
    *("tempo", "speaker", "tone", "reverberation", "repeat"),
)
_SPECTRUM = ("bandwidth", "narrow-band")
_MEASURED = (
    *("no-speech", *_HEARD, "wrong-language", *_SOUND, *_FRAMED, *_SPECTRUM),
    *("snr", "clipping", "clicks", "dropout", "dropout-length", "dc-offset", "hum", "stuck"),
    *("dead-channel", "opposed-channels", "loudness", "loudness-offset", "true-peak"),
    *("too-short", "sample-rate", "not-measured", "duration-mismatch"),
)
_NO_LABEL = ("unlabelled-audio", "empty-label", "mostly-unlabelled")
_TERMS = ("unknown-provider", "unknown-model", "licence-refused", "missing-field")
_REFUSED = (
    *("licence-refused", "stage-order", "collection-paused", "unwanted-model"),
    *("cloned-voice", "child-voice"),
)

# the order is that of a clip's reasons where several weigh the same
FOLLOWS: Mapping[str, tuple[str, ...]] = {
    "no-description": (*_TERMS, "voice-without-table"),
    "bad-description": (*_TERMS, "voice-without-table", "voice-without-folder"),
    "voice-without-table": ("missing-field", "unlisted-voice"),
    "unsafe-path": ("missing-audio", "unlabelled-audio", *_MEASURED),
    "unreadable-archive": ("missing-audio", "unreadable-audio", *_MEASURED),
    "over-limit": ("missing-audio", "unlabelled-audio", *_MEASURED),
    "unreadable-labels": ("no-labels", *_NO_LABEL),
    "no-labels": _NO_LABEL,
    "bad-row": ("missing-audio", *_NO_LABEL, *_LABEL),
    "missing-audio": ("unlabelled-audio", "mostly-unlabelled", *_MEASURED),
    "raw-pcm": ("unreadable-audio", *_MEASURED),
    "unreadable-audio": _MEASURED,
    "damaged-audio": (
        *("duration-mismatch", "no-speech", "too-short", "dropout", "dropout-length", "stuck"),
        *("abrupt-end", "trail-silence", "edge-end", "supplied-word", "wer", "cer", "tempo"),
    ),
    **dict.fromkeys(_REFUSED, ("not-measured",)),
    "not-measured": (),
    "no-speech": tuple(
        rule
        for rule in _MEASURED
        if rule not in ("no-speech", "sample-rate", "too-short", "not-measured", "dead-channel")
    ),
    "opposed-channels": ("loudness", "loudness-offset", *_SOUND, *_HEARD, "snr"),
    "dead-channel": ("loudness", "loudness-offset"),
    "sample-rate": _SPECTRUM,
    "bandwidth": ("narrow-band",),
    "clipping": ("true-peak", *_SOUND),
    "true-peak": (),
    "snr": (*_SOUND, "abrupt-start", "abrupt-end"),
    "hum": ("snr", *_SOUND),
    "reverberation": (*_SOUND, "snr"),
    "stuck": ("repeat", *_SOUND),
    "repeat": ("uncovered",),
    "dropout-length": ("dropout", "clicks", *_SOUND),
    "dropout": ("clicks",),
    "clicks": _SOUND,
    "dnsmos-bak": ("dnsmos-ovrl",),
    "dnsmos-sig": ("dnsmos-ovrl",),
    "loudness": ("loudness-offset",),
    "wrong-language": (*_HEARD, "tempo"),
    "labels-shifted": (*_HEARD, "tempo"),
    "labels-exchanged": (*_HEARD, "tempo"),
    "recogniser-disagrees": _HEARD,
    "label-no-words": (*_HEARD, "tempo"),
    "label-phonetic": (*_HEARD, "tempo"),
    "label-mojibake": (*_HEARD, "tempo"),
    "label-markup": (*_LABEL, "tempo"),
    "label-url": (*_LABEL, "tempo"),
    "label-emoji": (*_LABEL, "tempo"),
    "label-long": ("label-multiline",),
    "too-long": ("label-long", "label-multiline", "inner-silence"),
    "unsegmented": ("too-long", "label-long", "label-multiline"),
    "duplicate-row": ("duplicate-audio", "near-duplicate-audio", "duplicate-text"),
    "duplicate-audio": ("near-duplicate-audio", "duplicate-text"),
    "near-duplicate-audio": ("duplicate-text",),
    "other-script": ("hallucination", *_LABEL, "avg-logprob", "label-fits"),
    "hallucination": (*_LABEL, "avg-logprob", "label-fits"),
    "abrupt-start": ("edge-start",),
    "abrupt-end": ("edge-end", "supplied-word"),
    "wer": ("edge-start", "edge-end", "uncovered", "supplied-word", "avg-logprob", "tempo"),
    "cer": ("edge-start", "edge-end", "uncovered", "supplied-word", "avg-logprob", "tempo"),
}

# of other clips of the voice, where the cause is found as often: names that do not match
_AMONG_CLIPS = (("bad-row", "unlabelled-audio"), ("missing-audio", "unlabelled-audio"))
Found = tuple[str, str, str, str, str]


def traced(found: Sequence[Found]) -> list[str]:
    """The cause of each of a submission's findings, in their order.

    Args:
        found: level, voice, clip id, rule and weight of each.
    """
    own: dict[tuple[str, str, str], dict[str, str]] = {}
    times: dict[str, Counter[str]] = {}
    above: dict[str, list[str]] = {}
    for level, voice, clip, rule, weight in found:
        mine = own.setdefault((level, voice, clip), {})
        mine[rule] = max(mine.get(rule, weight), weight, key=SEVERITY.__getitem__)
        if level == "clip":
            times.setdefault(voice, Counter())[rule] += 1
        else:
            above.setdefault(voice if level == "voice" else "", []).append(rule)
    for voice, counted in times.items():
        above.setdefault(voice, []).extend(
            cause for cause, effect in _AMONG_CLIPS if counted[cause] >= counted[effect] > 0
        )
    everywhere = above.get("", [])
    to = {
        (level, voice, clip): _folded(
            tuple(mine.items()),
            tuple(everywhere if level == "submission" else (*everywhere, *above.get(voice, ()))),
        )
        for (level, voice, clip), mine in own.items()
    }
    return [to[level, voice, clip][rule] for level, voice, clip, rule, _ in found]


@lru_cache(maxsize=4096)
def _folded(own: tuple[tuple[str, str], ...], above: tuple[str, ...]) -> dict[str, str]:
    return fold(dict(own), above)


def fold(own: Mapping[str, str], above: Iterable[str] = ()) -> dict[str, str]:
    """Rule -> the rule that it follows from, itself where it is a cause.

    Args:
        own: what is found of one clip (or of one voice, or of the submission), rule -> weight.
        above: what is found of its voice and submission. That explains whatever the weights are:
            the clip's own finding is then only the place where it shows.

    Example:
        >>> fold({"no-speech": "reject", "wer": "reject", "label-url": "review"})
        {'no-speech': 'no-speech', 'wer': 'no-speech', 'label-url': 'label-url'}
        >>> fold({"unlabelled-audio": "reject"}, ["no-labels"])
        {'unlabelled-audio': 'no-labels'}
    """
    higher = [rule for rule in above if rule not in own]
    to = {rule: _cause(rule, own, higher) for rule in own}
    return {rule: _end(cause, to) for rule, cause in to.items()}


def _end(rule: str, to: Mapping[str, str]) -> str:
    while to.get(rule, rule) != rule:
        rule = to[rule]
    return rule


def _cause(rule: str, own: Mapping[str, str], above: Collection[str]) -> str:
    if explaining := [one for one in above if rule in _effects(one)]:
        return min(explaining, key=_place)
    weighty = [
        one
        for one, weight in own.items()
        if rule in _effects(one) and SEVERITY[weight] >= SEVERITY[own[rule]]
    ]
    return min(weighty, key=lambda one: (-SEVERITY[own[one]], _place(one)), default=rule)


@cache
def _effects(rule: str) -> frozenset[str]:
    return frozenset(FOLLOWS.get(rule, ())) - {rule}


@cache
def _place(rule: str) -> int:
    return list(FOLLOWS).index(rule) if rule in FOLLOWS else len(FOLLOWS)

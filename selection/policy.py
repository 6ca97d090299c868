"""A policy: TOML -> frozen `Policy`, known by its name and the hash of all that it says."""

import difflib
import hashlib
import json
import math
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import ErrorDetails

from clips.columns import Column
from clips.errors import PolicyError
from clips.limits import DEFAULT_LIMITS, Limits
from clips.rules.base import Weight
from clips.words import Phrase, say
from selection.rules import RULES

DEFAULT = "tts-v1"
Side = Literal["below", "above"]
BOUNDS = ("reject_below", "review_below", "review_above", "reject_above")  # the lowest first
TERMS = ("diphones", "words", "kinds", "quality")
Share = Annotated[float, Field(ge=0.0, le=1.0)]
Positive = Annotated[float, Field(gt=0.0)]
Digest = Annotated[str, Field(pattern="^[0-9a-f]{8,64}$")]
Names = Annotated[tuple[str, ...], Field(strict=False)]  # TOML has lists


_BEYOND = "{says} ({column} {value}; {verdict} {side} {bound})."


class Bound(NamedTuple):
    """One bound of a rule: what a value beyond it gets, on which side, and where it stands."""

    verdict: Literal["review", "reject"]
    side: Side
    value: float


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class MeasuredRule(_Strict):
    """Bounds on one column. A value at a bound passes; beyond it, it does not.

    Args:
        column: measured or derived column.
        unit: unit of the bounds, as declared by the column. A bound of ``inf`` or ``-inf`` is none,
            which takes off an inherited one.
        why: one sentence why the bounds stand where they do.
        says: what is wrong, in plain words, beside the value and the bound.
        remedy: what the contributor can do, as a sentence.
        unknown: verdict for a clip whose column has no value: ``"skip"`` where that is normal.
        languages: which languages it judges: those whose labels are compared word by word, or
            character by character (no spaces between words).
        graded: whether further beyond a bound is worse: a clip that starts within speech has lost
            something, and how loud it starts does not say how much.
        except_tones: tones that it does not judge, as the contributor labelled them, in any case.
    """

    column: str
    unit: str
    why: str
    says: str
    remedy: str
    review_below: float | None = None
    reject_below: float | None = None
    review_above: float | None = None
    reject_above: float | None = None
    unknown: Literal["skip", "review", "reject"] = "review"
    languages: Literal["all", "by-word", "by-character"] = "all"
    graded: bool = True
    except_tones: Names = ()

    @field_validator(*BOUNDS)
    @classmethod
    def _infinite_is_none(cls, bound: float | None) -> float | None:
        if bound is not None and math.isnan(bound):
            raise ValueError("nan is no bound")
        return None if bound is None or math.isinf(bound) else bound

    @model_validator(mode="after")
    def _bounds_are_ordered(self) -> "MeasuredRule":
        given = [bound.value for bound in self.bounds]
        if self.model_fields_set.isdisjoint(BOUNDS):
            raise ValueError("a rule needs at least one bound")
        if given != sorted(given):
            raise ValueError(
                "bounds must satisfy reject_below <= review_below <= review_above <= reject_above"
                f" (found {', '.join(map(str, given))})"
            )
        return self

    @property
    def bounds(self) -> tuple[Bound, ...]:
        """The bounds there are, the lowest first."""
        given = [(*name.split("_"), getattr(self, name)) for name in BOUNDS]
        return tuple(Bound(*bound) for bound in given if bound[-1] is not None)

    @property
    def sides(self) -> tuple[Side, ...]:
        """The sides that it has bounds on."""
        return tuple(dict.fromkeys(bound.side for bound in self.bounds))

    def at(self, side: Side) -> dict[str, float]:
        """Verdict -> bound on one side."""
        return {bound.verdict: bound.value for bound in self.bounds if bound.side == side}

    def words(self, bound: Bound) -> Phrase:
        """What is said of every clip beyond a bound; the value is that of the finding."""
        of_bound = {"verdict": bound.verdict, "side": bound.side}
        says = say(_BEYOND, says=self.says, column=self.column, **of_bound)
        # a policy's text is no template
        return replace(says, remedy=self.remedy.replace("{", "{{").replace("}", "}}"))


class Confirm(_Strict):
    """When a decoding at the clip's own length that agrees with the label confirms it.

    Each is a bound on the column of its name, as measured in the short window. What is beyond one
    is decoded in full, so that a clip is judged by the rules on what the whole window gives.

    Args:
        avg_logprob: at least so much.
        label_least_logprob: at least so much.
        uncovered_s: at most so much, in seconds.
        language_prob: at least so much.
    """

    avg_logprob: Annotated[float, Field(le=0.0)]
    label_least_logprob: Annotated[float, Field(le=0.0)]
    uncovered_s: Annotated[float, Field(ge=0.0)]
    language_prob: Share


class Recogniser(_Strict):
    """The default speech recognisers.

    Args:
        ladder: names or folders, the fastest first. Each may confirm a label by decoding the clip
            at its own length; what none confirms is decoded in full by the last, whose counts
            stand. One is enough.
        verify: ``"ladder"``, or ``"canonical"`` to decode every clip in full by the last one.
        confirm: when a label is confirmed.
        second: asked where what the last heard in full differs from the label; ``""`` for none.
        compute_type: CTranslate2's name.
        beam_size: of the first full decoding.
        bounds_set_with: names of the models, or beginnings of their digests, that the policy's
            bounds on labels were set with; a run by another says so.
        digests: of the models that may be used, at least 8 digits of each; another is an error.
            Any where none is named.
    """

    ladder: Annotated[tuple[str, ...], Field(min_length=1, strict=False)]
    confirm: Confirm
    verify: Literal["ladder", "canonical"] = "ladder"
    second: str = ""
    compute_type: str = "default"
    beam_size: Annotated[int, Field(ge=1, le=20)] = 5
    bounds_set_with: Names = ()
    digests: Annotated[tuple[Digest, ...], Field(strict=False)] = ()


class Dnsmos(_Strict):
    """What computes DNSMOS.

    Args:
        engine: ``auto`` takes OpenVINO in bfloat16 where it is installed and the processor computes
            in it (scores within 0.03 of the reference), ONNX Runtime elsewhere (within 0.001);
            ``torchmetrics`` is the reference.
    """

    engine: Literal["auto", "onnxruntime", "openvino", "torchmetrics"]


class Fairness(_Strict):
    """When an error is the recogniser's and not the label's.

    Args:
        misheard_sentences: in at least so many different sentences of a voice a word must occur,
            with the rest heard right, to be the recogniser's to answer for.
        misheard_share: in at least this share of them it is misheard.
        rest_wer: the rest is heard right up to this word error rate.
        likeness: a misheard word is at least so much like what was heard (1 - edit distance over
            the longer length).
        label_odds: a label that the recogniser finds at most so many times less likely than what it
            heard is not charged with the difference, where its errors are few (``rest_wer``).
        edge_silence_s: nor with errors at its start and end where this much silence is there.
        edge_level_db: and where the speech has died away to this level before the silence.
        proof_cer: a label is rejected as another text only from this character error rate on.
        proof_logprob: and only where its own mean log-probability per token is at most this.
        proof_s: and only of a clip of at least this length, in seconds.
        disagree_cer: character error rate from which the recogniser disagrees with a label.
        disagree_share: where it disagrees with more than this share of a voice's labels, that is a
            finding of the voice.
        disagree_clips: fewest clips of a voice of which that is said.
        fits: likeness of a transcript to another file's label from which it is that label.
        other_script_share: a transcript with more of its letters in other scripts than its
            language's is the recogniser's failure.
        repeated_share: a transcript with more of it in one repeated piece is made up; see above.
        unique_share: a transcript with at most this share of different words is made up, unless the
            label is so too; so are the next two, from above.
        chars_per_s: characters per second of audio.
        compression: length over compressed length.
    """

    misheard_sentences: Annotated[int, Field(ge=2)]
    misheard_share: Annotated[float, Field(gt=0.5, le=1.0)]
    rest_wer: Annotated[float, Field(ge=0.0, lt=1.0)]
    likeness: Annotated[float, Field(gt=0.0, le=1.0)]
    label_odds: Annotated[float, Field(ge=1.0)]
    edge_silence_s: Annotated[float, Field(ge=0.0)]
    edge_level_db: float
    proof_cer: Annotated[float, Field(ge=0.0)]
    proof_logprob: Annotated[float, Field(le=0.0)]
    proof_s: Annotated[float, Field(ge=0.0)]
    disagree_cer: Positive
    disagree_share: Annotated[float, Field(ge=0.5, lt=1.0)]
    disagree_clips: Annotated[int, Field(ge=2)]
    fits: Annotated[float, Field(gt=0.5, le=1.0)]
    other_script_share: Share
    repeated_share: Share
    unique_share: Share
    chars_per_s: Positive
    compression: Positive


class Budget(_Strict):
    """Hours per voice: what is selected at most and what a voice needs at least."""

    hours_per_voice: Positive
    minimum_hours: Annotated[float, Field(ge=0.0)]


class Term(_Strict):
    """One thing that a selection is worth having.

    Args:
        weight: against the other terms; 0 leaves it out.
        why: one sentence why it counts so much.
    """

    weight: Annotated[float, Field(ge=0.0)]
    why: str


class LengthShare(_Strict):
    """Clips of some length that are served first, so that they get their share of the budget.

    Args:
        share: of the seconds, at least, where the voice has as many.
        from_tokens: shortest label, in phoneme tokens.
        below_tokens: the labels are shorter than this; any length where left out.
        why: one sentence why.
    """

    share: Share
    from_tokens: Annotated[int, Field(ge=0)] = 0
    below_tokens: Annotated[int, Field(ge=1)] | None = None
    why: str


class Choosing(_Strict):
    """How the best hours of a voice are chosen from its accepted clips.

    Args:
        strategy: ``"coverage"``, by what a clip adds per second, or ``"score"``, best rank first.
        most_tokens: no label with more phoneme tokens is selected; 0 for any length.
        terms: what a selection is worth having: ``diphones``, ``words``, ``kinds`` of sentences,
            ``quality`` (the score), and measured columns, of which the voice's own spread is.
        shares: of the budget, in the order of serving.
    """

    strategy: Literal["coverage", "score"]
    most_tokens: Annotated[int, Field(ge=0)]
    terms: dict[str, Term]
    shares: dict[str, LengthShare] = Field(default_factory=dict)

    @property
    def columns(self) -> list[str]:
        """Terms that are columns."""
        return [name for name in self.terms if name not in TERMS]

    @model_validator(mode="after")
    def _shares_fit(self) -> "Choosing":
        if (total := sum(s.share for s in self.shares.values())) > 1.0:
            raise ValueError(f"selection.shares come to {total:g}; together they must be at most 1")
        return self


class Gate(_Strict):
    """What `tenhours gate` lets pass."""

    max_reject_share: Share
    review_counts_as: Literal["accept", "reject"]
    min_clips: Annotated[int, Field(ge=1)]


class Provider(_Strict):
    """One provider by every name it goes by, and what is known of its voices.

    Args:
        names: how contributors write it; case, blanks and signs do not count.
        unwanted: models that are turned away, each as words that stand in the name in this order.
        voices: its stock voices, ``[]`` where there is no list to hold a name against.
        child_voices: stock voices that sound like children.
    """

    names: Annotated[tuple[str, ...], Field(min_length=1, strict=False)]
    unwanted: Names = ()
    voices: Names = ()
    child_voices: Names = ()


class Offer(_Strict):
    """Models that are wanted.

    Args:
        rank: place in the order of preference, 1 is the most wanted.
        about: name for people.
        provider: id of a provider.
        models: each as words that stand in the model's name in this order.
    """

    rank: Annotated[int, Field(ge=1)]
    about: str
    provider: str
    models: Annotated[tuple[str, ...], Field(min_length=1, strict=False)]


class Languages(_Strict):
    """Primary BCP 47 tags of languages, and what a new one needs.

    Args:
        with_phonemes: languages whose text can be turned into phonemes.
        established: languages that the collection has already.
        new_language_hours: a language that is not established wants more approved hours than this.
    """

    with_phonemes: Names
    established: Names
    new_language_hours: Annotated[float, Field(ge=0.0)]


class PriorityTerms(_Strict):
    """Points of each part of a priority, and where the tiers begin.

    Args:
        provider: all for rank 1, half for the last rank, none outside the order.
        format: all for WAV, less for other lossless and for lossy audio.
        completeness: by the share of wanted fields and of labelled audio.
        publish: for the permission to publish a voicepack as it is.
        lossless: share of the format's points for lossless audio other than WAV.
        lossy: the same for MP3 and other lossy audio.
        high_from: points of 100 from which the tier is high.
        normal_from: the same for normal.
    """

    provider: Annotated[float, Field(ge=0.0)]
    format: Annotated[float, Field(ge=0.0)]
    completeness: Annotated[float, Field(ge=0.0)]
    publish: Annotated[float, Field(ge=0.0)]
    lossless: Share
    lossy: Share
    high_from: Annotated[float, Field(ge=0.0, le=100.0)]
    normal_from: Annotated[float, Field(ge=0.0, le=100.0)]


class Terms(_Strict):
    """What the collection takes, whatever the audio sounds like.

    Args:
        paused_from: the day (UTC) from which nothing new is accepted, or ``"never"``.
        require_stage_order: samples need an approved description, a payload approved samples.
        samples_per_voice: fewest clips of a voice at the stage of samples.
        samples_most_minutes: most audio of a voice at that stage.
        licence: the one licence that is taken.
        licence_spellings: further ways to write it; case, blanks and signs do not count.
        preferred_rate_hz: audio below this sample rate is flagged.
        line_of_speech_s: a clip beyond this is no line of speech.
        unsegmented_share: a voice with this share of its audio in such clips is unsegmented.
        labelled_share: a voice with less of its audio labelled is unlabelled material.
        small_hours: a payload with less audio is low priority.
        clone_words: words in the name of a voice or model that give away a clone.
        child_words: the same for a child's voice.
        human_words: phrases in a provider's or model's name that give away recordings of people.
    """

    paused_from: date | Literal["never"]
    require_stage_order: bool
    samples_per_voice: Annotated[int, Field(ge=0)]
    samples_most_minutes: Positive
    licence: str
    licence_spellings: Names
    preferred_rate_hz: Positive
    line_of_speech_s: Positive
    unsegmented_share: Annotated[float, Field(gt=0.0, le=1.0)]
    labelled_share: Share
    small_hours: Annotated[float, Field(ge=0.0)]
    clone_words: Names
    child_words: Names
    human_words: Names
    languages: Languages
    priority: PriorityTerms
    providers: dict[str, Provider]
    offers: dict[str, Offer]

    @model_validator(mode="after")
    def _offers_name_providers(self) -> "Terms":
        for offer_id, offer in self.offers.items():
            if offer.provider not in self.providers:
                raise ValueError(f"offers.{offer_id}.provider: no provider {offer.provider!r}")
        if self.priority.normal_from > self.priority.high_from:
            raise ValueError("priority.normal_from must not be above priority.high_from")
        return self


class Policy(_Strict):
    """Everything that turns measurements into verdicts, a ranking and a selection.

    Args:
        rules: on measured and derived columns.
        findings: declared rule -> verdict, where it is not the one that it is declared with.
        weights: of columns, for the ranking within a voice; 0 leaves one out.
        enough: values of weighted columns, in their units, from which on better is no better.
    """

    name: Annotated[str, Field(min_length=1)]
    about: str
    asr: Recogniser
    dnsmos: Dnsmos
    fairness: Fairness
    budget: Budget
    selection: Choosing
    gate: Gate
    terms: Terms
    rules: dict[str, MeasuredRule]
    findings: dict[str, Weight] = Field(default_factory=dict)
    weights: dict[str, Annotated[float, Field(ge=0.0)]]
    enough: dict[str, float] = Field(default_factory=dict)
    limits: dict[str, Positive | Annotated[int, Field(gt=0)]] = Field(default_factory=dict)
    _asr_folders: Mapping[str, Path] = PrivateAttr(default_factory=dict)

    @field_validator("findings")
    @classmethod
    def _findings_are_declared(cls, given: dict[str, Weight]) -> dict[str, Weight]:
        for rule in given:
            if rule not in RULES:
                near = difflib.get_close_matches(rule, RULES, 1)
                hint = f"did you mean {near[0]}?" if near else "docs/policy.md lists them"
                raise ValueError(f"there is no rule {rule}; {hint}")
        return given

    @field_validator("rules")
    @classmethod
    def _rules_have_ids_of_their_own(
        cls, given: dict[str, MeasuredRule]
    ) -> dict[str, MeasuredRule]:
        if taken := sorted(given.keys() & RULES.keys()):
            raise ValueError(f"{taken[0]} is the id of another rule; give it another name")
        return given

    @field_validator("limits")
    @classmethod
    def _limits_are_known(cls, given: dict[str, float]) -> dict[str, float]:
        known = [f.name for f in fields(Limits)]
        if unknown := [name for name in given if name not in known]:
            raise ValueError(f"no limit named {unknown[0]}; there are {', '.join(known)}")
        return given

    @property
    def verdicts(self) -> Mapping[str, Weight]:
        """Declared rule -> what its findings do to a clip."""
        return {rule.id: self.findings.get(rule.id, rule.verdict) for rule in RULES.values()}

    @property
    def reading_limits(self) -> Limits:
        """What reading a submission may cost, the defaults with the policy's ``[limits]``."""
        of_kind = {f.name: f.type for f in fields(Limits)}
        whole = {k: int(v) if of_kind[k] is int else v for k, v in self.limits.items()}
        return replace(DEFAULT_LIMITS, **whole)  # type: ignore[arg-type]

    @property
    def asr_ladder(self) -> tuple[str, ...]:
        """The recognisers; a path is taken from the folder of the file that states it.

        A path starts with ``./`` or ``../``; anything else is a name or a full path.
        """
        return tuple(self._beside("ladder", step) for step in self.asr.ladder)

    @property
    def asr_confirm(self) -> dict[str, float]:
        """Column -> bound within which a decoding at the clip's own length is believed.

        That of ``[asr.confirm]``, or of a rule where it is narrower: whoever a rule would judge by
        the column is decoded in full before.
        """
        found = {**self.asr.confirm.model_dump(), "label_logprob": -math.inf, "no_speech_prob": 1.0}
        for rule in self.rules.values():
            if rule.column not in found:
                continue
            low = [b for b in (rule.reject_below, rule.review_below) if b is not None]
            high = [b for b in (rule.reject_above, rule.review_above) if b is not None]
            column = rule.column
            if column in ("uncovered_s", "no_speech_prob"):
                found[column] = min([found[column], *high])
            else:
                found[column] = max([found[column], *low])
        return found

    @property
    def asr_second(self) -> str:
        """The second recogniser, ``""`` for none; a path is taken as those of the ladder."""
        return self._beside("second", self.asr.second)

    def _beside(self, setting: str, model: str) -> str:
        if not model.startswith(("./", "../")):
            return model
        return str(self._asr_folders.get(setting, Path()) / model)

    def check_columns(self, declared: Mapping[str, Column]) -> None:
        """Whether all that the policy says of columns can be done.

        Raises:
            PolicyError: a rule on a column that does not exist or in another unit, a weight on one
                that does not exist or has no better direction, ``enough`` of one without a weight.
        """
        for rule_id, rule in self.rules.items():
            column = declared.get(rule.column)
            if column is None:
                raise PolicyError(
                    f"policy {self.name}: rules.{rule_id}.column: there is no column"
                    f" {rule.column!r}; docs/columns.md lists them"
                )
            if column.unit != rule.unit:
                raise PolicyError(
                    f"policy {self.name}: rules.{rule_id}.unit is {rule.unit!r}, but"
                    f" {rule.column} is measured in {column.unit!r}"
                )
        for name in self.weights:
            if name not in declared or declared[name].better == "neither":
                what = "has no better direction" if name in declared else "is no column"
                raise PolicyError(
                    f"policy {self.name}: weights.{name}: {name} {what}; docs/columns.md lists them"
                )
        for name in self.selection.columns:
            if name not in declared:
                raise PolicyError(
                    f"policy {self.name}: selection.terms.{name}: there is no column {name!r};"
                    f" terms are {', '.join(TERMS)} and the columns of docs/columns.md"
                )
        if spare := sorted(self.enough.keys() - self.weights.keys()):
            raise PolicyError(
                f"policy {self.name}: enough.{spare[0]}: {spare[0]} has no weight, so that it"
                " orders no clips"
            )

    @property
    def sha256(self) -> str:
        """Digest of all that it decides by, independent of the order of keys and of comments."""
        content = self.model_dump(mode="json") | {"findings": self.verdicts}
        text = json.dumps(content, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class _Source:
    label: str
    text: str
    folder: Path | None


@dataclass(frozen=True, slots=True)
class _Content:
    """What a file says, laid over what it extends.

    Args:
        tables: all of it.
        asr_folders: setting of ``[asr]`` -> folder of the file that states it.
        extends: name of what it extends, ``""`` for nothing.
        base: the tables of that.
    """

    tables: dict[str, Any]
    asr_folders: Mapping[str, Path]
    extends: str = ""
    base: Mapping[str, Any] = field(default_factory=dict)


def load_policy(name_or_path: str = DEFAULT) -> Policy:
    """Read a shipped policy by its name, or a TOML file by its path.

    A file may say ``extends = "tts-v1"`` (or a path beside it): its tables are laid over that
    policy's key by key, and each rule it changes must carry its own ``why``.

    Raises:
        PolicyError: no such policy, not TOML, an unknown key, a value out of its bound.
    """
    source = _find(name_or_path, None)
    content = _resolve(source, seen=())
    try:
        policy = Policy.model_validate(content.tables)
    except ValidationError as error:
        lines = _faults(error.errors(), content)
        raise PolicyError(f"{source.label}: " + "; ".join(lines)) from None
    policy._asr_folders = content.asr_folders
    return policy


def _find(name_or_path: str, beside: Path | None) -> _Source:
    shipped = resources.files("selection") / "policies" / f"{name_or_path}.toml"
    if "/" not in name_or_path and not name_or_path.endswith(".toml") and shipped.is_file():
        return _Source(name_or_path, shipped.read_text(encoding="utf-8"), None)
    path = Path(name_or_path) if beside is None else beside / name_or_path
    try:
        return _Source(str(path), path.read_text(encoding="utf-8"), path.parent)
    except (OSError, UnicodeDecodeError) as error:
        names = ", ".join(shipped_policies())
        raise PolicyError(
            f"{path}: not a readable policy file ({error}). Give a path to a TOML file, or one of"
            f" the shipped policies: {names}"
        ) from None


def shipped_policies() -> list[str]:
    """Names of the policies that come with tenhours, sorted."""
    folder = resources.files("selection") / "policies"
    return sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith("toml"))


def _resolve(source: _Source, seen: tuple[str, ...]) -> _Content:
    if source.label in seen:
        raise PolicyError(f"{source.label}: extends itself through {' -> '.join(seen)}")
    try:
        own = tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"{source.label}: not TOML: {error}") from None
    folders = dict.fromkeys(_table(own, "asr"), source.folder or Path())
    base_name = own.pop("extends", None)
    if base_name is None:
        return _Content(own, folders)
    if not isinstance(base_name, str):
        raise PolicyError(f"{source.label}: extends must be a name or a path, found {base_name!r}")
    base = _resolve(_find(base_name, source.folder), (*seen, source.label))
    rules = own.get("rules", {})
    for rule, changes in rules.items() if isinstance(rules, dict) else ():
        if (
            isinstance(changes, dict)
            and "why" not in changes
            and rule in base.tables.get("rules", {})
        ):
            raise PolicyError(f"{source.label}: rules.{rule} changes a bound without saying why")
    merged = _merge(base.tables, own)
    return _Content(merged, {**base.asr_folders, **folders}, base_name, base.tables)


def _table(table: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = table.get(key)
    return value if isinstance(value, dict) else {}


def _merge(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in own.items():
        below = merged.get(key)
        both = isinstance(value, dict) and isinstance(below, dict)
        merged[key] = _merge(below, value) if both else value  # type: ignore[arg-type]
    return merged


def _faults(errors: Iterable[ErrorDetails], content: _Content) -> Iterator[str]:
    """What is wrong in words for the one who wrote the file, a sentence per table or setting."""
    missing: dict[tuple[str, ...], list[str]] = {}
    for error in errors:
        *table, key = map(str, error["loc"]) if error["loc"] else ("policy",)
        if error["type"] == "missing":
            missing.setdefault(tuple(table), []).append(key)
        else:
            yield _fault((*table, key), error)
    if () in missing or (missing and not content.extends):
        where = f" in {content.extends}" if content.extends else ""
        names = [".".join((*table, key)) for table, keys in missing.items() for key in keys]
        yield (
            f'no extends{where}: add `extends = "{DEFAULT}"`, or give a whole policy'
            f" (missing: {', '.join(names)})"
        )
        return
    for table_path, keys in missing.items():
        yield _incomplete(table_path, keys, content)


def _incomplete(table: tuple[str, ...], keys: list[str], content: _Content) -> str:
    """A table with less than it needs: new ones are either meant or a slip of the pen."""
    siblings: Any = content.base
    for part in table[:-1]:
        siblings = _table(siblings, part)
    name, kind = ".".join(table), ".".join(table[:-1]).removesuffix("s").rpartition(".")[2]
    near = difflib.get_close_matches(table[-1], siblings, 1)
    lacks = f"{name}: {content.extends} has no such {kind} and this one has no"
    return f"{lacks} {keys[0]}; did you mean {near[0]}?" if near else f"{lacks} {', '.join(keys)}"


def _fault(path: tuple[str, ...], error: ErrorDetails) -> str:
    name, value = ".".join(path), error["input"]
    found = "" if isinstance(value, dict | BaseModel) else f" (found {value!r:.80})"
    if error["type"] == "extra_forbidden":
        known = _settings(path[:-1])
        near = difflib.get_close_matches(path[-1], known, 1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
        return f"{name}: there is no such setting; {hint}{found}"
    if error["type"] in ("dict_type", "model_type"):
        return f"{name} must be a table{found}"
    says = error["msg"].removeprefix("Value error, ").replace("Input should", "it must")
    return f"{name}: {says}{found}"


def _settings(table: tuple[str, ...]) -> list[str]:
    """Names of the settings that a table of the policy can have."""
    here: Any = Policy
    for part in table:
        is_model = isinstance(here, type) and issubclass(here, BaseModel)
        here = here.model_fields[part].annotation if is_model else get_args(here)[1]
    return list(here.model_fields)

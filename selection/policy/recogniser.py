"""What listens, and when an error is its own and not the label's."""

from typing import Annotated, Literal

from pydantic import Field

from selection.policy.base import Names, Positive, Share, Table

Digest = Annotated[str, Field(pattern="^[0-9a-f]{8,64}$")]


class Confirm(Table):
    """When a decoding that agrees with the label confirms it.

    Each is a bound on the column of its name, as measured in that decoding's window. What is beyond
    one is decoded in full by the last step, so that a clip is judged by the rules on what the whole
    window gives.

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


class Recogniser(Table):
    """The default speech recognisers.

    Args:
        ladder: names or folders, the fastest first. Each may confirm a label by decoding the clip
            at its own length, those before the last in full, too; what none confirms is decoded
            in full by the last, whose counts stand. One is enough.
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


class Dnsmos(Table):
    """What computes DNSMOS.

    Args:
        engine: ``auto`` takes OpenVINO in bfloat16 where it is installed and the processor computes
            in it (scores within 0.03 of the reference), ONNX Runtime elsewhere (within 0.001);
            ``torchmetrics`` is the reference.
    """

    engine: Literal["auto", "onnxruntime", "openvino", "torchmetrics"]


class Fairness(Table):
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

"""Rules about what was measured and heard, beside those of the policy on single columns."""

from clips.rules.base import CLIP, SUBMISSION, VOICE, Rule

NOT_MEASURED = "not-measured"
NOT_JUDGED = "not-judged"
UNHEARD = "unheard-language"
AUDIO = "near-duplicate-audio"
TEXT = "duplicate-text"
EARLIER_OWN = "earlier-own"
EARLIER_OTHER = "earlier-other"
EARLIER_TEXT = "earlier-text"
RECOGNISER_WORD = "recogniser-word"
HALLUCINATION = "hallucination"
OTHER_SCRIPT = "other-script"
OTHER_BOUNDS = "recogniser-bounds"
LABEL_FITS = "label-fits"
SHIFTED = "labels-shifted"
EXCHANGED = "labels-exchanged"
ELSEWHERE = "label-elsewhere"
DISAGREES = "recogniser-disagrees"
MAINTAINER = "maintainer"
APPROVED = "approved"
DECLINED = "declined"
OUTSIDE = "outside-vocabulary"
_NOTHING = "Nothing is to be mended."
_LISTEN = "Listen, and correct the label where it is wrong."

JUDGING_RULES = (
    Rule(
        NOT_MEASURED,
        CLIP,
        "review",
        "There is no measurement, or one failed for a passing cause; the next run tries again.",
        {
            "pending": "Not measured yet, the next run tries again: {why}.",
            "no audio": ("There is no audio to measure.", "Send the clip with its audio."),
            "terms": (
                "Not measured: the terms refuse the submission, and a sample of each voice was.",
                "Correct what they refuse; --measure-all measures it all.",
            ),
        },
        "Run the same command again; what was measured is kept.",
        ours=True,
    ),
    Rule(
        UNHEARD,
        VOICE,
        "review",
        "No recogniser of the run, or not the text normaliser, knows the language: labels are not"
        " judged.",
        "{why}: its labels are not held against what is heard, and a person has to. All else is"
        " measured.",
        "Correct the language if it is another, or take a recogniser that knows it (--asr-model).",
    ),
    Rule(
        NOT_JUDGED,
        SUBMISSION,
        "reject",
        "The run left scorers out, so nothing is selected and no gate passes.",
        "Not judged by {scorers}, which this run left out: nothing is selected.",
        "Run again with all scorers.",
        parks="parked",
        of_a_part=True,
        ours=True,
    ),
)
DUPLICATE_RULES = (
    Rule(
        AUDIO,
        CLIP,
        "reject",
        "The same audio as in another clip: coded, trimmed or levelled anew.",
        "{shared_s} s of its audio are also in {other}: the same audio, coded, cut or levelled"
        " anew.",
        "Send each recording once, with the label that belongs to it.",
    ),
    Rule(
        TEXT,
        CLIP,
        "note",
        "The label says the same as another label of the voice.",
        "The label says the same as {other}.",
        "Send other lines, where there are some.",
    ),
    Rule(
        EARLIER_OWN,
        CLIP,
        "reject",
        "The same audio as in an earlier submission of the contributor, where it counts once that"
        " is approved.",
        "{shared_s} s of its audio are in an earlier submission of the same contributor, where they"
        " count once that is approved.",
        "Nothing is to be mended; what is new adds hours.",
    ),
    Rule(
        EARLIER_OTHER,
        CLIP,
        "reject",
        "The same audio as somebody else handed in before.",
        "{shared_s} s of its audio were handed in before by somebody else.",
        "Send what you made yourself; where you did, tell the maintainer.",
    ),
    Rule(
        EARLIER_TEXT,
        CLIP,
        "note",
        "The label says the same as one of the same voice in an earlier submission of the"
        " contributor.",
        "The label says the same as one of this voice in an earlier submission.",
        "Send other lines, where there are some.",
    ),
)
TEXT_RULES = (
    Rule(
        OUTSIDE,
        CLIP,
        "note",
        "The label has symbols that cannot be read as phonemes of Kokoro's vocabulary, such as"
        " digits or signs.",
        "The label has symbols that no phoneme stands for: {symbols}.",
        "Write them as they are spoken.",
    ),
)
RECOGNISER_RULES = (
    Rule(
        RECOGNISER_WORD,
        VOICE + CLIP,
        "note",
        "The recogniser gets a word wrong wherever the voice says it; no clip is charged with it.",
        {
            "clip": 'The recogniser heard "{heard}" for "{word}", which it gets wrong in'
            " {misheard} of {sentences} sentences of this voice ({mostly}): not charged.",
            # no word is named: this may be published
            "voice": "{words} misheard wherever this voice says them, and not charged to the"
            " {clips} clips concerned, whose findings name them.",
        },
        "Nothing is to be mended where the word is said as it is written.",
        ours=True,
    ),
    Rule(
        HALLUCINATION,
        CLIP,
        "review",
        "The recogniser seems to have made its transcript up: the label is not rejected on its"
        " word.",
        "The recogniser seems to have made its transcript up: it has {measured} {what}.",
        _LISTEN,
    ),
    Rule(
        OTHER_SCRIPT,
        CLIP,
        "review",
        "The recogniser wrote its transcript in another script than the language's: the label is"
        " not rejected on its word.",
        "The recogniser failed: its transcript is in another script than the language is written"
        " in ({share} of its letters).",
        "Correct the language where it is another, or listen.",
    ),
    Rule(
        OTHER_BOUNDS,
        SUBMISSION,
        "note",
        "The policy's bounds on labels were set with another recogniser than this run's.",
        "The bounds on labels were set with {known}; this run heard with {used}, for which others"
        " may be right.",
        "`tenhours calibrate` proposes them.",
        ours=True,
    ),
    Rule(
        LABEL_FITS,
        CLIP,
        "note",
        "The recogniser heard another text, but finds the label nearly as likely when made to write"
        " it: the clip is not charged with the difference.",
        {
            "": "The recogniser heard other words, but when made to write the label it finds it as"
            " likely: not charged.",
            "less": "The recogniser heard other words, but when made to write the label it finds it"
            " only {times} times less likely: not charged.",
        },
        "Nothing is to be mended where the label is what is said.",
    ),
)
MISPLACED_RULES = (
    Rule(
        SHIFTED,
        VOICE,
        "review",
        "The labels of a voice fit other files, all of them as many places away.",
        "{labels} the file {away}: so it was heard in {same} of {asked} clips that differ from"
        " their own label.",
        "Put each label beside its file again.",
    ),
    Rule(
        EXCHANGED,
        VOICE,
        "review",
        "The labels of a voice fit other files of it.",
        "Labels fit other files of this voice: so it was heard in {found} of {asked} clips that"
        " differ from their own label.",
        "Put each label beside its file again.",
    ),
    Rule(
        ELSEWHERE,
        CLIP,
        "note",
        "What was heard in a clip is the label of another one of its voice.",
        "What was heard here is the label of {other}.",
        "Put each label beside its file again.",
    ),
    Rule(
        DISAGREES,
        VOICE,
        "review",
        "The recogniser disagrees with most labels of a voice, which fit no other file: it is too"
        " weak for the language, or the labels are another text.",
        {
            "weak": (
                "The recogniser disagrees with {wrong} of {clips} labels of this voice, but what it"
                " heard is more like the clip's own label than like {share} of the others: it is"
                " too weak for this language or voice.",
                "Another one (--asr-model) or a person can judge them.",
            ),
            "other": "The recogniser disagrees with {wrong} of {clips} labels of this voice, and"
            " what it heard is no more like the clip's own label than like the others: the labels"
            " are another text, or it hears nothing of this language.",
        },
        "See whether the labels are those of these files.",
    ),
)
MAINTAINER_RULES = (
    Rule(
        MAINTAINER,
        CLIP,
        "reject",
        "The maintainer decided about the clip, whatever the machine found.",
        {
            "accept": ("Accepted by the maintainer ({why}).", _NOTHING),
            "against": ("Accepted by the maintainer, in spite of {rules} ({why}).", _NOTHING),
            "approved": ("Approved before, and so in spite of {rules} now ({why}).", _NOTHING),
            "reject": "Rejected by the maintainer ({why}).",
            "no audio": "The maintainer accepted it, but there is no audio to use ({why}).",
        },
        "Send the clip anew.",
    ),
    Rule(
        APPROVED,
        SUBMISSION + VOICE,
        "note",
        "The maintainer approved it; no later policy takes that back.",
        "Approved by the maintainer ({why}).",
        _NOTHING,
    ),
    Rule(
        DECLINED,
        SUBMISSION + VOICE,
        "reject",
        "The maintainer declined it; nothing of it is selected.",
        "Declined by the maintainer ({why}).",
        "Ask the maintainer what would change that.",
    ),
)

"""Rules about what the collection takes, whatever it sounds like."""

from clips.rules.base import SUBMISSION, VOICE, Rule

_KEPT = "It is scored and kept, and nothing of it is selected until then."
_SHARED = SUBMISSION + VOICE  # of a voice where it differs from the rest

TERMS_RULES = (
    Rule(
        "stage-order",
        SUBMISSION,
        "reject",
        "The stage before this one is not approved; nothing of it is selected.",
        "This is the stage '{stage}', and '{before}' before it is not approved. Nothing of it is"
        " selected until then.",
        "Hand in {before} first, or wait for the answer.",
    ),
    Rule(
        "collection-paused",
        SUBMISSION,
        "reject",
        "The collection is paused, and no earlier arrival was agreed.",
        {
            "": (
                "The collection is paused from {start} on and takes nothing new.",
                "Agree on an arrival time, or wait until it opens again.",
            ),
            "agreed late": "The collection is paused from {start} on, and the agreed arrival,"
            " {agreed}, is not before that day.",
        },
        "Wait until it opens again.",
    ),
    Rule(
        "no-voices-described",
        SUBMISSION,
        "review",
        "A description that names no voice.",
        "The description names no voice.",
        "Add a table [voices.NAME] for each voice and tone.",
    ),
    Rule(
        "description-with-audio",
        SUBMISSION,
        "review",
        "A description brings audio; nothing of it is selected.",
        "The description brings {value} of audio. It is scored, and nothing of it is selected.",
        "Hand in a few clips of each voice as samples once the description is approved.",
    ),
    Rule(
        "hours-not-given",
        VOICE,
        "review",
        "A description does not say how many hours of a voice there will be.",
        "The description does not say how many hours of {voice} there will be.",
        "Add a line hours = ...",
    ),
    Rule(
        "small-offer",
        SUBMISSION,
        "note",
        "A payload holds little audio; low priority.",
        "The payload holds {value} of audio, and less than {bound} is a small offer. It is scored"
        " and kept.",
        "Send more to raise its priority.",
        parks="low priority",
    ),
    Rule(
        "language-hours",
        _SHARED,
        "note",
        "A new language has fewer approved hours than it wants over all its voices; scored and"
        " parked.",
        "{language} is a new language: {value} are approved over all of its voices, and it wants"
        " more than {bound}. " + _KEPT,
        "Send more, of any voice.",
        parks="parked",
    ),
    Rule(
        "licence-refused",
        _SHARED,
        "reject",
        "The licence is not the one that is taken.",
        "The licence {licence} is not taken, only {taken} is.",
        'State license = "{taken}" if you may give the data under it.',
    ),
    Rule(
        "unknown-provider",
        _SHARED,
        "review",
        "The provider is not named, or nobody knows it.",
        {
            "": (
                "The provider {provider} is not known here.",
                "Wanted are {wanted}; a maintainer looks at others.",
            ),
            "unnamed": "No provider is named.",
        },
        "Name one of {wanted}.",
        parks="low priority",
    ),
    Rule(
        "other-provider",
        _SHARED,
        "note",
        "The provider is known and not one of those that are wanted; low priority.",
        "{provider} is not one of the wanted providers. What comes from it is scored and kept as"
        " low priority, with nothing promised.",
        "Wanted are {wanted}.",
        parks="low priority",
    ),
    Rule(
        "human-recording",
        _SHARED,
        "note",
        "The speech is of people, not synthetic; low priority.",
        "{name} says '{word}': recordings of people are scored and kept as low priority, with"
        " nothing promised.",
        "Synthetic speech is wanted.",
        parks="low priority",
    ),
    Rule(
        "unwanted-model",
        _SHARED,
        "reject",
        "The model is one that is not taken, such as Flash or Turbo.",
        "The model {model} is not taken.",
        "Of this provider are wanted: {wanted}.",
        parks="low priority",
    ),
    Rule(
        "unknown-model",
        _SHARED,
        "review",
        "The provider is wanted, and the model is not one of those that are listed.",
        {"": "The model {model} is not on the list.", "unnamed": "No model is named."},
        "Of this provider are wanted: {wanted}.",
        parks="low priority",
    ),
    Rule(
        "no-phonemes",
        _SHARED,
        "note",
        "The text of the language cannot be turned into phonemes; scored and parked.",
        "There is no way yet to turn {language} text into phonemes. " + _KEPT,
        "Keep it; there is nothing to mend.",
        parks="parked",
    ),
    Rule(
        "few-samples",
        VOICE,
        "review",
        "Fewer clips of a voice than a sample needs.",
        "{voice} has {n} samples, and at least {least} are needed to judge a voice.",
        "Send more.",
    ),
    Rule(
        "many-samples",
        VOICE,
        "review",
        "More audio of a voice than samples are.",
        "{voice} has {value} of samples, and up to {bound} are taken to judge a voice.",
        "Send a few clips, and the rest as payload once these are approved.",
    ),
    Rule(
        "cloned-voice",
        VOICE,
        "reject",
        "The voice is a clone.",
        "The voice {name} is a clone or no stock voice ({why}). Only stock voices that can be"
        " identified are taken.",
        "Use one of them.",
    ),
    Rule(
        "child-voice",
        VOICE,
        "reject",
        "The voice is a child's.",
        "The voice {name} is a child's voice ({why}). Only adult voices are taken.",
        "Use another.",
    ),
    Rule(
        "unlisted-voice",
        VOICE,
        "review",
        "The voice is not on the list of the provider's stock voices.",
        "The voice {name} is not on the list of stock voices of {provider}.",
        "Check the name; a maintainer looks at it.",
    ),
    Rule(
        "low-rate",
        VOICE,
        "note",
        "Audio has a sample rate below the preferred one.",
        "{files} of {voice} have a sample rate below {bound}, down to {value}.",
        "Send the rate that the provider gives, never one that was brought up.",
    ),
    Rule(
        "lossy-audio",
        VOICE,
        "note",
        "Audio is in a lossy format; WAV is preferred.",
        "{files} of {voice} are in a lossy format ({codecs}). They are taken at lower priority.",
        "Ask the provider for WAV.",
    ),
    Rule(
        "unsegmented",
        VOICE,
        "review",
        "Most of a voice is files far longer than a line; never selected.",
        "{files} of {voice} are longer than {bound}, the longest {value}: most of its audio"
        " is not cut into lines. It is scored and kept and never selected.",
        "Send one line of an answer, or one call, per file.",
        parks="low priority",
    ),
    Rule(
        "mostly-unlabelled",
        VOICE,
        "note",
        "Most of a voice's audio has no label; low priority.",
        "{share} of the audio of {voice} has a label, and from {least} on it is more than low"
        " priority.",
        "Send the text of each file.",
        parks="low priority",
    ),
)

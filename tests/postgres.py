"""A real PostgreSQL for the tests: in a folder of its own, reached through a socket in it alone."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


def binaries() -> Path | None:
    """The folder with initdb: of the path, or where Debian keeps the newest."""
    found = shutil.which("initdb")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return debian[-1].parent if debian else Path(found).parent if found else None


@contextmanager
def server() -> Iterator[str]:
    """A server for as long as this lasts; its address for SQLAlchemy."""
    programs = binaries()
    assert programs is not None
    # it refuses to run as root; the package brings a user
    user = "postgres" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    options: dict[str, Any] = {}
    if os.getuid() == 0:
        shutil.chown(folder, user)
        options = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}

    def run(*arguments: str) -> None:
        subprocess.run(arguments, check=True, capture_output=True, cwd=folder, **options)

    data = str(folder / "data")
    try:
        run(str(programs / "initdb"), "-D", data, "-A", "trust", "-E", "UTF8", "--no-locale")
        settings = f"-c listen_addresses= -k {folder}"
        log = str(folder / "log")
        run(str(programs / "pg_ctl"), "-D", data, "-o", settings, "-l", log, "-w", "start")
        try:
            yield f"postgresql+psycopg://{user}@/{{database}}?host={folder}"
        finally:
            run(str(programs / "pg_ctl"), "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)

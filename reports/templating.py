"""What all pages are made with: parts of `reports/templates`, filters, digests for the CSP."""

import base64
import hashlib
from functools import cache
from importlib import resources

import jinja2

from clips.numbers import count, duration
from reports.names import heading
from reports.wording import visible


@cache
def asset(name: str) -> str:
    """A file of `reports/templates`."""
    return (resources.files("reports") / "templates" / name).read_text(encoding="utf-8")


def digest(text: str) -> str:
    """What a content security policy names a script or a style sheet by."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def environment() -> jinja2.Environment:
    """Templates whose values are escaped, and one that is missing an error."""
    made = jinja2.Environment(
        loader=jinja2.FunctionLoader(asset),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "visible": lambda value: visible(str(value)),
        "hours": duration,
        "time": lambda created: created.replace("T", " ").replace("+00:00", " UTC"),
        "thousands": lambda n: f"{n:,}",
        "clips": lambda n: count(n, "clip"),
        "heading": heading,
    }
    return made

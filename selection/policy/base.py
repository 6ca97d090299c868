"""What the tables of a policy have in common."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Positive = Annotated[float, Field(gt=0.0)]
Points = Annotated[float, Field(ge=0.0)]
Names = Annotated[tuple[str, ...], Field(strict=False)]  # TOML has lists


class Table(BaseModel):
    """A table: no key but its own, no value of another type."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

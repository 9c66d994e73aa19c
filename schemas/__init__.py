"""What must hold of the data: the published tables, their checks, and how to read them.

``schemas.read(processed, "figures")`` is all that most readers need.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from schemas.catalog import TABLES
    from schemas.published import read

__all__ = ["TABLES", "read"]


def __getattr__(name: str) -> Any:
    """Loads pandas and Arrow only for those who use them: the command line imports this package too."""
    if name == "read":
        from schemas.published import read

        return read
    if name == "TABLES":
        from schemas.catalog import TABLES

        return TABLES
    raise AttributeError(f"module 'schemas' has no attribute {name!r}")

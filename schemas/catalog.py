"""All published tables, by name."""

from __future__ import annotations

from types import MappingProxyType

from schemas.documents import DOCUMENTS
from schemas.edits import EDITS
from schemas.figures import FIGURES
from schemas.findings import FINDINGS
from schemas.observations import OBSERVATIONS
from schemas.quarantine import QUARANTINE
from schemas.table import Table
from schemas.units import UNITS

TABLES: MappingProxyType[str, Table] = MappingProxyType(
    {table.name: table for table in (FIGURES, OBSERVATIONS, FINDINGS, DOCUMENTS, EDITS, QUARANTINE, UNITS)}
)

"""What all tests share: how long properties search, and that the embedded server starts once."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# No deadline: a first example pays for building a pipeline. `make sweep` takes the profile of that name.
settings.register_profile("quick", deadline=None, max_examples=60)
settings.register_profile("sweep", deadline=None, max_examples=2000)
settings.load_profile("quick")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep tests that need the embedded server on one worker: it takes ten seconds to start."""
    for item in items:
        if item.get_closest_marker("server"):
            item.add_marker(pytest.mark.xdist_group("server"))


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the project."""
    return Path(__file__).resolve().parent.parent

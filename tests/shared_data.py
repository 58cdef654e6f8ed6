"""Real input that lies beside the project and is not shipped with it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def shared_data(path: str) -> Path:
    """The file or folder `path` of the shared data: `../shared/data`, or the folder in `REVOPS_SHARED_DATA`.

    When it is missing the test is skipped with the reason, and fails under `CI=true`.
    """
    folder = Path(os.environ.get("REVOPS_SHARED_DATA") or ROOT.parent / "shared" / "data")
    found = folder / path
    if found.exists():
        return found
    reason = f"{found} is missing; put the shared data there or point REVOPS_SHARED_DATA at it"
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(reason)
    pytest.skip(reason)

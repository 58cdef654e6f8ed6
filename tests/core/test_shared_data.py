from __future__ import annotations

from pathlib import Path

import pytest

from tests.shared_data import shared_data


def test_missing_real_input_skips_at_home_and_fails_in_ci(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REVOPS_SHARED_DATA", str(tmp_path))
    (tmp_path / "there.csv").touch()

    assert shared_data("there.csv") == tmp_path / "there.csv"
    monkeypatch.setenv("CI", "")
    with pytest.raises(pytest.skip.Exception, match=r"gone\.csv is missing"):
        shared_data("gone.csv")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match=r"gone\.csv is missing"):
        shared_data("gone.csv")

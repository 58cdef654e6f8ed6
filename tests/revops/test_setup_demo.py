"""Demo logins stay out of databases that somebody else runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from revops.management.commands.setup_demo import _database_is_given


def test_a_given_database_gets_no_demo_logins_unasked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "VAR", tmp_path)
    monkeypatch.setenv("DATABASE_URL", "postgresql://app@db.example/revenue")

    with pytest.raises(CommandError, match="on-given-database"):
        call_command("setup_demo")

    assert not (tmp_path / "logins.json").exists()


def test_the_embedded_database_is_our_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "VAR", tmp_path)
    (tmp_path / "runtime.env").write_text("DATABASE_URL=postgresql://app@127.0.0.1/revops\n")
    monkeypatch.setenv("DATABASE_URL", "postgresql://app@127.0.0.1/revops")

    assert not _database_is_given()

"""What the tests of records share: uploads that land in a folder of the test, a signed-in browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client, override_settings

from tenants.models import Membership

SignIn = Callable[[Membership], Client]


@pytest.fixture(autouse=True)
def own_files(tmp_path: Path) -> Iterator[Path]:
    """Stored files of a test go with it."""
    folder = tmp_path / "files"
    backend = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": folder},
    }
    with override_settings(STORAGES={**settings.STORAGES, "default": backend}):
        yield folder


@pytest.fixture
def sign_in() -> SignIn:
    def as_member(member: Membership) -> Client:
        client = Client()
        client.force_login(member.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return as_member

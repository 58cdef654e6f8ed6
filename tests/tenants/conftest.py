"""What the tests of tenants share: a browser that is signed in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tenants.models import Membership

SignIn = Callable[[Membership], Client]


@pytest.fixture
def sign_in() -> SignIn:
    def as_member(member: Membership) -> Client:
        client = Client()
        client.force_login(member.user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return as_member

"""A plain connection for compiled SQL, and a small catalog shaped like the CRM's."""

from __future__ import annotations

import os
from collections.abc import Iterator

import psycopg2
import psycopg2.extensions
import pytest
from django.conf import settings


@pytest.fixture(scope="session")
def plain_connection(request: pytest.FixtureRequest) -> Iterator[psycopg2.extensions.connection]:
    """A psycopg2 connection without Django on it; what a test makes there goes with `rollback`.

    As the project's own `default` login where Django is configured (its test database is made first), else as
    DATABASE_URL says.
    """
    if settings.configured:
        request.getfixturevalue("django_db_setup")
        serving = settings.DATABASES["default"]
        connection = psycopg2.connect(
            dbname=serving["NAME"],
            user=serving["USER"],
            password=serving["PASSWORD"],
            host=serving["HOST"],
            port=serving["PORT"] or None,
        )
    else:
        connection = psycopg2.connect(os.environ["DATABASE_URL"])
    yield connection
    connection.close()

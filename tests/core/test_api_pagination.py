from __future__ import annotations

import pytest
from django.contrib.contenttypes.models import ContentType
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from core.api.pagination import KeysetPagination
from core.errors import Invalid

NAMES = [(app, model) for app in ("alpha", "beta", "gamma") for model in ("a", "b", "c", "d")]


class NamesView(APIView):
    keyset = ("-app_label", "model")


def page(query: dict[str, str]) -> tuple[list[tuple[str, str]], Response]:
    pagination = KeysetPagination()
    rows = pagination.paginate_queryset(
        ContentType.objects.filter(app_label__in=["alpha", "beta", "gamma"]),
        Request(APIRequestFactory().get("/names", query)),
        NamesView(),
    )
    found = [(row.app_label, row.model) for row in rows]
    return found, pagination.get_paginated_response(found)


@pytest.fixture
def names(db: None) -> None:
    ContentType.objects.bulk_create([ContentType(app_label=app, model=model) for app, model in NAMES])


def test_pages_follow_the_order_once_whatever_is_added_behind(names: None) -> None:
    seen, query = [], {"limit": "5"}
    while True:
        found, reply = page(query)
        seen += found
        ContentType.objects.get_or_create(app_label="gamma", model="0")  # sorts before the place reached
        if not reply.data["has_more"]:
            break
        query = {"limit": "5", "cursor": reply.data["next_cursor"]}

    assert seen == sorted(NAMES, key=lambda name: (-ord(name[0][0]), name[1]))
    assert reply.data["next_cursor"] is None


def test_a_page_costs_one_query_and_bounds_its_first_column(
    names: None, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    _, reply = page({"limit": "3"})
    with django_assert_num_queries(1) as asked:  # type: ignore[operator]  # pytest-django's fixture is a function
        page({"limit": "3", "cursor": reply.data["next_cursor"]})

    assert '"app_label" <=' in asked.captured_queries[0]["sql"]
    assert "OFFSET" not in asked.captured_queries[0]["sql"]


def test_a_cursor_of_another_question_is_refused(names: None) -> None:
    _, reply = page({"limit": "5", "q": "one"})

    with pytest.raises(Invalid, match="start again"):
        page({"limit": "5", "q": "two", "cursor": reply.data["next_cursor"]})

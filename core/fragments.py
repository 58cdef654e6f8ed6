"""Pages and their fragments live at one address: the `HX-Request` header tells which is meant."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.utils.cache import patch_vary_headers


class FragmentMiddleware:
    """Keeps caches from mixing page and fragment, and a fragment from becoming the sign-in page.

    A session that ended while somebody was typing answers 401 to a fragment request; the page then offers to
    sign in without losing what was typed, and repeats the request.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        asked_for_fragment = request.headers.get("HX-Request") == "true"
        if asked_for_fragment and _leads_to_sign_in(response):
            response = HttpResponse(status=401)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["HX-Request"])
        return response


def _leads_to_sign_in(response: HttpResponseBase) -> bool:
    target = response.headers.get("Location", "")
    return response.status_code == 302 and target.split("?", 1)[0] == resolve_url(settings.LOGIN_URL)

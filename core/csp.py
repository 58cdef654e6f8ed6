"""Security headers on every response: a strict content security policy and its companions.

No inline script, style attribute or handler runs; nothing comes from another origin. A view that needs
another policy sets the header itself, and the middleware leaves it alone.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from core import assets

# sha256 of the empty text: Plotly makes an empty <style> and fills it through the CSSOM.
EMPTY_STYLE = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="

COMPANIONS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
}


def content_security_policy(style_hashes: tuple[str, ...]) -> str:
    styles = " ".join(f"'{one}'" for one in style_hashes)
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            f"style-src 'self' {styles}",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


@lru_cache(maxsize=4)
def built_style_hashes(folder: Path) -> tuple[str, ...]:
    """The hashes that `build_assets` computed for the Plotly bundle in use; before a build, that of the empty
    style.
    """
    file = folder / assets.CSP_FILE
    if not file.exists():
        return (EMPTY_STYLE,)
    return tuple(json.loads(file.read_text("utf-8"))["style"])


class SecurityHeadersMiddleware:
    """Sets the headers; pages of people who are signed in are also kept out of shared and disk caches."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.policy = content_security_policy(built_style_hashes(assets.built_folder()))

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        for name, value in COMPANIONS.items():
            response.headers.setdefault(name, value)
        if isinstance(response, HttpResponse) and response.headers.get("Content-Type", "").startswith(
            "text/html"
        ):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

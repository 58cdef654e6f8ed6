from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.test import RequestFactory

from core import assets, csp
from core.fragments import FragmentMiddleware

STATIC = Path("static")


def digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def test_the_hash_of_a_style_that_the_bundle_writes_is_read_from_the_bundle() -> None:
    bundle = (
        'var a=1;if(!b){var e=document.createElement("style");e.id="x",e.textContent=\'.map{top:0}\';c(e)}'
    )

    assert assets.style_hashes(bundle) == [csp.EMPTY_STYLE, digest(".map{top:0}")]
    assert digest("") == csp.EMPTY_STYLE


def test_a_style_text_that_cannot_be_read_is_an_error_and_no_guess() -> None:
    bundle = 'e=document.createElement("style"),e.textContent=\'.map{content:"\\201c"}\';'

    with pytest.raises(assets.AssetsIncomplete, match="cannot be read"):
        assets.style_hashes(bundle)


def test_the_installed_plotly_has_exactly_one_style_of_its_own() -> None:
    found = assets._package_file("plotly", "package_data", "plotly.min.js")

    assert found is not None
    assert len(assets.style_hashes(found.read_text("utf-8"))) == 2


def test_every_source_file_is_in_the_bundle() -> None:
    assert {path.stem for path in (STATIC / "css").glob("*.css")} == set(assets.STYLES)
    assert {path.stem for path in (STATIC / "js").glob("*.js")} == set(assets.SCRIPTS)


def test_the_style_sheet_reaches_nothing_outside_and_works_without_the_font() -> None:
    with_font = assets.style_sheet(STATIC / "css", with_font=True)
    without = assets.style_sheet(STATIC / "css", with_font=False)

    assert set(re.findall(r"url\(([^)]*)\)", with_font)) == {'"../fonts/inter-ui.woff2"'}
    assert "url(" not in without
    assert "http" not in without.replace("http://www.w3.org/2000/svg", "")
    assert without.count("{") == without.count("}")


def test_raw_colours_stand_only_among_the_tokens() -> None:
    allowed = {"tokens", "print"}
    raw = {
        path.stem: re.findall(r"#[0-9a-f]{3,8}\b(?=[^{}]*;)", path.read_text("utf-8"))
        for path in (STATIC / "css").glob("*.css")
        if path.stem not in allowed
    }

    assert {name: colours for name, colours in raw.items() if colours} == {
        "charts": ["#ffffff", "#0d0e12", "#0d0e12", "#ffffff"],  # text on the certainty ramp
        "controls": ["#fff"],  # a QR code is black on white in every theme
    }


def test_the_script_runs_no_text_as_code_and_carries_the_look_of_charts() -> None:
    script = assets.script(STATIC / "js")

    assert not re.search(r"\beval\(|new Function|innerHTML|document\.write|https?://", script)
    assert json.loads(script.split("\n", 1)[0].removeprefix("const CHART_LOOK = ").removesuffix(";"))[
        "config"
    ]


def test_building_twice_writes_once(tmp_path: Path) -> None:
    first = assets.build_all(tmp_path, STATIC)

    assert {line.split(":")[0] for line in first} >= {"plotly.min.js", "csp.json", "ui.css", "app.js"}
    assert assets.build_all(tmp_path, STATIC) == []
    assert csp.built_style_hashes(tmp_path)[0] == csp.EMPTY_STYLE
    assert len(csp.built_style_hashes(tmp_path)) == 2


def served(response: HttpResponse | StreamingHttpResponse) -> HttpResponse | StreamingHttpResponse:
    answered = csp.SecurityHeadersMiddleware(lambda request: response)(HttpRequest())
    assert isinstance(answered, HttpResponse | StreamingHttpResponse)
    return answered


def test_every_response_forbids_code_and_frames_from_anywhere() -> None:
    for response in (HttpResponse("page"), HttpResponse(status=500), StreamingHttpResponse(iter([b"a,b"]))):
        headers = served(response).headers
        policy = headers["Content-Security-Policy"]

        assert policy.startswith("default-src 'none'; script-src 'self';")
        assert "unsafe" not in policy
        assert "http" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_a_view_may_state_its_own_policy_and_pages_stay_out_of_caches() -> None:
    own = served(HttpResponse("docs", headers={"Content-Security-Policy": "default-src 'self'"}))

    assert own.headers["Content-Security-Policy"] == "default-src 'self'"
    assert served(HttpResponse("page")).headers["Cache-Control"] == "private, no-store"
    assert "Cache-Control" not in served(HttpResponse("{}", content_type="application/json")).headers


def test_a_fragment_never_becomes_the_sign_in_page() -> None:
    to_sign_in = FragmentMiddleware(lambda request: HttpResponseRedirect("/accounts/login/?next=/t/acme/"))
    elsewhere = FragmentMiddleware(lambda request: HttpResponseRedirect("/t/acme/kpis/"))
    page, fragment = RequestFactory().get("/"), RequestFactory().get("/", headers={"HX-Request": "true"})

    assert to_sign_in(fragment).status_code == 401
    assert to_sign_in(page).status_code == 302
    assert elsewhere(fragment).status_code == 302


def test_page_and_fragment_of_one_address_are_cached_apart() -> None:
    answered = FragmentMiddleware(lambda request: HttpResponse("page"))(RequestFactory().get("/"))

    assert answered.headers["Vary"] == "HX-Request"

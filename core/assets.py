"""Front-end assets: what they are made of and how they are built, from PyPI packages and our own files.

One style sheet and one script reach the browser, each put together from short files that answer one question.
Plotly is copied from its Python package and fetched only when a chart comes near; the font is a Latin subset
of Inter, made once per package version. Built files go to the last entry of `STATICFILES_DIRS` and are never
committed.
"""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import re
from collections.abc import Iterable
from importlib import metadata, util
from pathlib import Path

from django.conf import settings

from core import charts

STYLES = (
    "tokens",
    "base",
    "layout",
    "controls",
    "cards",
    "marks",
    "tables",
    "charts",
    "feedback",
    "overlays",
    "review",
    "operations",
    "utilities",
    "print",
)
SCRIPTS = ("theme", "requests", "popovers", "palette", "toasts", "charts", "lists", "forms")
LAYERS = "@layer tokens, base, layout, components, utilities, print;\n"
FONT_FACE = (
    '@font-face { font-family: "Inter UI"; src: url("../fonts/inter-ui.woff2") format("woff2"); '
    "font-weight: 400 650; font-display: swap; }\n"
)
FONT_RANGES: tuple[range, ...] = (
    range(0x20, 0x7F),
    range(0xA0, 0x180),
    range(0x2010, 0x2028),
    range(0x2190, 0x219A),
)
FONT_SIGNS = (
    0x2030,
    0x2039,
    0x203A,
    0x20AC,
    0x2122,
    0x20B9,
    0x2212,
    0x2248,
    0x2260,
    0x2264,
    0x2265,
    0x2318,
    0x21E7,
    0x23CE,
    0x0394,
    0x03A3,
)
FONT_FEATURES = ("kern", "calt", "tnum", "case", "locl", "ccmp", "mark", "mkmk")
CSP_FILE = "csp.json"


class AssetsIncomplete(Exception):
    """A package that the page needs is not installed; the message names it."""


def built_folder() -> Path:
    return Path(settings.STATICFILES_DIRS[-1])


def source_folder() -> Path:
    return Path(settings.STATICFILES_DIRS[0])


def build_all(target: Path, source: Path) -> list[str]:
    """Builds what is missing or changed; returns a line for each file written."""
    return [
        *_write_plotly(target),
        *_write_font(target),
        *_write(
            target / "css" / "ui.css",
            style_sheet(source / "css", with_font=(target / "fonts" / "inter-ui.woff2").exists()),
        ),
        *_write(target / "js" / "app.js", script(source / "js")),
    ]


def style_sheet(folder: Path, *, with_font: bool) -> str:
    """All style files in order, without comments and indentation; without the font, the system's own."""
    parts = [(folder / f"{name}.css").read_text("utf-8") for name in STYLES]
    return (FONT_FACE if with_font else "") + LAYERS + "".join(squeeze_css(part) for part in parts)


def squeeze_css(text: str) -> str:
    """Comments, indentation and empty lines go; nothing else changes."""
    bare = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return "".join(f"{line.strip()}\n" for line in bare.splitlines() if line.strip())


def script(folder: Path) -> str:
    """All scripts, each in a block of its own so that names cannot meet, after the shared look of charts."""
    look = json.dumps({"template": charts.TEMPLATE, "config": charts.CONFIG}, separators=(",", ":"))
    parts = [f"const CHART_LOOK = {look};\n"]
    parts += ["{\n" + (folder / f"{name}.js").read_text("utf-8") + "}\n" for name in SCRIPTS]
    return "".join(parts)


def style_hashes(bundle: str) -> list[str]:
    """CSP hashes of the style sheets that Plotly writes into the page itself.

    It makes an empty `<style>` that it fills through the CSSOM, hence the hash of the empty text, and the
    full bundle adds one for maps, whose text stands in the bundle as a plain literal.
    """
    literals = re.findall(
        r"createElement\([\"']style[\"']\)[^;]{0,200}?;?[^;]{0,200}?\.textContent=([\"'`])((?:\\.|(?!\1).)*)\1",
        bundle,
        re.DOTALL,
    )
    texts = ["", *(text for _, text in literals)]
    for text in texts:
        if "\\" in text:
            raise AssetsIncomplete(
                "Plotly's own style sheet holds escapes, so that its hash cannot be read from the bundle."
            )
    return [f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}" for text in texts]


def _write_plotly(target: Path) -> list[str]:
    path = _package_file("plotly", "package_data", "plotly.min.js")
    if path is None:
        raise AssetsIncomplete("The package plotly is not installed: run `pip install plotly`.")
    bundle = path.read_text("utf-8")
    hashes = json.dumps({"style": style_hashes(bundle)}, indent=1)
    return [*_write(target / "vendor" / "plotly.min.js", bundle), *_write(target / CSP_FILE, hashes)]


def _write_font(target: Path) -> list[str]:
    """Inter for Latin, weights 400 to 650: 877 kB of TTF become 37 kB of WOFF2. Optional: absent packages
    change nothing.
    """
    source = _package_file("fontpkg_inter", "files", "Inter[opsz,wght].ttf")
    if source is None or util.find_spec("fontTools") is None or util.find_spec("brotli") is None:
        return []
    stamp = target / "fonts" / "inter-ui.version"
    made_from = (
        f"fontpkg-inter {metadata.version('fontpkg-inter')}, fonttools {metadata.version('fonttools')}"
    )
    font_file = target / "fonts" / "inter-ui.woff2"
    if font_file.exists() and stamp.exists() and stamp.read_text("utf-8") == made_from:
        return []
    font_file.parent.mkdir(parents=True, exist_ok=True)
    _subset_font(source, font_file, [*(code for part in FONT_RANGES for code in part), *FONT_SIGNS])
    stamp.write_text(made_from, "utf-8")
    return [f"{font_file.name}: {font_file.stat().st_size:,} bytes"]


def _subset_font(source: Path, target: Path, characters: Iterable[int]) -> None:
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells every glyph
    font, options = TTFont(source), Options()
    options.layout_features = list(FONT_FEATURES)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=list(characters))
    subsetter.subset(font)
    narrowed = instancer.instantiateVariableFont(font, {"opsz": 14, "wght": (400, 650)})
    narrowed.flavor = "woff2"
    narrowed.save(target)


def _package_file(package: str, *parts: str) -> Path | None:
    found = util.find_spec(package)
    if found is None or found.origin is None:
        return None
    path = Path(found.origin).parent.joinpath(*parts)
    return path if path.exists() else None


def _write(path: Path, text: str) -> list[str]:
    """Writes only what differs, so that hashed names and time stamps stay when nothing changed."""
    if path.exists() and path.read_text("utf-8") == text:
        return []
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return [f"{path.name}: {path.stat().st_size:,} bytes"]

"""`make soak`: the heavy tests in full, with a seed of their own, and a dated file of how they went."""

from __future__ import annotations

import json
import os
import platform
import secrets
import subprocess
import sys
import tempfile
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from scripts.suites import PROJECT, read_report, run, say


def main() -> int:
    started = datetime.now(UTC)
    seed = int(os.environ.get("REVOPS_SEED") or secrets.randbelow(2**32))
    os.environ.update(REVOPS_SEED=str(seed), REVOPS_PROFILE="soak")
    with tempfile.TemporaryDirectory() as made:
        report = Path(made) / "report.xml"
        command = ["-m", "pytest", "-q", "-m", "soak", f"--hypothesis-seed={seed}", f"--junitxml={report}"]
        whole = run("soak", [sys.executable, *command])
        cases = read_report(report)
    commit = _git("rev-parse", "HEAD")
    result = {
        "commit": commit,
        "changed_since_commit": bool(_git("status", "--porcelain")),
        "started_at": started.isoformat(timespec="seconds"),
        "seconds": round(whole.seconds, 1),
        "seed": seed,
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "passed": whole.passed and bool(cases),
        "tests": [asdict(case) for case in cases],
    }
    target = PROJECT / "soak" / f"results-{started:%Y-%m-%d}-{commit[:12] or 'unknown'}.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    say(f"{len(cases)} tests in {whole.seconds:.0f} s, seed {seed}: {target.relative_to(PROJECT)}")
    return 0 if result["passed"] else 1


def _git(*words: str) -> str:
    asked = subprocess.run(["git", *words], cwd=PROJECT, capture_output=True, text=True, check=False)
    return asked.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())

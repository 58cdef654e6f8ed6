"""A handler for the test that kills its worker: counts to `upto`, one data version a step, slowly where
told."""

from __future__ import annotations

import sys
import time

import django

django.setup()

from tenants.data_versions import latest, open_data_version  # noqa: E402 - models need the set-up above
from tenants.jobs.run import JobContext, job_handler, run_job  # noqa: E402


@job_handler("tests.count")
def count(job: JobContext) -> dict[str, object]:
    """Goes on after the number it has committed; says on stdout when a step is written but not committed."""
    upto = int(job.payload["upto"])
    while True:
        with job.step():
            newest = latest()
            number = newest.number if newest else 0
            if number >= upto:
                return {"counted": number}
            open_data_version(f"attempt {job.attempt}")
            print(f"written {number + 1}", flush=True)  # noqa: T201 - the test listens
            if number + 1 == job.payload.get("hang_at") and job.attempt == 1:
                time.sleep(600)
        job.progress(done=number + 1, total=upto)


if __name__ == "__main__":
    run_job(int(sys.argv[1]), int(sys.argv[2]))

# Two commands: `make run` serves the product on this machine, `make test` proves it. Needs Python 3.11+ and make.
PYTHON ?= python3
PORT ?= 8000
export PORT
PY := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help run logins test check soak format install install-dev compose-env

help:  ## what there is to make
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

run: install  ## serve on http://127.0.0.1:8000 (PORT=8001 make run for another port); Ctrl-C stops everything
	@exec $(PY) -m revops.services --end-with-parent run

logins: install  ## print the demo logins again
	@$(PY) -m revops.services logins

test: install-dev  ## run all checks and tests; uses DATABASE_URL and REDIS_URL where they are set
	@exec $(PY) -m revops.services --end-with-parent test-env -- $(PY) -m scripts.run_tests

check: install-dev  ## lint, format, types, import contracts, Django's checks, missing migrations
	@exec $(PY) -m revops.services --end-with-parent test-env -- $(PY) -m scripts.run_checks

soak: install-dev  ## run the heavy tests in full and write soak/results-<day>-<commit>.json
	@exec $(PY) -m revops.services --end-with-parent test-env -- $(PY) -m scripts.run_soak

format: install-dev  ## rewrite the code as the linter wants it
	@$(PY) -m ruff check --fix --quiet . ; $(PY) -m ruff format .

compose-env:  ## write .env with random passwords for docker compose (once)
	@$(PYTHON) docker/make_env.py

install:
	@$(PYTHON) revops/services/bootstrap.py run

install-dev:
	@$(PYTHON) revops/services/bootstrap.py dev

# The commands of the house. `make` alone lists them.

.DEFAULT_GOAL := help
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory

# The first Python on the path that is new enough. make PYTHON=/path/to/python3.12 names another.
ifndef PYTHON
PYTHON := $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$p && break; done)
endif
PY := .venv/bin/python
PYTEST := $(PY) -m pytest
WORKERS ?= auto
TEST_DATABASE_URL ?= postgres://postgres@127.0.0.1:5432/test_cultnetwork
TEST_CACHE_URL ?= redis://127.0.0.1:6379/1

.PHONY: help
help: ## List the commands
	@grep -hE '^[a-z*%-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

.PHONY: python venv venv-dev
python:
	@test -n "$(PYTHON)" || { echo "Cultnetwork needs Python 3.11 or newer, and none was found: install it (on Debian and Ubuntu: sudo apt-get install python3 python3-venv), or name it with make PYTHON=/path/to/python3." >&2; exit 1; }

venv: python
	@$(PYTHON) -m settings.launch.environment

venv-dev: python
	@$(PYTHON) -m settings.launch.environment --dev
	@$(PY) -m settings.messages compile

.PHONY: run
run: python ## Install, migrate, load the demo and start site, worker, clock and local Stripe (PORT=8000)
	@exec $(PYTHON) -m settings.launch

.PHONY: demo
demo: venv ## Load the demo content into an empty database (make demo FLUSH=yes begins again)
	@$(PY) -m settings.messages compile
	@$(PY) manage.py migrate --verbosity 0
	@$(PY) manage.py demo $(if $(FLUSH),--flush)

.PHONY: test
test: venv-dev ## Run every test on SQLite, browser journeys too
	@settings/launch/browser.sh || true
	@$(PYTEST) -n $(WORKERS)

.PHONY: test-postgres
test-postgres: venv-dev ## Run the tests on PostgreSQL and Redis (TEST_DATABASE_URL, TEST_CACHE_URL)
	@TEST_DATABASE_URL=$(TEST_DATABASE_URL) TEST_CACHE_URL=$(TEST_CACHE_URL) \
		$(PYTEST) -n $(WORKERS) -m "not long and (database or not journey)"

.PHONY: test-long
test-long: venv-dev ## Run everything, with the full matrices (many minutes)
	@settings/launch/browser.sh || true
	@$(PYTEST) -n $(WORKERS) -m "long or not long"

.PHONY: browser
browser: ## Install Debian's Chromium for the journeys (as root on Debian or Ubuntu)
	@settings/launch/browser.sh

.PHONY: lint
lint: venv-dev ## Check style, types, layers, migrations and translations
	@settings/launch/lint.sh $(PY)

.PHONY: messages
messages: venv-dev ## Bring the catalogues of translations up to date and compile them
	@$(PY) -m settings.messages update

.PHONY: requirements
requirements: venv-dev ## Pin everything again, with hashes, from pyproject.toml
	@export UV_CUSTOM_COMPILE_COMMAND="make requirements"; set -e; \
	pin="$(PY) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate"; \
	$$pin pyproject.toml --output-file requirements.txt; \
	$$pin pyproject.toml --group dev --constraint requirements.txt --output-file requirements-dev.txt; \
	$$pin tests/benchmarks/peer/requirements.in --output-file tests/benchmarks/peer/requirements.txt

.PHONY: backup
backup: venv ## Save the database and both storages as one file in var/backups/
	@$(PY) -m settings.backup save

.PHONY: restore
restore: venv ## Bring a backup back: make restore FROM=var/backups/... (OVER=yes to replace what is there)
	@$(PY) -m settings.backup restore "$(FROM)" $(if $(filter yes,$(OVER)),--over)

.PHONY: bench-%
bench-%: venv-dev ## Measure one thing: make bench-<name> runs tests/benchmarks/<name>.py
	@$(PY) -m tests.benchmarks.$*

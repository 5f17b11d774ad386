# A fresh machine needs Python 3.11 or newer and make, nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check
PORT ?= 8080
WORKERS ?= auto
# A worker that has nothing left takes over half of what another still has to do.
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

# The tool that writes the lock files lives beside the project's own environment, not in it.
LOCK_VENV := .venv-lock
LOCK := $(LOCK_VENV)/bin/uv pip compile pyproject.toml --quiet --no-config --system-certs --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade)

# The tests start hundreds of processes, which need not all compile the same files.
test test-fast: export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup run check format test test-fast bench lock clean
.DELETE_ON_ERROR:

help:  ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: $(VENV)/.dev  ## make .venv with billfold and everything its tests need

run: $(VENV)/.runtime  ## start the server (PORT=8080, more options in ARGS="...")
	@$(BIN)/billfold serve --port $(PORT) $(ARGS)

check: $(VENV)/.dev  ## lint, format, types, direction of imports, house rules
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest --quiet tests/house

format: $(VENV)/.dev  ## put every file into the house's format
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .

test: $(VENV)/.dev  ## every test, on SQLite and PostgreSQL
	@$(PYTEST) $(ARGS)

test-fast: $(VENV)/.dev  ## the daily loop: all but the slow tests, on SQLite alone
	@$(PYTEST) -m "not slow and not postgres" $(ARGS)

bench: $(VENV)/.dev  ## compare with the bare floor, in one run
	@$(BIN)/python benchmarks/bench.py $(ARGS)

lock: $(LOCK_VENV)/.ready  ## write the lock files anew from pyproject.toml (UPGRADE=1 for newer versions)
	@$(LOCK) --output-file requirements.lock
	@$(LOCK) --extra dev --constraint requirements.lock --no-strip-extras --output-file requirements-dev.lock

clean:  ## remove what was built, .venv too
	@rm -rf $(VENV) $(LOCK_VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	@find src tests benchmarks examples -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo 'Billfold needs Python 3.11 or newer: make PYTHON=python3.12 ...' >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements.lock pyproject.toml | $(BIN)/python
	@$(PIP) install --require-hashes -r requirements.lock
	@$(PIP) install --no-deps -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.runtime
	@$(PIP) install --require-hashes -r requirements-dev.lock
	@touch $@

$(LOCK_VENV)/.ready:
	@$(PYTHON) -m venv $(LOCK_VENV)
	@$(LOCK_VENV)/bin/python -m pip --quiet --disable-pip-version-check install 'uv>=0.13'
	@touch $@

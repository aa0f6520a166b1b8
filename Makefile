.DEFAULT_GOAL := help
.PHONY: help setup run test lint docs bench bench-grounding sql lock eval
SHELL := /bin/bash
PYTHON ?= python3.11
BIN := .venv/bin

# The query reaches the program through the environment, unexpanded by make and never pasted into a shell line.
override QUERY := $(value QUERY)
override SQL := $(value SQL)
export QUERY SQL

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

# The environment is rebuilt when the lock changes, and only then.
.venv/.installed: requirements.lock
	@echo "Setting up .venv from requirements.lock (once, about a minute)"
	@command -v $(PYTHON) >/dev/null || { echo "Trigpoint needs Python 3.11 ($(PYTHON) was not found); set PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

setup: .venv/.installed ## create the virtual environment from the lock, if missing or stale

run: setup ## make run QUERY="powerleague portobello"
	@$(BIN)/trigpoint run

test: setup ## every test, with coverage
	@$(BIN)/pytest --numprocesses auto --dist loadgroup --cov

lint: setup ## ruff, sqlfluff, import-linter
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/sqlfluff lint --disable-progress-bar models dbt_project/tests dbt_project/analyses
	@$(BIN)/lint-imports

lock: setup ## resolve requirements.lock anew
	@$(BIN)/uv pip compile --quiet --generate-hashes --universal --no-header --no-annotate --no-strip-extras --python-version 3.11 \
		--extra dev pyproject.toml -o requirements.lock

docs: setup ## the lineage and every column's description, as one page: data/<mode>/docs/index.html
	@$(BIN)/trigpoint docs

sql: setup ## query the published file; make sql runs a prompt, SQL="select ..." one statement
	@$(BIN)/trigpoint sql

eval: setup ## pairwise F1 of the clusters against the sandbox's truth, over all its records
	@$(BIN)/trigpoint eval sandbox

bench: setup ## where the time of a run goes
	@$(BIN)/python -m bench.run_time

.venv-peers/.installed: bench/peers.txt
	@$(PYTHON) -m venv --clear .venv-peers
	@.venv-peers/bin/pip install --quiet --disable-pip-version-check -r bench/peers.txt
	@touch $@

bench-grounding: setup .venv-peers/.installed ## claims that no text bears out: who accepts them?
	@$(BIN)/python -m bench.grounding

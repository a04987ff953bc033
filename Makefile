# `make demo` and `make test` are all that a new machine with Python 3.11 needs.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
BASE := $(VENV)/.base
DEV := $(VENV)/.dev
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: help demo test test-fast lint types format bench clean
.DEFAULT_GOAL := help

help:  ## show this
	@awk -F':.*## ' '/^[a-z-]+:.*## / { printf "%-10s %s\n", $$1, $$2 }' Makefile

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(None if (3, 11) <= v[:2] <= (3, 13) else f"vidtag needs Python 3.11 to 3.13, this is {v[0]}.{v[1]}: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	touch $@

$(BASE): $(VENV)/.python pyproject.toml constraints.txt
	$(PIP) --editable .
	touch $@

$(DEV): $(BASE)
	$(PIP) --editable '.[train,dev]'
	touch $@

demo: $(BASE)  ## scan the bundled sample and print the report beside the truth
	$(BIN)/vidtag demo

test: $(DEV)  ## the whole test suite
	$(BIN)/python -m pytest -n 2

test-fast: $(DEV)  ## without the slow tests
	$(BIN)/python -m pytest -n 2 -m 'not slow'

lint: $(DEV)  ## style, and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(DEV)  ## mypy strict, tests included
	$(BIN)/mypy

format: $(DEV)  ## mend style and format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(DEV)  ## every comparison of benchmarks/, side by side, into build/bench
	$(BIN)/python -m benchmarks.everything

clean:  ## remove the environment and caches
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis

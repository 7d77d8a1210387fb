# Every target makes its own .venv from constraints.txt; only Python >= 3.11 and make are needed beforehand.
PYTHON ?= python3
BIN := .venv/bin
export MPLBACKEND ?= Agg

.PHONY: run test test-slow lint bench lab clean
.DEFAULT_GOAL := run

.venv/installed: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if v >= (3, 11) else f"abinitio needs Python >= 3.11 and $(PYTHON) is {v[0]}.{v[1]}; name another one: make PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e ".[course,bench,astro,convert,dev]"
	@touch $@

run: .venv/installed          ## all homeworks with the reference answers; prints where the report is
	$(BIN)/abinitio run

# every worker has one core to itself: threads of the BLAS that wait for one another cost minutes
test test-slow: export OPENBLAS_NUM_THREADS ?= 1

test: .venv/installed         ## lint and the default tests (about six minutes on two cores)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n auto --dist loadgroup -q

test-slow: .venv/installed    ## the tests that take minutes each, and fresh random cases for the properties
	$(BIN)/python -m pytest -n auto --dist loadgroup -q -m slow
	$(BIN)/python -m pytest -n auto -q -m hypothesis --hypothesis-profile=search

lint: .venv/installed
	$(BIN)/ruff check --fix . && $(BIN)/ruff format . && $(BIN)/mypy

bench: .venv/installed        ## our methods against the library a user would pick instead, in one run
	env -u OPENBLAS_CORETYPE -u OPENBLAS_L2_SIZE $(BIN)/python -m benchmarks

lab: .venv/installed          ## JupyterLab on a fresh homework folder
	$(BIN)/python -m pip install --quiet -c constraints.txt -e ".[course,lab]"
	$(BIN)/abinitio lab

clean:
	rm -rf .venv build dist .pytest_cache .ruff_cache .mypy_cache

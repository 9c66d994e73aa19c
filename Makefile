# The commands of the project. `make run` and `make test` are all that a new machine needs; they set up what they use.
# Kept to what GNU make 3.81 and BSD tools understand.

VENV      := .venv
BIN       := $(VENV)/bin
RAW       := raw
PROCESSED := processed
LOG       := $(VENV)/setup.log

# The first interpreter that is new enough; `make PYTHON=/path/to/python3` names one.
MINIMUM := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON = $(shell for p in python3 python3.13 python3.12 python3.11 python3.14; do \
	$$p -c '$(MINIMUM)' >/dev/null 2>&1 && { echo $$p; break; }; done)

# $(call or_say,WHAT WENT WRONG): ends with that one line; what was printed until then is in the log
or_say = >>$(LOG) 2>&1 || { echo "numerate: $(1); details: $(LOG)" >&2; exit 1; }
INSTALL = VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet
NO_PACKAGES = the packages could not be installed (no network, or no registry in reach?)

.PHONY: run test sweep lint format lock readme floors help clean

run: $(VENV)/ready-to-run
	@$(BIN)/numerate run $(RAW) $(PROCESSED)
	@echo "what else there is: $(BIN)/numerate --help"

test: $(VENV)/ready-to-test
	$(BIN)/python -m pytest -n 2 --dist loadgroup

# What is too long for every change: all properties with many examples, an installation without pins
sweep: $(VENV)/ready-to-test
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m "sweep or hypothesis" --hypothesis-profile=sweep

lint: $(VENV)/ready-to-test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: $(VENV)/ready-to-test
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format

# The pins, made from the bounds in pyproject.toml; `make lock UPGRADE=--upgrade` moves them
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --custom-compile-command 'make lock'
lock: $(BIN)/uv
	$(COMPILE) $(UPGRADE) --group setup pyproject.toml -o requirements.txt
	$(COMPILE) $(UPGRADE) --group setup --extra test -c requirements.txt pyproject.toml -o requirements-test.txt

# The examples in README.md, run again; the floors of the quality gate, raised to one point under the present scores
FLOORS := tests/gold/floors.json
readme: $(VENV)/ready-to-test
	$(BIN)/python -m tests.readme

floors: $(VENV)/ready-to-test
	for set in seeds dev own fresh varied later towns; do $(BIN)/numerate score tests/gold/$$set --record $(FLOORS) $(LOWER) || exit 1; done

clean:
	rm -rf build dist .prefect .pytest_cache .mypy_cache .ruff_cache .hypothesis

help:
	@echo "make run     set up, then turn $(RAW)/ into tables in $(PROCESSED)/"
	@echo "make test    set up, then all tests but the long ones"
	@echo "make sweep   the long tests        make lint    ruff and mypy        make format  ruff's formatting"
	@echo "make lock    new pins              make readme  run the README's examples again"
	@echo "make floors  raise the floors of the quality gate"

# --- set-up: each step runs again only when what it was made from has changed -----------------------------------------

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "numerate: Python 3.11 or newer is needed and none was found; make PYTHON=/path/to/python3 names one" >&2; exit 1; }
	@$(PYTHON) -c '$(MINIMUM)' 2>/dev/null || { echo "numerate: $(PYTHON) does not run or is older than Python 3.11" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "numerate: $(PYTHON) has no venv module (on Debian and Ubuntu: apt install python3-venv)" >&2; exit 1; }
	@echo "Setting up $(VENV) with $$($(PYTHON) --version) ..."
	@$(PYTHON) -m venv --clear $(VENV) || { echo "numerate: $(PYTHON) could not make $(VENV)" >&2; rm -rf $(VENV); exit 1; }

# uv is the one thing that pip installs, in the version and with the hashes that requirements.txt has for it
$(BIN)/uv: requirements.txt | $(BIN)/python
	@awk '/^uv==/ { on = 1 } on { print } on && !/\\$$/ { exit }' requirements.txt > $(VENV)/uv.txt
	@: > $(LOG)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --retries 2 --require-hashes -r $(VENV)/uv.txt $(call or_say,$(NO_PACKAGES))
	@touch $@

$(VENV)/ready-to-run: pyproject.toml requirements.txt | $(BIN)/uv
	@echo "Installing the packages (half a minute the first time) ..."
	@$(INSTALL) --require-hashes -r requirements.txt $(call or_say,$(NO_PACKAGES))
	@$(INSTALL) --no-deps --editable . $(call or_say,numerate itself could not be installed)
	@touch $@

$(VENV)/ready-to-test: requirements-test.txt $(VENV)/ready-to-run
	@echo "Installing the packages for the tests ..."
	@$(INSTALL) --require-hashes -r requirements-test.txt $(call or_say,$(NO_PACKAGES))
	@touch $@

# The two commands that matter are `make run` and `make test`; `make help` names the rest.
# Settings of the portal (PORT, SMTP_PORT, PORTAL_HOME) may be given as `make run PORT=8080`.

.DEFAULT_GOAL := help
.PHONY: help run test lint format bench faults coverage lock clean set-up set-up-to-test set-up-to-bench require-python

BIN := .venv/bin

# Tests start the portal some hundred times, and each start would compile all of it anew.
unexport PYTHONDONTWRITEBYTECODE

# A process more than there are cores, since journeys wait a lot. A file's tests stay together: they
# share what is slow to start. The order is ours (tests/conftest.py): what takes longest comes first.
SPREAD := -n auto --dist loadfile --no-loadscope-reorder

# The first Python that is new enough; looked for only when a recipe needs it.
PYTHON = $(shell for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 \
		&& echo "$$name" && break; done)

help: ## Say what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# The portal takes the shell's place, so a signal to make reaches it and make waits for it.
run: set-up ## Set up, start everything and print the address
	@exec $(BIN)/portal run --prepare

# The tests run even when a check has failed, so that one run tells everything. The checks run
# beside them: the longest of them, mypy, would leave a core idle.
test: set-up-to-test ## Set up, run every check and every test
	@$(MAKE) --no-print-directory --keep-going lint & lint=$$!; \
	tests=0; $(BIN)/python -m pytest $(SPREAD) $(ARGS) || tests=$$?; \
	wait $$lint || { echo 'A check has failed: see above, or run make lint.'; exit 1; }; \
	exit $$tests

lint: ruff-check ruff-format mypy imports ## Run the checks alone

.PHONY: ruff-check ruff-format mypy imports
ruff-check: set-up-to-test
	@$(BIN)/ruff check --quiet
ruff-format: set-up-to-test
	@$(BIN)/ruff format --check --quiet
mypy: set-up-to-test
	@$(BIN)/mypy
imports: set-up-to-test
	@$(BIN)/lint-imports --no-logo

format: set-up-to-test ## Lay the code out and mend what can be mended
	@$(BIN)/ruff check --fix-only --quiet
	@$(BIN)/ruff format

bench: set-up-to-bench ## Measure
	@$(BIN)/python -m benchmarks $(ARGS)

faults: set-up-to-test ## Kill, stop and fill what the portal stands on, and count the mail
	@$(BIN)/python -m tests.faults $(ARGS)

coverage: set-up-to-test ## Run the tests and say which lines they miss
	@$(BIN)/python -m pytest --cov --cov-report=term $(ARGS)

# Needs uv. Takes the newest of everything that the .in files allow.
lock: ## Pin the newest libraries
	@for name in requirements requirements-dev requirements-bench requirements-node; do \
		constraint=; \
		case $$name in *-dev | *-bench) constraint='--constraint requirements.txt';; esac; \
		uv pip compile --quiet --no-config --upgrade --universal --python-version 3.11 \
			--generate-hashes --no-emit-index-url --no-emit-find-links \
			--custom-compile-command 'make lock' $$constraint \
			$$name.in --output-file $$name.txt || exit 1; \
	done

clean: ## Remove everything that was made, but not the portal's data in var/
	@rm -rf .venv node_modules portal/static/build build htmlcov .coverage .coverage.* *.egg-info
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

set-up: require-python
	@$(PYTHON) scripts/bootstrap.py run

set-up-to-test: require-python
	@$(PYTHON) scripts/bootstrap.py test

set-up-to-bench: require-python
	@$(PYTHON) scripts/bootstrap.py bench

require-python:
	@if [ -z "$(PYTHON)" ]; then \
		echo 'Python 3.11 or newer is missing: install it and run make again.' >&2; exit 1; fi

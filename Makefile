# Every target that people use has a `##` comment; `make help` prints them.
SHELL := /bin/sh
BIN := .venv/bin
INSTALL_INPUTS := pyproject.toml scripts/install.sh
.DEFAULT_GOAL := help
.PHONY: help run test check coverage bench faults .venv assets fmt messages lock

help: ## list what make can do here
	@sed -n 's/^\([a-z.-]*\):.*## /\1|/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "  make %-9s %s\n", $$1, $$2 }'

run: .venv/.ready-run assets ## start the demo on http://localhost:8000 (ARGS="--port 9000")
	@$(BIN)/engage demo $(ARGS)

test: .venv/.ready-dev assets ## set up what the tests need and run them all (ARGS="-k words")
	@sh scripts/test.sh $(ARGS)

check: .venv/.ready-dev assets ## all that CI runs: lint, types, contracts, words, migrations, tests
	@sh scripts/check.sh
	@sh scripts/test.sh

coverage: .venv/.ready-dev assets ## which lines and branches the tests reach (twice the time: htmlcov/)
	@sh scripts/test.sh -q -n 2 --dist loadfile --cov --cov-report=term --cov-report=html

bench: .venv/.ready-dev assets ## measure speed and memory against the reference programs
	@sh scripts/with-services.sh $(BIN)/python -m benchmarks $(ARGS)

faults: .venv/.ready-dev assets ## the long form of the kill tests: real processes, killed for minutes
	@ENGAGE_TEST_FAULTS=long sh scripts/with-services.sh $(BIN)/pytest tests/faults $(ARGS)

.venv: .venv/.ready-dev ## make .venv with everything for running, testing and checking

assets: .venv/.ready-run ## build style sheets, scripts, icons and catalogues, if they changed
	@$(BIN)/python hatch_build.py

fmt: .venv/.ready-dev ## format the code and repair what ruff can
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

messages: .venv/.ready-dev ## gather the sentences to translate and update every language
	@sh scripts/messages.sh

lock: ## renew both lock files from pyproject.toml (needs uv on the PATH)
	@sh scripts/lock.sh

.venv/.ready-run: requirements.lock $(INSTALL_INPUTS)
	@sh scripts/install.sh run
	@touch $@

.venv/.ready-dev: requirements-dev.lock $(INSTALL_INPUTS)
	@sh scripts/install.sh dev
	@touch $@ .venv/.ready-run

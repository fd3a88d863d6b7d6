# Every target that people may use has a `##` comment: `make help` prints them.
SHELL := /bin/sh
BIN := .venv/bin
INSTALL_INPUTS := pyproject.toml hatch_build.py scripts/install.sh
.DEFAULT_GOAL := help
.PHONY: help

help: ## list what make can do here
	@sed -n 's/^\([a-z.-]*\):.*## /\1|/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "  make %-10s %s\n", $$1, $$2 }'

.venv: .venv/.ready-dev ## everything for running, testing and checking, in .venv
.PHONY: .venv

.venv/.ready-run: requirements.lock $(INSTALL_INPUTS)
	@sh scripts/install.sh run
	@touch $@

.venv/.ready-dev: requirements-dev.lock $(INSTALL_INPUTS)
	@sh scripts/install.sh dev
	@touch $@ .venv/.ready-run

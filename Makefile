# Two commands are enough: `make up` to use Redress, `make test` to change it.

PYTHON ?= python3
BOOTSTRAP := $(PYTHON) tools/bootstrap.py
RUN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help up production test check tour oddities security faults soak bench oracles year pictures vectors migrate clean

help: ## What can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1	/' | expand -t 16

up: ## Everything Redress needs, on this machine; Ctrl-C stops it, data stays in var/
	@$(BOOTSTRAP)
	@exec $(RUN)/redress up

production: ## The topology of docker-compose.yml on this machine, without containers; Ctrl-C stops it
	@$(BOOTSTRAP)
	@exec $(RUN)/redress production

test: ## Every test, on real engines and a real browser: make test [ONCE_MORE=how many, alone]
	@$(BOOTSTRAP) --for-tests
	@$(RUN)/python -m tools.tests --once-more=$${ONCE_MORE:-0}

check: ## Lint, format, types, who may import whom, and whether each clause of a rule has its test
	@$(BOOTSTRAP) --tools-only
	@$(RUN)/ruff check .
	@$(RUN)/ruff format --check .
	@$(RUN)/mypy
	@$(RUN)/lint-imports
	@$(RUN)/redress policy coverage >/dev/null

tour: ## Make the pictures of docs/tour.md anew, on a trial bank of their own
	@$(BOOTSTRAP) --for-tests
	@$(RUN)/python -m tools.tour

security: ## What guards the installation, a line a stage: make security [STAGES=--besides-tests]
	@$(BOOTSTRAP) --tools-only
	@$(RUN)/python -m tools.security $(STAGES)

faults: ## Start whole installations; kill, cut and freeze them under load: make faults [SEED=..] [ONCE_MORE=..]
	@$(BOOTSTRAP) --tools-only
	@$(RUN)/python -m tools.tests --once-more=$${ONCE_MORE:-0} tests/faults

oddities: ## Hand two thousand oddities in at every door: make oddities [ODDITIES=..]
	@$(BOOTSTRAP) --tools-only
	@ODDITIES=$${ODDITIES:-2000} $(RUN)/python -m tools.tests tests/oddities

soak: ## The same for an hour: make soak [SEED=..] [SOAK_SECONDS=..]
	@$(BOOTSTRAP) --tools-only
	@SOAK_SECONDS=$${SOAK_SECONDS:-3000} $(RUN)/python -m tools.tests tests/faults

bench: ## Ours beside what it is held against: make bench [TOPOLOGY=production] [SHORT=1] [ARMS=burst,..] [RUNS=3]
	@$(BOOTSTRAP) --tools-only
	@$(RUN)/python -m bench $(if $(TOPOLOGY),--topology=$(TOPOLOGY)) $(if $(SHORT),--short) --arms="$(ARMS)" --runs=$${RUNS:-1}

oracles: ## Checks against data from outside: make oracles DATA=folder [ONCE_MORE=..]
	@test -d "$(DATA)" || { echo "make oracles needs DATA=folder: '$(DATA)' is none" >&2; exit 1; }
	@$(BOOTSTRAP) --tools-only
	@DATA="$(abspath $(DATA))" $(RUN)/python -m tools.tests --once-more=$${ONCE_MORE:-0} tests/oracles

year: ## The checks of a generated year of 20,000 complaints: make year [CASES=..] [DATA=folder of real ones]
	@test -z "$(DATA)" -o -d "$(DATA)" || { echo "DATA=folder: '$(DATA)' is none" >&2; exit 1; }
	@$(BOOTSTRAP) --tools-only
	@DATA=$(if $(DATA),"$(abspath $(DATA))") YEAR=$${CASES:-20000} $(RUN)/pytest -o addopts="-ra --strict-markers --strict-config" -o timeout=7200 tests/year

pictures: ## The pictures of docs/reports.md, from a generated year
	@$(BOOTSTRAP) --tools-only
	@$(RUN)/python -m tools.pictures

vectors: ## Run somebody's deadline vectors through our working time: make vectors FILE=path
	@test -f "$(FILE)" || { echo "make vectors needs FILE=path: '$(FILE)' is none" >&2; exit 1; }
	@$(BOOTSTRAP) --tools-only
	@$(RUN)/python -m tests.oracles.vectors "$(FILE)"

migrate: ## Bring the database up to date: that of DATABASE_URL, or the one `make up` runs
	@$(BOOTSTRAP) --tools-only
	@$(RUN)/redress migrate

clean: ## Remove what can be made again; var/ and its data stay
	rm -rf .venv .venv-audit *.egg-info .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -not -path './.venv*/*' -prune -exec rm -rf {} +

# Two commands on a fresh machine: `make demo` and `make test`. Everything else is for those who work on the ledger.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
DATA ?= var/demo
PORT ?= 8085

.PHONY: demo test serve check bench torture vendor-docs lock clean

$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; this is %s" % sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "the venv module is missing: apt-get install python3-venv"; exit 1; }
	@echo "installing into $(VENV) (once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

demo: $(READY) ## found a ledger, act out the story over HTTP, answer, verify, tamper, restore
	@$(BIN)/shareledger demo run --data $(DATA) $(DEMO_ARGS)

serve: $(READY) ## serve the ledger that the demo left
	@$(BIN)/shareledger serve --data $(DATA) --port $(PORT)

test: $(READY) check ## every test, and the checks: two at a time, then those that start, load and kill servers alone
	@$(BIN)/python -m pytest -n 2 -m 'not journey'
	@$(BIN)/python -m pytest -m journey

check: $(READY) ## ruff, mypy strict, import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

torture: $(READY) ## a thousand random faults in an hour, on two servers under load (TORTURE_SEED repeats one)
	@TORTURE_FAULTS=$${TORTURE_FAULTS:-1000} TORTURE_SECONDS=$${TORTURE_SECONDS:-3600} TORTURE_SEED=$${TORTURE_SEED:-$$(date +%s)} \
		$(BIN)/python -m pytest -q -m journey tests/journeys/test_random_faults.py

vendor-docs: $(READY) ## fetch the files of /docs that are not ours, and compare each with its hash
	@$(BIN)/python -m docs.vendor_swagger_ui

bench: $(READY) ## the figures of docs/explanation/performance.md, in one run
	@$(BIN)/python -m bench $(BENCH_ARGS)

lock: ## write the versions in use to constraints.txt (versions only, no addresses)
	@$(BIN)/python -m pip freeze --exclude-editable | sort -f > constraints.txt

clean:
	rm -rf $(VENV) var

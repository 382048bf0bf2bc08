# Three verbs for a newcomer: make run, make test, make check. The others serve them.
.PHONY: run test check setup bench lock clean
.DEFAULT_GOAL := run

# Tests start hundreds of programs; each would compile the code again where an environment asks Python to keep no bytecode.
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)

HIKARI := $(VENV)/hikari

ifeq ($(UV),)
install = $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1)
itself = $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
else
install = uv pip install --quiet --python $(BIN)/python --require-hashes -r $(1)
itself = uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
endif

## run: set everything up and serve the study group in the browser, the models beside it
run: setup
	@exec $(BIN)/studybot run

## setup: the virtual environment with both sides, chat and models
setup: $(VENV)/.chat $(VENV)/.models

## test: set up what the tests need and run them all
test: setup $(VENV)/.dev $(VENV)/.hikari
	@sh tests/tools.sh
	$(BIN)/python -m slipcover --json --out .coverage.json -m pytest -n auto --dist loadscope --no-loadscope-reorder
	@$(BIN)/python -m slipcover --merge .coverage.json --out .coverage.json --fail-under 93

## check: style, types, the ladder of imports, and documents in step with the code
check: setup $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/vulture
	@for kind in github-workflows:.github/workflows/*.yml dependabot:.github/dependabot.yml compose-spec:docker-compose.yml \
	  github-issue-forms:.github/ISSUE_TEMPLATE/[!c]*.yml github-issue-config:.github/ISSUE_TEMPLATE/config.yml; do \
	  $(BIN)/check-jsonschema --quiet --builtin-schema "vendor.$${kind%%:*}" $${kind#*:} || exit 1; done
	$(BIN)/zizmor --offline --quiet --min-severity medium .github
	$(BIN)/studybot check
	$(BIN)/python docs/generate.py --check
	$(BIN)/python requirements/notice.py --check

## bench: the long proofs and the figures; prints ratios taken in one run
bench: setup $(VENV)/.dev
	@sh tests/tools.sh
	$(BIN)/python -m bench

## lock: choose the newest versions again (needs uv)
lock:
	@python3 requirements/lock.py --upgrade

clean:
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/pyvenv.cfg:
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 11) and "studybot needs Python 3.11 or newer; python3 here is " + sys.version.split()[0] + ".")'
	@echo "Making the virtual environment in $(VENV) …"
ifeq ($(UV),)
	@python3 -m venv $(VENV)
else
	@uv venv --quiet --python "$$(command -v python3)" $(VENV)
endif

$(VENV)/.chat: requirements/chat.txt pyproject.toml | $(VENV)/pyvenv.cfg
	@echo "Installing the chat side …"
	@$(call install,requirements/chat.txt)
	@$(itself)
	@echo "The command is $(BIN)/studybot; . $(BIN)/activate puts it on the path of this shell."
	@touch $@

$(VENV)/.models: requirements/models.txt | $(VENV)/.chat
	@echo "Installing the model side: PyTorch and fastai, about 6 GB; this takes a few minutes the first time …"
	@$(call install,requirements/models.txt)
	@touch $@

$(VENV)/.dev: requirements/dev.txt | $(VENV)/.models
	@echo "Installing what the tests and checks need …"
	@$(call install,requirements/dev.txt)
	@touch $@

$(VENV)/.hikari: requirements/hikari.txt | $(VENV)/pyvenv.cfg
	@echo "Installing a second client of Discord for the tests …"
ifeq ($(UV),)
	@python3 -m venv $(HIKARI)
	@$(HIKARI)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
else
	@uv venv --quiet --clear --python "$$(command -v python3)" $(HIKARI)
	@uv pip install --quiet --python $(HIKARI)/bin/python --require-hashes -r $<
endif
	@touch $@

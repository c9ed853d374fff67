# Everything is installed under .venv and handheld_ui/node_modules, once; `make` does nothing twice.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCKED := --require-hashes --no-deps --only-binary :all: -r
# uv takes a quarter of pip's time; pip knows the machine's own mirrors and certificates (pip.conf), should uv fail.
install = $(BIN)/uv pip install --quiet --python $(BIN)/python $(1) || $(PIP) install $(1)
CAMERA := libzbar0 libgl1 libglib2.0-0 libsm6 libxext6
UV := --universal --generate-hashes --no-annotate --quiet --upgrade --custom-compile-command "make lock"
DEMO_ARGS ?=
BENCH_ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help demo test lint bench mutants page docs lock clean

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-7s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(VENV)/run.done $(VENV)/camera.done page  ## an example warehouse with people at work, ready to log in to (DEMO_ARGS="...")
	@$(BIN)/gangway demo $(DEMO_ARGS)

test: $(VENV)/test.done $(VENV)/system.done  ## install what the tests need, and run every check
	@.ci/checks.sh test

lint: $(VENV)/test.done  ## the checks that run no program: ruff, mypy, import-linter, tsc
	@.ci/checks.sh lint

bench: $(VENV)/run.done page  ## how many scans a second, beside a bare echo and a naive endpoint (BENCH_ARGS="...")
	@$(BIN)/gangway bench scans $(BENCH_ARGS)

mutants: $(VENV)/test.done page  ## break the signal functions of both languages, and count what no vector notices (half an hour)
	@$(BIN)/python .ci/mutants.py
	@$(BIN)/python .ci/page.py run mutants

page: $(VENV)/run.done  ## build the pages into server/web/page, if handheld_ui/ has changed
	@$(BIN)/python .ci/page.py build

docs: $(VENV)/run.done  ## write docs/commands.md anew from the commands' own help
	@$(BIN)/python .ci/commands.py > docs/commands.md

lock: $(VENV)/python.done  ## resolve requirements.lock and its companions in .ci/ anew
	@$(BIN)/uv pip compile pyproject.toml $(UV) --extra build -o requirements.lock
	@$(BIN)/uv pip compile pyproject.toml $(UV) --extra build --extra dev -c requirements.lock -o .ci/test.lock
	@$(BIN)/uv pip compile --group node $(UV) -o .ci/node.lock
	@$(BIN)/uv pip compile --group installer $(UV) -o .ci/installer.lock

clean:  ## remove everything that make has made
	rm -rf $(VENV) handheld_ui/node_modules server/web/page dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/python.done: .ci/installer.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "gangway: Python 3.11 or later is needed; name one: make PYTHON=python3.11" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "gangway: run  sudo apt-get install python3-venv" >&2; exit 1; }
	@$(PIP) install $(LOCKED) .ci/installer.lock
	@touch $@

$(VENV)/run.done: requirements.lock pyproject.toml | $(VENV)/python.done
	@echo "Installing Python packages (requirements.lock)"
	@$(call install,$(LOCKED) requirements.lock)
	@$(call install,--no-deps --no-build-isolation --editable .)
	@touch $@

$(VENV)/test.done: .ci/test.lock $(VENV)/run.done
	@echo "Installing the checks' Python packages (.ci/test.lock)"
	@$(call install,$(LOCKED) .ci/test.lock)
	@touch $@

# What the camera decoders link to. Without them the server runs, and reads no codes from camera pictures.
$(VENV)/camera.done: | $(VENV)/python.done
	@.ci/system.sh want "codes in camera pictures will not be read without system libraries" $(CAMERA)
	@touch $@

$(VENV)/system.done: | $(VENV)/python.done
	@.ci/system.sh need "the tests read codes, drive a browser and start a PostgreSQL of their own" $(CAMERA) chromium libatomic1 libnss3-tools postgresql-15
	@touch $@ $(VENV)/camera.done

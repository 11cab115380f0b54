# A newcomer needs git, make and Python 3.11 or later with pip; everything else goes into .venv.

.PHONY: help demo test check lock clean
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory
unexport PYTHONPATH PYTHONHOME

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11 python3.14 python; do \
	"$$name" -c '$(SUPPORTED)' 2>/dev/null && { echo "$$name"; break; }; done)
PIP_FLAGS := --quiet --quiet --no-input --disable-pip-version-check
HASHED := --require-hashes --only-binary :all: -r requirements/build.txt

help:
	@echo "make demo    measure the sample photos: a table and a picture"
	@echo "make test    every check, then the whole test suite"
	@echo "make check   the checks only: ruff, mypy"
	@echo "make lock    renew the locked requirements (needs uv)"
	@echo "make clean   remove .venv and everything built"

demo: $(READY)
	@$(BIN)/pigmeter demo

test: check
	@# Numba does not see an edit in another file, so tests start without its cache.
	@find pigmeter tests benchmarks -name '*.nb[ic]' -delete
	@$(BIN)/python -m pytest --quiet

check: $(READY)
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || { echo "Not formatted (above): run '$(BIN)/ruff format .'"; exit 1; }
	@$(BIN)/mypy

$(READY): requirements/build.txt requirements/lock.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "pigmeter needs Python 3.11 to 3.14, and none was found." \
		"Install one, or name it: make PYTHON=/path/to/python3.11"; exit 1; }
	@$(PYTHON) -c '$(SUPPORTED)' || { echo "pigmeter needs Python 3.11 to 3.14;" \
		"$(PYTHON) is `$(PYTHON) --version 2>&1`."; exit 1; }
	@echo "Setting up $(VENV) with `$(PYTHON) --version` (a minute or two, once) ..."
	@$(BIN)/python -c '$(SUPPORTED); import pip' 2>/dev/null || $(MAKE) new-venv
	@$(BIN)/python -m pip install $(PIP_FLAGS) $(HASHED) -r requirements/lock.txt
	@$(BIN)/python -m pip install $(PIP_FLAGS) --no-index --no-deps --no-build-isolation --editable .
	@$(BIN)/python -c 'import cv2' || { echo "OpenCV is installed but a system library it needs is missing." \
		"On Debian or Ubuntu: sudo apt-get install libgl1 libglib2.0-0"; exit 1; }
	@touch $@

# Debian keeps ensurepip in a package of its own (python3-venv); without it the outer pip fills the new folder.
.PHONY: new-venv
new-venv:
	@$(PYTHON) -m venv --clear $(VENV) >/dev/null 2>&1 || { \
		$(PYTHON) -m venv --clear --without-pip $(VENV) && \
		$(PYTHON) -m pip --python $(BIN)/python install $(PIP_FLAGS) $(HASHED); } || { \
		echo "$(PYTHON) could not make a virtual environment." \
		"On Debian or Ubuntu: sudo apt-get install python3-venv"; exit 1; }

# The files name no index: whoever installs chooses it. --universal: one lock for all systems and Pythons 3.11+.
LOCK := uv --no-config pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --no-annotate
lock:
	@command -v uv >/dev/null || { echo "make lock needs uv: python3 -m pip install uv"; exit 1; }
	@$(LOCK) --group test pyproject.toml --output-file requirements/lock.txt >/dev/null
	@$(LOCK) requirements/build.in --constraint requirements/lock.txt --output-file requirements/build.txt >/dev/null
	@! grep -n '://' requirements/*.txt

clean:
	@rm -rf $(VENV) build dist *.egg-info demo-output .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

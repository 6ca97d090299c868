# make demo   score the example and leave a report to open
# make test   all tests with coverage
# make check  ruff, mypy, import contracts
# make bench  benchmarks that print their figures
# make bench-defects   what is caught of planted defects; DATA=FOLDER adds its real clips
# make bench-selection what is selected, by three ways; SCORED="OUT..." takes scored folders
# make fuzz   ten minutes of fuzzing: readers, store, outputs
# make audit  the pinned packages against known vulnerabilities; needs the network
# make docs   write the generated pages of docs/
#
# PIP_ARGS reaches pip: on a machine without a GPU
#   make test PIP_ARGS="--extra-index-url https://download.pytorch.org/whl/cpu"
# takes PyTorch's small CPU build in place of the CUDA one.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP_ARGS ?=
DEMO_OUT ?= out/demo

.PHONY: model demo test check bench bench-defects bench-selection fuzz audit docs clean

$(VENV)/.score: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check $(PIP_ARGS) -c constraints.txt -e '.[score]'
	touch $@

$(VENV)/.dev: $(VENV)/.score
	$(BIN)/pip install --quiet --disable-pip-version-check $(PIP_ARGS) -c constraints.txt -e '.[score,remote,dev]'
	touch $@

# the example's recogniser, 145 MB
model: $(VENV)/.score
	$(BIN)/tenhours models fetch base

demo: model
	$(BIN)/tenhours score examples/submission --policy examples/policy.toml --out $(DEMO_OUT)

test: $(VENV)/.dev model
	sh tests/system-packages.sh
	$(BIN)/pytest --cov --cov-report=term:skip-covered

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks.speed

fuzz: $(VENV)/.dev
	$(BIN)/python -m tests.clips.test_fuzz 400
	$(BIN)/python -m tests.flows.test_fuzz 200

# in a virtual environment of its own; what could not be looked up fails it
audit:
	$(PYTHON) -m venv $(VENV)-audit
	$(VENV)-audit/bin/pip install --quiet --disable-pip-version-check pip-audit
	$(VENV)-audit/bin/pip-audit --strict --no-deps --disable-pip -r constraints.txt

bench-defects: $(VENV)/.dev
	$(BIN)/python -m benchmarks.defects --write $(if $(DATA),--data $(DATA))

bench-selection: $(VENV)/.dev
	$(BIN)/python -m benchmarks.selection $(if $(SCORED),--scored $(SCORED),--speech out/speech)

docs: $(VENV)/.score
	$(BIN)/python -m docs.generate
	$(BIN)/python -m clips.schemas docs/schemas

clean:
	rm -rf $(VENV) $(VENV)-audit out .coverage .mypy_cache .pytest_cache .ruff_cache .hypothesis

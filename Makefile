# make demo   score the example and leave a report to open
# make test   all tests
# make coverage  all tests and the lines that they reach, at twice the time
# make check  ruff, mypy, import contracts
# make bench  what docs/performance.md measures without further data
# make bench-defects   what is caught of planted defects; DATA=FOLDER adds its real clips
# make bench-selection what is selected, by three ways; SCORED="OUT..." takes scored folders
# make fuzz   ten minutes of fuzzing: readers, store, outputs
# make audit  the pinned packages against known vulnerabilities; needs the network
# make pins   digests of what the gate's workflows install, into deployments/; needs the network
# make docs   write the generated pages of docs/
# make screenshots     pictures of the example's pages, docs/screenshots/
#
# PIP_ARGS reaches pip: on a machine without a GPU
#   make test PIP_ARGS="--extra-index-url https://download.pytorch.org/whl/cpu"
# takes PyTorch's small CPU build in place of the CUDA one.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP_ARGS ?=
PYTEST_ARGS ?=
DEMO_OUT ?= out/demo

.PHONY: model demo test coverage check bench bench-defects bench-selection fuzz audit pins docs screenshots clean

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
	$(BIN)/pytest -n auto --maxprocesses 4 --dist loadfile $(PYTEST_ARGS)

# counting lines doubles the time of what is Python alone
coverage:
	$(MAKE) test PYTEST_ARGS="--cov --cov-report=term:skip-covered"

check: $(VENV)/.dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev demo
	$(BIN)/python -m benchmarks.speed
	$(BIN)/python -m benchmarks.workers --rounds 1
	$(BIN)/python -m benchmarks.recall
	$(BIN)/python -m benchmarks.scale
	$(BIN)/python -m benchmarks.scale --select --clips 30000 --voices 1
	$(BIN)/python -m benchmarks.short out/short --clips 2000
	$(BIN)/python -m benchmarks.short out/short --clips 20000
	$(BIN)/python -m benchmarks.cluster

fuzz: $(VENV)/.dev
	$(BIN)/python -m tests.clips.test_fuzz 400
	$(BIN)/python -m tests.flows.test_fuzz 200

# in a virtual environment of its own; what could not be looked up fails it
audit:
	$(PYTHON) -m venv $(VENV)-audit
	$(VENV)-audit/bin/pip install --quiet --disable-pip-version-check pip-audit
	$(VENV)-audit/bin/pip-audit --strict --no-deps --disable-pip -r constraints.txt

# what builds a package without a wheel, and this one, is apart: it is installed first, as is pip:
# under digests the one of Python 3.11 (23.2) does not find sqlalchemy[asyncio]
PINS = --python-version 3.11 --python-platform linux -c constraints.txt --generate-hashes --quiet \
	--no-annotate --custom-compile-command "make pins"
pins:
	$(PYTHON) -m venv $(VENV)-pins
	$(VENV)-pins/bin/pip install --quiet --disable-pip-version-check uv
	printf 'hatchling\nsetuptools\npip\n' | $(VENV)-pins/bin/uv pip compile - $(PINS) \
		-o deployments/requirements-build.txt
	$(VENV)-pins/bin/uv pip compile pyproject.toml --extra score $(PINS) \
		-o deployments/requirements.txt

bench-defects: $(VENV)/.dev
	$(BIN)/python -m benchmarks.defects --write $(if $(DATA),--data $(DATA))

bench-selection: $(VENV)/.dev
	$(BIN)/python -m benchmarks.selection $(if $(SCORED),--scored $(SCORED),--speech out/speech)

docs: $(VENV)/.score
	$(BIN)/python -m docs.generate
	$(BIN)/python -m clips.schemas docs/schemas

screenshots: $(VENV)/.dev demo
	sh tests/system-packages.sh
	$(BIN)/python -m tests.screenshots $(DEMO_OUT) docs/screenshots

clean:
	rm -rf $(VENV) $(VENV)-audit $(VENV)-pins out .coverage .mypy_cache .pytest_cache .ruff_cache .hypothesis

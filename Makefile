# Everything one does with metarec. `make run` and `make test` do their own set-up.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Each stamp is touched when its requirements are installed, so that this is done once.
RUNTIME := $(VENV)/.runtime-installed
TOOLS := $(VENV)/.tools-installed
TRANSLATIONS := $(patsubst %.po,%.mo,$(wildcard */locale/*/LC_MESSAGES/*.po))
SOURCES := metarec accounts recommendations tests bench docker
# These take a million listeners and most of an hour: bench-elasticsearch runs them.
SERVER_BENCHES := bench/bench_elasticsearch.py bench/bench_freshness.py

# check runs under the settings of a site on the internet.
PRODUCTION := METAREC_HTTPS=yes METAREC_ALLOWED_HOSTS=metarec.example

.PHONY: help run test check format bench elasticsearch end-to-end doubles screenshots

help:
	@echo "make run     set up and start the site; PORT=8001 make run for another port"
	@echo "make test    set up and run all tests"
	@echo "make check   lint, types, layers, migrations, deployment settings, API schema"
	@echo "make format  put the code in its one format"
	@echo "make bench   measure what the documentation states"
	@echo "make end-to-end  start the compose file's processes without containers, look at a page"
	@echo "make bench-elasticsearch  the same for a million listeners on servers"
	@echo "make doubles  start stand-ins for the music services; PORT=9401 for the first of their ports"
	@echo "make screenshots  take the README's pictures anew"
	@echo "make elasticsearch  start an Elasticsearch node on this machine; PORT=9201 for another port"

run: $(RUNTIME) $(TRANSLATIONS)
	@$(BIN)/python manage.py run_site

test: $(TOOLS) $(TRANSLATIONS)
	@$(BIN)/pytest --numprocesses logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder

check: $(TOOLS) $(TRANSLATIONS)
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@$(BIN)/mypy --no-error-summary $(SOURCES)
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python manage.py makemigrations --check --dry-run
	@$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING
	@$(BIN)/python manage.py spectacular --validate --fail-on-warn --file /dev/null
	@echo "make check: no findings"

format: $(TOOLS)
	@$(BIN)/ruff check --quiet --fix .
	@$(BIN)/ruff format --quiet .

bench: $(TOOLS)
	@for file in $(filter-out $(SERVER_BENCHES),$(wildcard bench/bench_*.py)); do \
		$(BIN)/python -m "bench.$$(basename "$$file" .py)" || exit; \
	done

end-to-end: $(TOOLS) $(TRANSLATIONS)
	@CI=true $(BIN)/pytest tests/test_compose.py -k processes

doubles: $(TOOLS)
	@$(BIN)/python -m tests.doubles $(PORT)

screenshots: $(TOOLS) $(TRANSLATIONS)
	@$(BIN)/python manage.py shell --command "from tests.screenshots import take_pictures; take_pictures()"

elasticsearch:
	@tools/elasticsearch/node start --port $(or $(PORT),9200)

bench-elasticsearch: $(TOOLS)
	@$(BIN)/python -m bench.bench_elasticsearch
	@$(BIN)/python -m bench.bench_freshness

$(RUNTIME): requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "metarec needs Python 3.11 or newer: run make with PYTHON=/path/to/it.")'
	@echo "Installing metarec's requirements into $(VENV), once ..."
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

$(TOOLS): requirements-dev.txt $(RUNTIME)
	@echo "Installing what testing needs into $(VENV), once ..."
	@$(BIN)/pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

# Moved into place when complete, so that an interrupted run leaves no half a file.
%.mo: %.po $(RUNTIME)
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@.part
	@mv $@.part $@

# Everything a person or a machine does with a checkout. Needs python3 (3.11 or newer) and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Images of containers like to set this; every worker and every process of a test would then compile all modules again.
unexport PYTHONDONTWRITEBYTECODE
# Programs from the npm registry that only `make test-peers` needs.
PEERS ?= $(CURDIR)/.cache/peers
PEER_PACKAGES := node@24.21.0 \
	@modelcontextprotocol/client@2.4.0 \
	@modelcontextprotocol/conformance@0.2.0-alpha.12 \
	@modelcontextprotocol/inspector@2.12.0 \
	@modelcontextprotocol/sdk@1.32.2 \
	@modelcontextprotocol/server-everything@2026.8.31 \
	@modelcontextprotocol/server-filesystem@2026.8.31 \
	@modelcontextprotocol/server-memory@2026.8.31 \
	@modelcontextprotocol/server-sequential-thinking@2026.8.31 \
	mcp-proxy@6.7.19 \
	mcp-remote@0.15.1 \
	oidc-provider@9.13.3

# A model provider that is not ours, in an environment of its own: it is large, and pins much of what it needs.
LITELLM ?= $(CURDIR)/.cache/litellm
LITELLM_PACKAGE := litellm[proxy]==1.106.2

# Programs about packages, in an environment of their own, so that none of them is among what they look at.
SUPPLY ?= $(CURDIR)/.cache/supply
SUPPLY_PACKAGES := uv==0.13.9 pipx==1.18.4 cyclonedx-bom==7.5.0 pip-audit==2.10.1

# Agents that read the configuration files that mcptui writes; large, and only for `make test-clients`.
CLIENTS ?= $(CURDIR)/.cache/clients
CLIENT_PACKAGES := node@24.21.0 \
	@anthropic-ai/claude-code@2.1.330 \
	@google/gemini-cli@0.61.0 \
	@openai/codex@0.169.0 \
	opencode-ai@1.18.33

# SDKs for agents, with a server and node; only for `make test-agents`.
AGENTS ?= $(CURDIR)/.cache/agents
AGENT_MODULES := node@24.21.0 \
	@ai-sdk/mcp@1.0.102 \
	@ai-sdk/openai@3.0.141 \
	@modelcontextprotocol/server-everything@2026.8.31 \
	ai@6.0.326
AGENT_PACKAGES := openai-agents==0.24.0 \
	langchain==1.5.2 \
	langchain-mcp-adapters==0.3.2 \
	langchain-openai==1.7.4 \
	'pydantic-ai-slim[mcp,openai]==2.68.0'

.DEFAULT_GOAL := help
.PHONY: help setup demo run check test coverage lint style spelling types contracts dead-code dependencies format mutants screenshots bench bench-peers chaos soak fuzz peers test-peers clients test-clients agents test-agents conformance test-install constraints sbom audit clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

INSTALL := install --quiet --disable-pip-version-check

# CONSTRAINTS=1 installs the versions of constraints.txt, those for development too, and checks their hashes.
# The app alone; what `make demo` and `make run` wait for.
$(VENV)/.installed: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(if $(CONSTRAINTS),$(BIN)/python -m pip $(INSTALL) --require-hashes --no-deps -r constraints.txt)
	$(BIN)/python -m pip $(INSTALL) $(if $(CONSTRAINTS),--no-deps) -e .
	touch $@

# The tools of development on top.
$(VENV)/.installed-dev: pyproject.toml $(VENV)/.installed
	$(if $(CONSTRAINTS),,$(BIN)/python -m pip $(INSTALL) -e '.[dev]')
	touch $@

setup: $(VENV)/.installed-dev ## make .venv with everything that development needs

demo: $(VENV)/.installed ## a temporary home with a demo server, key and model; opens the app
	$(BIN)/mcptui demo

run: $(VENV)/.installed ## open the app on your own home
	$(BIN)/mcptui

lint: $(VENV)/.installed-dev ## style, spelling, types, import contracts, dead code, dependencies
	@$(MAKE) --no-print-directory -j 2 types dead-code style spelling contracts dependencies

style:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

spelling:
	$(BIN)/codespell mcptui docs examples README.md CHANGELOG.md CONTRIBUTING.md SECURITY.md
	$(BIN)/pytest -q tests/docs/test_wording.py

types:
	$(BIN)/mypy

contracts:
	$(BIN)/lint-imports

dead-code:
	$(BIN)/vulture

dependencies:
	$(BIN)/deptry mcptui

# What needs nothing but Python.
NORMAL := not npm and not clients and not agents and not secretservice and not soak

# No processes, no screens: the rules, the state, the secrets, and what the gateway decides in memory.
QUICK := tests/test_architecture.py tests/test_every_module_has_tests.py tests/access tests/interop tests/llm tests/model \
	tests/protocol tests/schema tests/secrets tests/state tests/stores tests/upstream/oauth tests/gateway/identity

check: lint ## the inner loop, about a minute: lint and the quick tests
	$(BIN)/pytest -q -n 2 --dist worksteal -m "$(NORMAL)" $(QUICK)

format: $(VENV)/.installed-dev ## let ruff write what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Three workers also on two cores: some tests wait for processes, but every worker imports all tests first.
# COVERAGE=--cov measures branches too, for a fifth more time.
test: $(VENV)/.installed-dev ## all tests that need nothing but Python
	$(BIN)/pytest -n 4 --dist worksteal -m "$(NORMAL)" $(COVERAGE)

PURE := access call_filter model protocol schema

coverage: $(VENV)/.installed-dev ## branches of the packages without I/O that their own tests reach
	$(BIN)/pytest -q -n 2 --dist worksteal -m "$(NORMAL)" $(PURE:%=tests/%) \
		$(PURE:%=--cov=mcptui.%) --cov-branch --cov-report=term:skip-covered --cov-fail-under=97

# MUTANTS='mcptui.access.*' for a part of them; all take hours.
mutants: $(VENV)/.installed-dev ## wrong lines on purpose: which of them does no test notice?
	$(BIN)/mutmut run --max-children 2 $(if $(MUTANTS),'$(MUTANTS)')
	$(BIN)/mutmut results

soak: $(VENV)/.installed-dev $(LITELLM)/.installed ## heavy tests: many connections, restarts, large data, foreign programs, more generated examples
	MCPTUI_LITELLM=$(LITELLM) $(BIN)/pytest -n 2 --dist worksteal -m "soak and not npm and not install"
	HYPOTHESIS_PROFILE=thorough $(BIN)/pytest -n 2 --dist worksteal -m "hypothesis and not soak"

chaos: $(VENV)/.installed-dev ## attacks and faults beside a well-behaved client, with figures; five minutes
	$(BIN)/python -m bench.attacks

$(LITELLM)/.installed: Makefile
	test -x $(LITELLM)/bin/python || $(PYTHON) -m venv $(LITELLM)
	$(LITELLM)/bin/python -m pip install --quiet --disable-pip-version-check '$(LITELLM_PACKAGE)'
	touch $@

screenshots: $(VENV)/.installed-dev ## screenshots/*.svg from the demo data
	$(BIN)/python -m screenshots

# SECONDS=600 for longer, TARGETS='imports state_files' for some.
SECONDS ?= 60
fuzz: $(VENV)/.installed-dev ## bytes that reach new code, for everything that reads what strangers send
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[fuzz]'
	$(BIN)/python -m tests.fuzz --seconds $(SECONDS) $(TARGETS)

bench: $(VENV)/.installed-dev ## what the gateway costs a call
	$(BIN)/python -m bench

bench-peers: $(VENV)/.installed-dev $(PEERS)/.installed ## the same beside other proxies; recorded in
	MCPTUI_PEERS=$(PEERS) $(BIN)/python -m bench --peers --write

$(PEERS)/.installed: Makefile
	mkdir -p $(PEERS)
	npm install --prefix $(PEERS) --no-save --no-audit --no-fund $(PEER_PACKAGES)
	touch $@

peers: $(PEERS)/.installed ## real servers and clients of other makers, from the npm registry

test-peers: $(VENV)/.installed-dev $(PEERS)/.installed ## tests against those
	MCPTUI_PEERS=$(PEERS) $(BIN)/pytest -m npm

$(CLIENTS)/.installed: Makefile
	mkdir -p $(CLIENTS)
	npm install --prefix $(CLIENTS) --no-save --no-audit --no-fund $(CLIENT_PACKAGES)
	touch $@

clients: $(CLIENTS)/.installed ## real agents of other makers, from the npm registry (1.5 GB)

test-clients: $(VENV)/.installed-dev $(CLIENTS)/.installed ## they connect with what export writes
	MCPTUI_CLIENTS=$(CLIENTS) $(BIN)/pytest -m clients

$(AGENTS)/.installed: Makefile
	mkdir -p $(AGENTS)
	npm install --prefix $(AGENTS) --no-save --no-audit --no-fund $(AGENT_MODULES)
	test -x $(AGENTS)/python/bin/python || $(PYTHON) -m venv $(AGENTS)/python
	$(AGENTS)/python/bin/python -m pip install --quiet --disable-pip-version-check $(AGENT_PACKAGES)
	touch $@

agents: $(AGENTS)/.installed ## SDKs for agents of other makers, from the npm registry and PyPI

test-agents: $(VENV)/.installed-dev $(AGENTS)/.installed ## they use tools by way of /v1 and of /mcp
	MCPTUI_AGENTS=$(AGENTS) $(BIN)/pytest -m agents

conformance: $(VENV)/.installed-dev $(PEERS)/.installed ## the official suite, directly and through the gateway
	MCPTUI_PEERS=$(PEERS) $(BIN)/python -m conformance $(CONFORMANCE)

$(SUPPLY)/.installed: Makefile pyproject.toml
	test -x $(SUPPLY)/tools/bin/python || $(PYTHON) -m venv $(SUPPLY)/tools
	$(SUPPLY)/tools/bin/python -m pip $(INSTALL) $(SUPPLY_PACKAGES)
	touch $@

test-install: $(VENV)/.installed-dev $(SUPPLY)/.installed ## the checkout installed with uv and with pipx
	MCPTUI_SUPPLY=$(SUPPLY) $(BIN)/pytest -m install

# What an installation of the program holds: without the tools of development, and without pip.
$(SUPPLY)/.program: $(SUPPLY)/.installed
	rm -rf $(SUPPLY)/program
	$(PYTHON) -m venv --without-pip $(SUPPLY)/program
	$(BIN)/python -m pip --python $(SUPPLY)/program/bin/python $(INSTALL) .
	touch $@

constraints: $(SUPPLY)/.installed ## constraints.txt: every package for every platform, with the hashes of its files
	$(SUPPLY)/tools/bin/uv pip compile --quiet --upgrade --universal --extra dev --generate-hashes --no-header \
		--no-annotate --no-emit-index-url --python-version 3.11 pyproject.toml -o constraints.txt

sbom: $(VENV)/.installed $(SUPPLY)/.program ## sbom.cdx.json: a bill of materials of the program (CycloneDX)
	$(SUPPLY)/tools/bin/cyclonedx-py environment --pyproject pyproject.toml --mc-type application \
		--output-reproducible --of JSON -o sbom.cdx.json $(SUPPLY)/program/bin/python

audit: $(SUPPLY)/.installed ## known holes in what constraints.txt names; asks the package index
	$(SUPPLY)/tools/bin/pip-audit --strict --require-hashes --disable-pip -r constraints.txt

clean: ## remove everything made here
	rm -rf $(VENV) .cache .coverage .coverage.* .hypothesis .import_linter_cache mutants .mypy_cache .pytest_cache .ruff_cache build dist

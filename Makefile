# Every door of the project: "make help" prints the targets and what they are for.
# The logic is in small programs under tools/.
#   MPY_DIR=  a MicroPython checkout (1.25 or later, with submodules) instead of the download
#   PORT=     the dashboard's port      BITS=32  a 32-bit unix firmware, in build/unix32
#   T=        only the C tests or fuzz targets with this in their name
#   FUZZ_S=   seconds for each fuzz target          FIX=1  "make style" repairs what it can

PORT ?= 8080
BITS ?= 64
FUZZ_S ?= 5
T ?=
FIX ?=
export MPY_DIR PORT

PY := .venv/bin/python
SETUP := @sh tools/bootstrap.sh && python3 tools/setup.py

help: ## Print this list
	@sed -n 's/^\([a-z]*\):.*## /\1|/p' Makefile | awk -F'|' '{printf "make %-10s %s\n", $$1, $$2}'

setup: ## Install what is missing: Debian packages, .venv, sources
	$(SETUP) test bits32 bench

firmware: ## Build the unix firmware: build/unix/micropython (BITS=32: build/unix32)
	$(SETUP) $(if $(filter 32,$(BITS)),bits32)
	@$(PY) tools/firmware.py --bits $(BITS)

run: firmware ## Serve the dashboard at http://127.0.0.1:8080 (PORT=)
	@$(PY) tools/dashboard.py

test: ## Run every test that needs no hardware
	$(SETUP) test bits32
	@FUZZ_S=$(FUZZ_S) $(PY) tools/stages.py

unit: ## Run the C tests under the address and undefined-behaviour sanitizers (T=name)
	$(SETUP) test
	@$(PY) tools/unit.py "$(T)"

valgrind: ## Run the C tests under valgrind (T=name)
	$(SETUP) test
	@$(PY) tools/unit.py --valgrind "$(T)"

fuzz: ## Fuzz the parsers, FUZZ_S= seconds each (T=name)
	$(SETUP) test
	@$(PY) tools/fuzz.py --seconds $(FUZZ_S) "$(T)"

style: ## Check format, lengths and layers (FIX=1 repairs the format)
	$(SETUP) test
	@$(PY) tools/style.py $(if $(FIX),--fix)

size: firmware ## Measure flash and compare with the budgets: build/size.json
	$(SETUP) test
	@$(PY) tools/size.py

posix: ## Build the core as a plain C library and lws-bench-server: build/posix
	$(SETUP)
	@$(MAKE) -s -C ports/posix BUILD=$(CURDIR)/build/posix

bench: firmware posix ## Measure instructions and RAM against the peers: build/bench.json
	$(SETUP) test bits32 bench
	@$(PY) tools/firmware.py --bits 32
	@$(PY) tools/bench.py

clean: ## Remove what was built, keep the downloads
	@find build -mindepth 1 -maxdepth 1 ! -name src -exec rm -rf {} + 2>/dev/null || true

distclean: ## Remove build/ and .venv
	rm -rf build .venv

.PHONY: help setup firmware run test unit valgrind fuzz style size posix bench clean distclean

# Every door of the project: "make help" prints the targets and what they are for.
# The logic is in small programs under tools/, which CONTRIBUTING.md shows round.
#   BOARD=    a folder of boards/, or unix (the default), unix32, unix-select
#   TESTS=1   "make firmware" adds the C tests: build/<BOARD>-tests
#   MPY_DIR=  a MicroPython checkout (1.25 or later, with submodules) instead of the download;
#             PICO_SDK_PATH= and IDF_PATH= name what the chips' makers give
#   PORT=     the dashboard's port ("make run"), or the serial port of a board
#             BAUD= for esptool; WIFI_SSID= WIFI_KEY= PEER= BOARD_URL= for "make test-board"
#   ARGS=     more words for "make emulate" (--loss 5%; ARGS=--help) and for test-board's pytest
#   APP=      what goes onto a board: a folder with main.py, or one file
#   T=        only the tests or fuzz targets with this in their name
#   FUZZ_S=   seconds for each fuzz target          FIX=1  "make style" repairs what it can
#   UPDATE=1  "make size" and "make bench" record their figures as the new ones to hold

BOARD ?= unix
FUZZ_S ?= 5
SOAK_FUZZ_S ?= 120
APP ?= examples/dashboard
T ?=
FIX ?=
export MPY_DIR PICO_SDK_PATH IDF_PATH PORT
# ccache stands before every compiler where Debian's package is installed.
export PATH := $(addsuffix :,$(wildcard /usr/lib/ccache))$(PATH)

PY := .venv/bin/python
SETUP := @sh tools/get/bootstrap.sh && python3 -m tools.get.setup
FOR_BOARD = $(SETUP) --board "$(BOARD)"

help: ## Print this list
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' Makefile | awk -F'|' '{printf "make %-11s %s\n", $$1, $$2}'

setup: ## Install what is missing: Debian packages, .venv, sources
	$(SETUP) bits32 qemu rp2 emulate flash test bench

pins: ## Take the newest Python packages that pyproject.toml allows: tools/get/constraints.txt
	$(SETUP)
	@$(PY) -m tools.get.pins

firmware: ## Build the firmware of BOARD into build/<BOARD>; says how to flash it
	$(FOR_BOARD)
	@$(PY) -m tools.compile.firmware --board "$(BOARD)" $(if $(TESTS),--tests)

run: ## Serve the dashboard at http://127.0.0.1:8080 (PORT=)
	$(SETUP)
	@$(PY) -m tools.compile.firmware
	@$(PY) -m tools.emulate.dashboard

emulate: ## Start BOARD in an emulator with a network and a console, APP= on it
	$(FOR_BOARD) emulate
	@$(PY) -m tools.compile.firmware --board "$(BOARD)"
	@$(PY) -m tools.emulate.emulate --board "$(BOARD)" --app "$(APP)" $(ARGS)

flash: ## Put the firmware onto BOARD (PORT= when there are several)
	$(FOR_BOARD) flash
	@$(PY) -m tools.board.flash --board "$(BOARD)" $(if $(TESTS),--tests)

shell: ## Open BOARD's console with mpremote (PORT=)
	$(FOR_BOARD) flash
	@$(PY) -m tools.board.shell --board "$(BOARD)"

deploy: ## Copy APP onto BOARD and restart it (PORT=)
	$(FOR_BOARD) flash
	@$(PY) -m tools.board.deploy --board "$(BOARD)" --app "$(APP)"

check: ## Run what an edit needs, in minutes: style, C tests, tests on the unix firmware (T=name)
	$(SETUP) test
	@$(PY) -m tools.check.stages --check "$(T)"

test: ## Run every test that needs no hardware
	$(SETUP) bits32 qemu rp2 emulate flash test
	@FUZZ_S=$(FUZZ_S) $(PY) -m tools.check.stages

stress: ## Run tests over and over, ARGS="--rounds 5 --busy 2 --shake 1 -m emulated"
	$(SETUP) bits32 qemu rp2 emulate flash test
	@$(PY) -m tools.check.stress $(ARGS)

soak: ## Run for long what make test runs for a short time (nightly)
	$(SETUP) bits32 qemu rp2 emulate flash test
	@LWS_SOAK=1 FUZZ_S=$(SOAK_FUZZ_S) $(PY) -m tools.check.stages

test-board: ## Run the tests on BOARD over its serial port (PORT=)
	$(FOR_BOARD) flash test
	@$(PY) -m tools.board.test_board --board "$(BOARD)" $(ARGS)

unit: ## Run the C tests under the address and undefined-behaviour sanitizers (T=name)
	$(SETUP) test
	@$(PY) -m tools.check.unit "$(T)"

valgrind: ## Run the C tests under valgrind (T=name)
	$(SETUP) test
	@$(PY) -m tools.check.unit --valgrind "$(T)"

fuzz: ## Fuzz the parsers, FUZZ_S= seconds each (T=name)
	$(SETUP) test
	@$(PY) -m tools.check.fuzz --seconds $(FUZZ_S) "$(T)"

style: ## Check format, lengths and layers (FIX=1 repairs the format)
	$(SETUP) test
	@$(PY) -m tools.check.style $(if $(FIX),--fix)

cross: ## Compile all C for the boards' CPUs: Cortex-M0+, M3, M33 and rv32imc
	$(SETUP) qemu test
	@$(PY) -m tools.check.cross

size: ## Measure flash and RAM and compare with what was recorded: build/size.json (UPDATE=1)
	$(SETUP) qemu emulate test
	@$(PY) -m tools.measure.size $(if $(UPDATE),--update)

posix: ## Build the core as a plain C library and lws-bench-server: build/posix
	$(SETUP)
	@$(MAKE) -s -C ports/posix BUILD=$(CURDIR)/build/posix

bench: posix ## Measure instructions and RAM against the peers: build/bench.json (UPDATE=1)
	$(SETUP) bits32 qemu test bench
	@$(PY) -m tools.compile.firmware
	@$(PY) -m tools.compile.firmware --board unix32
	@$(PY) -m tools.measure.bench $(if $(UPDATE),--update)

clean: ## Remove what was built, keep the downloads
	@find build -mindepth 1 -maxdepth 1 ! -name src -exec rm -rf {} + 2>/dev/null || true

distclean: ## Remove build/ and .venv
	rm -rf build .venv

.PHONY: help setup pins check firmware run emulate flash shell deploy test stress soak test-board unit valgrind fuzz
.PHONY: style cross size posix bench clean distclean

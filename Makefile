# The short names of everyday work; CMake does it (CMakePresets.json). `make help` lists them.
PREFIX ?= /usr/local
DESTDIR ?=
FUZZ_SECONDS ?= 60

.DEFAULT_GOAL := build
.PHONY: build demo check fuzz bench format format-check tidy clean install help

build: ## build everything optimised, in build/release
	@scripts/install-deps build
	@scripts/build release

demo: build ## balance a real capture over four sockets, into build/demo
	@examples/demo

check: ## build the debug and sanitizer presets and run all tests
	@scripts/install-deps build test
	@scripts/check

fuzz: ## run each fuzz target for $(FUZZ_SECONDS) seconds
	@scripts/install-deps build test fuzz
	@scripts/fuzz $(FUZZ_SECONDS)

bench: ## build and run the benchmarks
	@scripts/install-deps build bench
	@scripts/build release -DPFQ_BENCH=ON
	@cmake --build build/release --target bench

format: ## format the C and C++ sources in place
	@scripts/install-deps format
	@scripts/sources c h cpp hpp | xargs clang-format-19 -i

format-check: ## fail if a source is not formatted
	@scripts/install-deps format
	@scripts/sources c h cpp hpp | xargs clang-format-19 --dry-run --Werror

tidy: ## static analysis of the C++ sources
	@scripts/install-deps build test tidy
	@scripts/build debug
	@scripts/sources cpp | xargs -P "$$(nproc)" -n 4 clang-tidy-19 --quiet -p build/debug

clean: ## remove what was built
	rm -rf build

install: build ## install below $(DESTDIR)$(PREFIX)
	@DESTDIR="$(DESTDIR)" cmake --install build/release --prefix "$(PREFIX)"

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

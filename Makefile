# Each target does its own set-up; `make` alone lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

target := $(abspath $(or $(CARGO_TARGET_DIR),target))
exchanges := $(target)/exchanges
with_services := source deploy/local/.env;
test_run := deploy/local/run-tests.sh

.PHONY: help
help: ## This list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: services ## Two simulators, ingress and two workers play a short story; stays up until Ctrl-C
	cargo build --workspace --bins --locked
	@$(with_services) exec $(target)/debug/lockstep demo

.PHONY: test
test: fmt-check lint services clients build ## Everything that must hold: fmt, clippy, unit, property, end to end, conformance
	@rm -rf $(exchanges)
	@$(with_services) LOCKSTEP_SIM_RECORD=$(exchanges) $(test_run) all
	@LOCKSTEP_EXCHANGES=$(exchanges) $(test_run) recorded

.PHONY: unit
unit: services ## Unit and property tests of the crates
	@$(with_services) $(test_run) unit

.PHONY: fuzz
fuzz: ## What anybody can send, strange and stranger: the parsers' property tests with CASES (100000) cases each
	PROPTEST_CASES=$(or $(CASES),100000) $(test_run) fuzz

.PHONY: e2e
e2e: services build ## Stories and faults, through real processes, broker and database
	@$(with_services) $(test_run) e2e

.PHONY: chaos
chaos: services build ## Two hundred links edited at random for a minute while everything goes wrong; prints its seed
	@$(with_services) LOCKSTEP_CHAOS_SECONDS=$${LOCKSTEP_CHAOS_SECONDS:-60} $(test_run) chaos

.PHONY: conformance
conformance: clients ## The simulators driven by clients that we did not write, then checked against the vendor's OpenAPI
	@rm -rf $(exchanges)
	@LOCKSTEP_SIM_RECORD=$(exchanges) $(test_run) conformance
	@LOCKSTEP_EXCHANGES=$(exchanges) $(test_run) recorded

.PHONY: bench
bench: services ## The binaries of the image: throughput, latency, calls a change, page timings, against goals and bare loops
	cargo build --release -p lockstep-ingress-bin -p lockstep-worker-bin -p lockstep-console-bin -p lockstep-cli -p lockstep-tests --bins
	@$(with_services) LOCKSTEP_BIN_DIR=$(target)/release exec $(target)/release/lockstep-bench

.PHONY: pictures
pictures: services build ## Take the pictures of README and docs/console.md anew, from the demo, in Chromium
	@$(with_services) deploy/local/pictures.sh $(target)

.PHONY: fmt
fmt: ## Format the tree
	cargo fmt --all

.PHONY: fmt-check
fmt-check:
	cargo fmt --all --check

.PHONY: lint
lint: ## Clippy, pedantic, warnings are errors
	cargo clippy --workspace --all-targets --locked -- -D warnings

.PHONY: deps
deps: ## Licences, bans and sources of the dependencies
	@command -v cargo-deny >/dev/null || cargo install cargo-deny --locked
	cargo deny --all-features check licenses bans sources

.PHONY: services
services: ## PostgreSQL and RabbitMQ: uses what answers, else starts it
	@deploy/local/services.sh up

.PHONY: services-down
services-down: ## Stop what `services` started, and nothing else
	@deploy/local/services.sh down

.PHONY: clients
clients:
	@deploy/local/clients.sh
	@deploy/local/browser.sh

.PHONY: build
build:
	cargo build --workspace --bins --locked

.PHONY: clean
clean: services-down ## Remove what was built and stop what was started
	cargo clean

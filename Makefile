# Two commands: `make run` and `make test`. They install what is missing as root, and say what to
# install as an ordinary user.
SHELL := /bin/sh
XTASK := cargo run --quiet --profile xtask -p xtask --
TARGET := $(or $(CARGO_TARGET_DIR),target)

.DEFAULT_GOAL := help

help: ## What there is to make
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/  -/'

run: build ## Build the release and start Tandem with its demo catalog
	$(TARGET)/release/tandem serve --demo

build: prepare ## The release binary, at target/release/tandem or under CARGO_TARGET_DIR
	$(XTASK) build --release

browser: ## The browser tests, against the release
	$(XTASK) browser

test: ## Everything that must hold: format, lints, all tests, the pages in a browser
	$(XTASK) test

prepare: ## Check for what is needed; as root, install it
	$(XTASK) prepare

check: ## Format, lints of both halves, and the query data
	$(XTASK) check

fmt: ## Format the sources
	cargo fmt --all

sqlx: ## Write the query data that builds without a database need
	$(XTASK) sqlx

screens: ## A picture of every page, theme and width, in target/screens
	$(XTASK) screens

bench: prepare ## How soon posted rows are counted, and how fast files are, beside other programs
	$(XTASK) bench
	$(XTASK) bench-counting

clean: ## Remove what was built
	cargo clean

.PHONY: help run build test browser prepare check fmt sqlx screens bench clean

# Clarion. `make help` lists what there is.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
# The commit goes into the binary where there is one; a tarball has none.
VCS := $(shell git rev-parse --verify -q HEAD >/dev/null 2>&1 && echo true || echo false)
PAGES := frontend/index.html frontend/vite.config.ts frontend/tsconfig.json package.json $(shell find frontend/src frontend/public -type f 2>/dev/null)

.PHONY: help run dev test lint format gen verify build bench clean clickhouse

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## Start everything at http://127.0.0.1:8080, embedded, nothing to install
	./bin/clarion serve

dev: build ## The same, with the pages reloading at http://127.0.0.1:5173
	@./bin/clarion serve & server=$$!; trap 'kill $$server 2>/dev/null' EXIT INT TERM; npm run --silent dev

clickhouse: analytics/chdb/node_modules ## Start a ClickHouse for trying out at http://127.0.0.1:8123
	node analytics/chdb/server.mjs --dir data/clickhouse

test: ## Check everything; installs what is missing where it can
	@scripts/test.sh

lint: node_modules ## Check format and style, both sides
	@scripts/tools.sh
	bin/tools/golangci-lint run ./...
	npm run --silent lint
	npm run --silent typecheck

format: node_modules ## Format both sides
	gofmt -w analytics backend migrations frontend/*.go
	npm run --silent format

gen: node_modules ## Write generated files anew: the browser's API types, .env.example
	npm run --silent gen
	go run ./backend/cmd/clarion env > .env.example.new && mv .env.example.new .env.example

verify: node_modules ## Fail when a generated file is not up to date
	npm run --silent gen:check
	go run ./backend/cmd/clarion env | diff - .env.example

build: frontend/dist/index.html ## Build bin/clarion with the pages inside
	go build -trimpath -buildvcs=$(VCS) -ldflags '-s -w -X main.version=$(VERSION)' -o bin/clarion ./backend/cmd/clarion

bench: ## Measure against the bare libraries; see docs/benchmarks.md
	go run ./backend/cmd/bench

clean: ## Remove what was built; data/ stays
	rm -rf bin node_modules
	find frontend/dist -mindepth 1 ! -name .gitkeep -delete

# npm writes its own copy of the lock file last: newer means installed.
node_modules: node_modules/.package-lock.json
.PHONY: node_modules
node_modules/.package-lock.json: package.json package-lock.json
	npm ci --no-audit --no-fund
	@touch $@

# 546 MB, so only who wants ClickHouse installs it. The library is an optional package
# for each kind of machine, and npm ci asks for all of them.
.PHONY: analytics/chdb/node_modules
analytics/chdb/node_modules: analytics/chdb/node_modules/.package-lock.json
analytics/chdb/node_modules/.package-lock.json: analytics/chdb/package.json analytics/chdb/package-lock.json
	npm install --prefix analytics/chdb --no-save --no-audit --no-fund
	@touch $@

frontend/dist/index.html: node_modules/.package-lock.json $(PAGES)
	npm run --silent build

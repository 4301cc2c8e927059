# What there is to do in this repository. `make help` lists it.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

MODULES := proto s3xml internal services/audit services/config services/scheduler services/transfer gateway cmd/edensync e2e deploy
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
LDFLAGS := -s -w -X github.com/edensync/edensync/internal/version.Version=$(VERSION)
# How many packages are built and tested at a time.
P ?= 2
ARGS ?=
OUT ?= bench.json
FUZZTIME ?= 60s
TORTURE_FUZZTIME := $(if $(filter file,$(origin FUZZTIME)),1h,$(FUZZTIME))

BUF      := go run github.com/bufbuild/buf/cmd/buf@v1.75.0
LINT     := go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
GOFUMPT  := go run mvdan.cc/gofumpt@v0.12.0
DEADCODE := go run golang.org/x/tools/cmd/deadcode@v0.52.0

.PHONY: help
help: ## Show this list.
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

WEB := gateway/web
WEB_SOURCES := $(shell find $(WEB)/src $(WEB)/public $(WEB)/scripts -type f) $(addprefix $(WEB)/,index.html vite.config.ts tsconfig.json)

.PHONY: web
web: $(WEB)/dist/index.html ## Build the app for administrators, which becomes part of the programs.

$(WEB)/dist/index.html: $(WEB)/node_modules/.package-lock.json $(WEB_SOURCES)
	cd $(WEB) && npm run --silent build

$(WEB)/node_modules/.package-lock.json: $(WEB)/package-lock.json
	cd $(WEB) && npm ci --no-audit --no-fund

.PHONY: build
build: web ## Build all programs into bin/.
	mkdir -p bin
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o bin/ ./cmd/edensync \
		./services/config/cmd/edensync-config ./services/scheduler/cmd/edensync-scheduler \
		./services/transfer/cmd/edensync-transfer ./services/audit/cmd/edensync-audit ./gateway/cmd/edensync-gateway

.PHONY: demo
demo: web ## Two sites with sample data, synchronized before your eyes; ARGS=--once ends after the story.
	mkdir -p bin
	CGO_ENABLED=0 go build -trimpath -ldflags '$(LDFLAGS)' -o bin/edensync ./cmd/edensync
	bin/edensync demo $(ARGS)

.PHONY: test
test: tools web test-web ## Install what is missing, then run every test on SQLite and PostgreSQL, and in Chromium.
	scripts/with-postgres go test -p $(P) -timeout 25m work

.PHONY: test-web
test-web: $(WEB)/node_modules/.package-lock.json ## Style, types and unit tests of the app.
	cd $(WEB) && npm run --silent lint && npm run --silent test

.PHONY: screenshots
screenshots: tools web ## Take a picture of every page into screenshots/; ONLY=REGEXP takes some.
	cd e2e && go test -tags screenshots -count 1 -timeout 20m -run TestScreenshots ./browser

.PHONY: tools
tools: ## Install what the tests need by apt and npm: PostgreSQL, Chromium.
	scripts/install-tools

.PHONY: verify
verify: P = 3
verify: tools fresh tidy lint alone web test-web ## All that a change must pass: generated code, tidiness, lint, all tests, the race detector, the demo.
	scripts/with-postgres scripts/verify $(P)
	$(MAKE) demo ARGS='--once --hub=127.0.0.1:0 --field=127.0.0.1:0'

.PHONY: gen
gen: ## Generate code and OpenAPI from the contracts.
	$(BUF) format -w
	$(BUF) generate
	cd gateway && go generate ./openapi

.PHONY: fresh
fresh: ## Fail if generated code is not what the contracts say, or if a contract breaks its users.
	$(BUF) format -d --exit-code
	$(BUF) lint
	$(MAKE) gen
	git diff --exit-code -- proto gateway
	scripts/breaking

.PHONY: fmt
fmt: ## Format Go code and contracts.
	$(GOFUMPT) -w $(MODULES)
	$(BUF) format -w

.PHONY: lint
lint: ## Check style, imports between modules, and code that nobody reaches.
	$(LINT) run $(addsuffix /...,$(addprefix ./,$(MODULES)))
	scripts/deadcode $(DEADCODE)

.PHONY: tidy
tidy: ## Fail if a go.mod is not tidy.
	for m in $(MODULES); do (cd $$m && GOWORK=off go mod tidy -diff) || { echo "run go mod tidy in $$m"; exit 1; }; done

.PHONY: alone
alone: ## Build each module without the workspace, as containers do.
	for m in $(MODULES); do (cd $$m && GOWORK=off go build ./...); done

.PHONY: bench
bench: tools ## Measure speed beside the limits of this machine; rows as JSON in OUT=FILE.
	FSYNC=on scripts/with-postgres go run ./e2e/bench -out $(OUT) $(ARGS)

.PHONY: checklist
checklist: tools ## Say for each statement of the interoperability checklist whether a test shows it.
	scripts/with-postgres go run ./e2e/checklist -p $(P)

.PHONY: fuzz
fuzz: ## Fuzz each parser that meets the outside for FUZZTIME.
	scripts/fuzz $(FUZZTIME)

.PHONY: torture
torture: tools ## The long forms, for days: a hub in chaos, a million histories, 1,000 kills, FUZZTIME=1h a parser; SEED= repeats, it resumes.
	FUZZTIME=$(TORTURE_FUZZTIME) scripts/with-postgres scripts/torture

.PHONY: clean
clean: ## Remove what was built.
	rm -rf bin bench.json

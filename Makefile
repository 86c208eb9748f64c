# Commonweal: every target is one line in `make help`.
SHELL := /bin/bash
.DEFAULT_GOAL := help
export GOFLAGS ?= -buildvcs=false

ASSETS := assets/dist/manifest.json
SCHEMA := vf/compat/node_modules/.package-lock.json
CLIENT := clients/typescript/node_modules/.package-lock.json
SOURCES := $(shell git ls-files assets ':!assets/dist' 2>/dev/null)

.PHONY: help demo run test check bench release

help: ## show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

demo: $(ASSETS) ## fill a believable federation and open it on http://localhost:8080
	@deploy/need node go
	go build -o bin/commonweal ./cmd/commonweal
	bin/commonweal demo --serve

run: $(ASSETS) ## serve your own commons from ./commonweal-data
	go build -o bin/commonweal ./cmd/commonweal
	bin/commonweal serve

test: $(ASSETS) $(SCHEMA) $(CLIENT) ## install what the tests need, check the code, pass every test
	@deploy/need --install node go git postgres chromium hledger bean-check
	@$(MAKE) --no-print-directory check
	deploy/with-postgres go test -timeout 20m ./...

check: $(ASSETS) ## format, vet, staticcheck, tidy: the quick half of the tests
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo "gofmt would change:"; gofmt -l $$(git ls-files '*.go'); exit 1; }
	go mod tidy -diff
	go vet ./...
	go tool staticcheck ./...

bench: $(ASSETS) ## measure what docs/performance.md claims
	deploy/with-postgres go run ./cmd/commonweal bench

release: $(ASSETS) ## build static binaries for the usual machines into bin/
	deploy/release

$(ASSETS): $(SOURCES)
	cd assets && npm ci --no-audit --no-fund --loglevel=error && npm run --silent build

$(SCHEMA): vf/compat/package-lock.json
	cd vf/compat && npm ci --no-audit --no-fund --loglevel=error && touch node_modules/.package-lock.json

$(CLIENT): clients/typescript/package-lock.json
	cd clients/typescript && npm ci --no-audit --no-fund --loglevel=error && touch node_modules/.package-lock.json

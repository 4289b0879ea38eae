# Every target works on a fresh clone; nothing needs to be installed but Go (and chromium for the browser tests).
SHELL := /bin/bash
LINT  := go tool -modfile=tools/lint/go.mod golangci-lint
VULN  := go tool -modfile=tools/vuln/go.mod govulncheck
FUZZTIME ?= 30s

.PHONY: run test race lint lint-only vuln fuzz bench bench-all bench-million golden build hold
run: ## the demo on its sample sites
	go run ./cmd/rostrum demo

build: ## one static binary
	CGO_ENABLED=0 go build -trimpath -o bin/rostrum ./cmd/rostrum

test: ## every test
	go test ./...

race: ## every test under the race detector
	CGO_ENABLED=1 go test -race ./...

lint: ## gofmt, vet and the linter
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo "run gofmt -w on these files"; exit 1; }
	go vet ./...
	$(MAKE) --no-print-directory lint-only

lint-only:
	$(LINT) run ./...

vuln: ## what is known against the libraries that we call
	$(VULN) ./...

fuzz: ## every fuzz target for FUZZTIME each
	@set -e; for p in $$(go list ./...); do \
	  for f in $$(go test -list '^Fuzz' $$p | grep '^Fuzz' || true); do \
	    echo "$$p $$f"; go test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 2s $$p; \
	  done; done

bench: ## every number of the design, measured here and now, as one table that docs/benchmarks.md keeps
	go run ./tools/benchtable -page docs/benchmarks.md -million $(MILLION)/million.txt

bench-all: ## every benchmark there is
	go test -run '^$$' -bench . -benchmem -timeout 60m ./...

MILLION ?= $(CURDIR)/.bench
bench-million: ## searches and pages over a million statements; the first run makes the index in MILLION (8 GB, ten minutes)
	mkdir -p $(MILLION)
	@set -o pipefail; ROSTRUM_BENCH_DOCS=1000000 ROSTRUM_BENCH_STORE=$(MILLION) go test ./search/blevestore -run '^$$' -bench 'Search$$|Start$$' -benchtime 30x -timeout 60m | tee $(MILLION)/million.txt
	@set -o pipefail; ROSTRUM_BENCH_DOCS=1000000 ROSTRUM_BENCH_STORE=$(MILLION) go test ./search/blevestore -run '^$$' -bench 'Dearest$$|BesideExport$$|Memory$$' -benchtime 1x -timeout 60m | tee -a $(MILLION)/million.txt
	@set -o pipefail; ROSTRUM_BENCH_DOCS=1000000 ROSTRUM_BENCH_STORE=$(MILLION) go test ./search/blevestore -run '^$$' -bench 'FirstByte$$' -benchtime 20x -timeout 60m | tee -a $(MILLION)/million.txt
	@set -o pipefail; ROSTRUM_BENCH_DOCS=1000000 go test ./search/blevestore -run '^$$' -bench 'CopiesAmongMany$$' -benchtime 1x -timeout 60m | tee -a $(MILLION)/million.txt
	@set -o pipefail; ROSTRUM_BENCH_PAGES=$$(ls -d $(MILLION)/search-1000000-*) go test ./internal/e2e -run '^$$' -bench PagesOfManyStatements -benchtime 1x | tee -a $(MILLION)/million.txt

KILLS ?= 200
hold: ## KILLS kills at random moments, and NATS gone for three minutes (a quarter of an hour)
	ROSTRUM_KILLS=$(KILLS) go test ./internal/e2e/hold -run 'Killed|NATSGone' -count 1 -v -timeout 120m

golden: ## rewrite the committed quality figures
	go test ./indexer/... ./search/... ./internal/e2e/... -run Golden -update

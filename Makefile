# `make test` needs nothing but Go. Targets that need more install or fetch it themselves: test-kafka, test-foreign.

STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
FUZZTIME    ?= 10s
DUCKDB      := 2.0.0

.DEFAULT_GOAL := help

.PHONY: help
help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  %-18s %s\n", $$1, $$2 }'

.PHONY: setup
setup: ## fetch modules and compile what builds of jobs need, so that the first one is quick
	go mod download
	go run ./cmd/veloc build examples/quickstart/01_hello.sql -o bin/hello

.PHONY: test
test: ## vet and test everything that needs nothing but Go
	go vet ./...
	go test ./...

.PHONY: race
race: ## run the tests of concurrent packages with the race detector (needs a C compiler)
	CGO_ENABLED=1 go test -race ./runtime/engine/... ./runtime/file/... ./runtime/kafka/... ./runtime/metric/... ./golden/run ./golden/kafka/run

.PHONY: crash
crash: ## kill jobs hundreds of times, and crash every golden case at hundreds of places
	go test ./cmd/veloc -count=1 -run TestKill -v -timeout 60m -kills 500
	go test ./golden/run -count=1 -run TestCrash -timeout 60m -crash.seeds 200
	go test ./runtime/ledger -count=1

.PHONY: test-oracle
test-oracle: ## compare more random queries and ten thousand random expressions with the naive evaluator than `make test` does
	go test ./golden/oracle -count=1 -timeout 60m -oracle.expressions 10000 -oracle.seeds 32 -oracle.relations 8

.PHONY: test-foreign
test-foreign: ## compare functions, random expressions and the evaluator of plans with PostgreSQL and DuckDB, which it installs if they are missing
	@ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 || (apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql postgresql-contrib)
	@python3 -c 'import duckdb' 2>/dev/null || PYTHONPATH=golden/foreign/.python python3 -c 'import duckdb' 2>/dev/null || \
		python3 -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --target golden/foreign/.python duckdb==$(DUCKDB)
	cd golden/foreign && PYTHONPATH="$$PWD/.python:$$PYTHONPATH" go test -mod=mod -count=1 ./...

.PHONY: lint
lint: ## check formatting, go vet and staticcheck
	@files=$$(gofmt -l $$(git ls-files '*.go')); if [ -n "$$files" ]; then echo "not formatted with gofmt:"; echo "$$files"; exit 1; fi
	go vet ./...
	go run $(STATICCHECK) ./...

.PHONY: generate
generate: docs ## rewrite everything that is generated: documentation, golden programs and their results
	go test ./docs -update
	go test ./golden -update
	go test ./golden/run -update
	go test ./golden/kafka -update

.PHONY: docs
docs: ## rewrite the documentation that follows from the registries
	go run ./docs/generate

.PHONY: fresh-generated
fresh-generated: generate ## fail if anything generated differs from what is committed
	@changes=$$(git status --porcelain -- README.md docs golden); \
	if [ -n "$$changes" ]; then echo "generated files are stale; run make generate, review and commit:"; echo "$$changes"; git --no-pager diff --stat -- README.md docs golden; exit 1; fi

.PHONY: fuzz
fuzz: ## run every fuzz target for FUZZTIME; making inputs shorter, which go test otherwise does for a minute each, is kept short
	@grep -rl --include='*_test.go' '^func Fuzz' . | sort | while read -r file; do \
		for target in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$$file"); do \
			echo "$$(dirname "$$file") $$target"; \
			go test "$$(dirname "$$file")" -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 20x </dev/null || exit 1; \
		done || exit 1; \
	done

.PHONY: bench
bench: ## measure every query beside a program written by hand, and compare the outputs
	go run ./bench/run

.PHONY: clean
clean: ## remove what builds and benchmarks leave in the tree
	rm -rf bin bench/.cache
	find examples -path '*/out/*' ! -name .gitignore -delete

-include .ci/kafka/kafka.mk

#!/usr/bin/env bash
# Everything that must be true before a change is done, in stages that each say
# how long they took. It needs no running service: the tests start PostgreSQL
# and Redis of their own on free ports. All stages run even when one fails, so
# that one run shows everything; only what the others stand on ends it at once.
set -uo pipefail
cd "$(dirname "$0")/.."

# A crash of the machine may lose what a test wrote, so tests need no fsync.
export CLARION_TEST_FSYNC=${CLARION_TEST_FSYNC:-off}

# Packages in which goroutines meet. The race detector makes the translated C of
# SQLite some twenty times slower, so what lives on it is tested without.
raced=(./backend/{access,api,broadcast,delivery,dispatch,fresh,inbox,ingest,integration,live,queue,recovery,saga,sandbox,schedule,template,tracking}/... ./backend/provider/...)

# As make build has it, so that packages are compiled once for both.
GOFLAGS="${GOFLAGS:-$(go env GOFLAGS 2>/dev/null)} -trimpath"
export GOFLAGS

passed=0
failed=()
started=$SECONDS

finish() {
  echo
  if [ ${#failed[@]} -gt 0 ]; then
    printf 'failed: %s\n' "${failed[@]}"
  fi
  echo "stages of make test, in $((SECONDS - started)) s: $passed passed, ${#failed[@]} failed"
  [ ${#failed[@]} -eq 0 ]
  exit
}

stage() {
  local name=$1 begun=$SECONDS
  shift
  printf '\n== %s\n' "$name"
  if "$@"; then
    passed=$((passed + 1))
    echo "-- $name: passed in $((SECONDS - begun)) s"
    return 0
  fi
  failed+=("$name")
  echo "-- $name: FAILED after $((SECONDS - begun)) s"
  return 1
}

need() {
  stage "$@" || finish
}

toolchain() {
  local tool
  for tool in go node npm make; do
    command -v "$tool" >/dev/null || { echo "$tool is not installed; Clarion needs Go 1.26, Node 20.19 and make" >&2; return 1; }
  done
  go version && echo "node $(node --version)" &&
    node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' ||
    { echo "Node must be 20.19 or newer" >&2; return 1; }
}

formatted() {
  local files
  files=$(gofmt -l analytics backend migrations frontend/*.go) || return 1
  if [ -n "$files" ]; then
    printf 'not formatted, run make format:\n%s\n' "$files"
    return 1
  fi
}

need 'toolchain' toolchain
need 'packages the tests need' scripts/packages.sh
need 'front-end packages' make --no-print-directory node_modules
need 'ClickHouse for tests' make --no-print-directory analytics/chdb/node_modules
need 'linter' scripts/tools.sh
stage 'generated files are unchanged' make --no-print-directory verify
stage 'front end: lint' npm run --silent lint
stage 'front end: types' npm run --silent typecheck
stage 'front end: tests' npm run --silent test
need 'front end and binary' make --no-print-directory build
stage 'Go: format' formatted
stage 'Go: rules of the house' go test ./backend/
stage 'Go: vet' go vet ./...
stage 'Go: lint' bin/tools/golangci-lint run ./...
stage 'browser story' npm run --silent e2e
stage 'Go: tests under the race detector' go test -race -p 2 -timeout 20m "${raced[@]}"
stage 'Go: tests' go test -p 2 -timeout 25m ./...
finish

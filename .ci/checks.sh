#!/usr/bin/env bash
# The checks one after the other, each under its name; the first that fails ends the run with its name.
#   .ci/checks.sh lint    what can be said without running the program
#   .ci/checks.sh test    all of it, pytest last
set -uo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin

step() {
  local name=$1 code=0
  shift
  printf '== %s\n' "$name"
  "$@" || code=$?
  if [ $code -ne 0 ]; then
    printf 'gangway: the step "%s" failed: %s\n' "$name" "$*" >&2
    exit 1
  fi
}

step "ruff check" $bin/ruff check --quiet .
step "ruff format" $bin/ruff format --check --quiet .
step "mypy --strict" $bin/mypy --no-error-summary
step "lint-imports" $bin/lint-imports --no-logo
step "tsc" $bin/python .ci/page.py run types
[ "${1:-}" = lint ] && exit 0
step "vitest" $bin/python .ci/page.py run test
step "vite build" $bin/python .ci/page.py build
step "page budget" $bin/python .ci/page_budget.py
# two at a time, a file in one place: the machine that checks has two cores, and browsers and servers mostly wait
step "pytest" $bin/pytest -q -n 2 --dist loadfile ${PYTEST_ARGS:-}

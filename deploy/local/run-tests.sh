#!/usr/bin/env bash
# Runs one part of the tests, by cargo-nextest where it is installed, else by `cargo test`.
#
#   run-tests.sh all | unit | fuzz | e2e | chaos | conformance | recorded
#
# `recorded` validates the exchanges that an earlier run recorded, so it is never part of another run.
set -euo pipefail

part=${1:-all}
recorded='conformance::openapi'

if cargo nextest --version >/dev/null 2>&1; then
  profile=$([ -n "${CI:-}" ] && echo ci || echo default)
  case $part in
    all) filter="not test(/^$recorded/)" ;;
    unit) filter="not package(lockstep-tests)" ;;
    fuzz) filter="test(/too_strange$/)" profile=fuzz ;;
    e2e) filter="package(lockstep-tests) & test(/^(stories|faults)::/)" ;;
    chaos) filter="package(lockstep-tests) & test(/^stories::chaos::/)" show=--no-capture ;;
    conformance) filter="package(lockstep-tests) & test(/^conformance::/) & not test(/^$recorded/)" ;;
    recorded) filter="package(lockstep-tests) & test(/^$recorded/)" ;;
    *) echo "run-tests: no part called $part" >&2; exit 64 ;;
  esac
  exec cargo nextest run --workspace --locked --profile "$profile" ${show:-} -E "$filter"
fi

echo "cargo-nextest is not installed (cargo install cargo-nextest --locked): running cargo test" >&2
in_tests=(cargo test --locked -p lockstep-tests --test lockstep --)
case $part in
  all) exec cargo test --workspace --locked -- --skip "$recorded" ;;
  unit) exec cargo test --workspace --locked --exclude lockstep-tests ;;
  fuzz) exec cargo test --workspace --locked --exclude lockstep-tests too_strange ;;
  e2e) exec "${in_tests[@]}" stories:: faults:: ;;
  chaos) exec "${in_tests[@]}" stories::chaos:: --nocapture ;;
  conformance) exec "${in_tests[@]}" conformance:: --skip "$recorded" --nocapture ;;
  recorded) exec "${in_tests[@]}" "$recorded" --nocapture ;;
  *) echo "run-tests: no part called $part" >&2; exit 64 ;;
esac

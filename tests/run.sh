#!/usr/bin/env bash
# Builds everything into build/ and runs every test: the GoogleTest programs, the check of the shipped definitions, and
# the scripted runs of the shipped processes. Missing Debian packages are installed first (tests/setup.sh).
#   tests/run.sh [--only NAME]       NAME: a test program (base, feel, runtime, ...) or "cases"; default: all
# The release program stays at build/anjuan. The last line is "N passed, N failed"; a skipped test is named.
# Exit status: 0 all passed, 1 something failed, 2 it could not be built or run.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
usage() { sed -n '2,6s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; }

only=
while [ $# -gt 0 ]; do
  case $1 in
    --only) only=${2:?--only needs a name}; shift 2 ;;
    -h | --help) usage; exit 0 ;;
    *) echo "error: unknown argument: $1" >&2; usage >&2; exit 2 ;;
  esac
done

cd "$root"
tests/setup.sh --build --test || exit 2

jobs=$(nproc)
mkdir -p build
cmake -S . -B build -G Ninja -DCMAKE_BUILD_TYPE=Release -DANJUAN_TESTS=ON >build/configure.log 2>&1 || {
  cat build/configure.log >&2
  exit 2
}
echo "building into build/ ($jobs jobs)"
ninja -C build -j "$jobs" --quiet || exit 2

passed=0
failed=0
reports=$root/build/test-reports
rm -rf "$reports"
mkdir -p "$reports"

# Adds what one GoogleTest program reported. A program that died before its report counts as one failure.
count_report() {
  local name=$1 report=$reports/$1_test.xml total bad skipped
  if [ ! -s "$report" ]; then
    echo "failed: $name (the program ended without a report)"
    failed=$((failed + 1))
    return
  fi
  total=$(grep -c '<testcase .*status="run"' "$report" || true)
  bad=$(sed -n 's/^<testsuites .*failures="\([0-9]*\)".*/\1/p' "$report")
  skipped=$(grep -c '<testcase .*result="skipped"' "$report" || true)
  passed=$((passed + total - bad - skipped))
  failed=$((failed + bad))
  sed -n 's/.*<testcase name="\([^"]*\)".*result="skipped".*classname="\([^"]*\)".*/skipped: \2.\1/p' "$report"
}

# One line of a scripted run's summary, "N passed, N failed".
count_summary() {
  local name=$1 output=$2 line
  line=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$output" | tail -n 1 || true)
  if [ -z "$line" ]; then
    echo "failed: $name (no summary)"
    failed=$((failed + 1))
    return
  fi
  passed=$((passed + $(sed 's/ passed.*//' <<<"$line")))
  failed=$((failed + $(sed 's/.*, \([0-9]*\) failed.*/\1/' <<<"$line")))
}

run_programs() {
  local status=0 before=$failed name selection=()
  if [ -n "$only" ]; then selection=(-R "^$only\$"); fi
  GTEST_OUTPUT="xml:$reports/" ctest --test-dir build --output-on-failure --timeout 300 -j "$jobs" \
    --no-tests=error "${selection[@]}" || status=$?
  while read -r name; do count_report "$name"; done < <(
    ctest --test-dir build -N "${selection[@]}" | sed -n 's/^ *Test *#[0-9]*: //p')
  # For instance a program whose cases all passed and that crashed while ending.
  if [ $status != 0 ] && [ "$failed" = "$before" ]; then failed=$((failed + 1)); fi
}

run_cases() {
  if build/anjuan --library . check; then
    passed=$((passed + 1))
  else
    echo "failed: check of the shipped definitions"
    failed=$((failed + 1))
  fi
  build/anjuan --library . play workflows/*/cases/*.case >"$reports/cases.txt" 2>&1 || true
  cat "$reports/cases.txt"
  count_summary "scripted runs" "$reports/cases.txt"
}

if [ "$only" != cases ]; then run_programs; fi
if [ -z "$only" ] || [ "$only" = cases ]; then run_cases; fi

echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]

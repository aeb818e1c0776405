#!/bin/sh
# Shows that law_test.py finds faults: builds pfq with each fault on purpose and expects the test to fail, and without
# any to pass. Usage: faults.sh [BUILD-FOLDER]   (default: build/debug; it is left without a fault)
set -eu
source=$(cd "$(dirname "$0")/../.." && pwd)
build=${1:-$source/build/debug}
[ -f "$build/CMakeCache.txt" ] || cmake -S "$source" -B "$build" -G Ninja -DPFQ_BENCH=OFF >/dev/null
failed=0
for fault in lose miscount swap ""; do
    cmake -DPFQ_FAULT="$fault" "$build" >/dev/null
    cmake --build "$build" --target pfq -j "$(nproc)" >/dev/null
    if output=$(python3 "$source/tests/system/law_test.py" "$build/bin/pfq" 2>&1); then found=no; else found=yes; fi
    if [ -z "$fault" ]; then
        expected=no name="no fault"
    else
        expected=yes name="fault $fault"
    fi
    if [ "$found" = "$expected" ]; then
        echo "faults: $name: as expected, the test $([ "$found" = yes ] && echo fails || echo passes)"
        [ -z "$output" ] || printf '%s\n' "$output" | head -n 3 | sed 's/^/    /'
    else
        echo "faults: $name: NOT FOUND AS EXPECTED (test failed: $found)"
        printf '%s\n' "$output"
        failed=1
    fi
done
exit $failed

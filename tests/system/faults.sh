#!/bin/sh
# Shows that the tests of the packet law find faults, on files (law_test.py) and on live traffic (tests/live/law_test.py): builds
# pfq with each fault on purpose and expects each test to fail, and without any to pass. As an ordinary user: on files only.
# Usage: faults.sh [BUILD-FOLDER]   (default: build/debug; it is left without a fault)
set -eu
source=$(cd "$(dirname "$0")/../.." && pwd)
build=${1:-$source/build/debug}
[ -f "$build/CMakeCache.txt" ] || cmake -S "$source" -B "$build" -G Ninja -DPFQ_BENCH=OFF >/dev/null
failed=0

# check FAULT TEST COMMAND...: runs a test, which must fail if there is a fault.
check() {
    fault=$1 test=$2
    shift 2
    if output=$("$@" 2>&1); then found=no; else found=yes code=$?; fi
    if [ "$found" = yes ] && [ "$code" = 77 ]; then
        echo "faults: $test: $output"
        return
    fi
    if [ -z "$fault" ]; then
        expected=no name="$test, no fault"
    else
        expected=yes name="$test, fault $fault"
    fi
    if [ "$found" = "$expected" ]; then
        echo "faults: $name: as expected, the test $([ "$found" = yes ] && echo fails || echo passes)"
        printf '%s\n' "$output" | grep -E '^(law_test|AssertionError):' | head -n 3 | sed 's/^/    /'
    else
        echo "faults: $name: NOT FOUND AS EXPECTED (test failed: $found)"
        printf '%s\n' "$output"
        failed=1
    fi
}

for fault in lose miscount swap ""; do
    cmake -DPFQ_FAULT="$fault" "$build" >/dev/null
    cmake --build "$build" --target pfq live-send -j "$(nproc)" >/dev/null
    check "$fault" files python3 "$source/tests/system/law_test.py" "$build/bin/pfq"
    [ "$(id -u)" != 0 ] || PFQ=$build/bin/pfq LIVE_SEND=$build/tests/live/live-send \
        check "$fault" live python3 "$source/tests/live/law_test.py"
done
exit $failed

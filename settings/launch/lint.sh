#!/bin/sh
# Every check of the source, each to its end: lint.sh path/to/python. Prints only what is wrong.
py=${1:-python}
failed=""
told=$(mktemp -d)
trap 'rm -rf "$told"' EXIT

# The types take longest and one core: they are checked beside the rest.
"$py" -m mypy >"$told/types" 2>&1 &
types=$!

tell() { # name, exit status, what it printed
    if [ "$2" -eq 0 ]; then
        echo "ok      $1"
    else
        echo "FAILED  $1"
        echo "$3"
        failed="$failed $1"
    fi
}
check() {
    name=$1
    shift
    output=$("$@" 2>&1)
    tell "$name" $? "$output"
}
check style "$py" -m ruff check --quiet .
check format "$py" -m ruff format --check --quiet .
check templates "$py" -m djlint --lint --quiet .
check layers "$py" -m importlinter.cli lint --no-cache
check translations "$py" -m settings.messages check
check settings "$py" manage.py check
check migrations "$py" manage.py makemigrations --check --dry-run
wait "$types"
tell types $? "$(cat "$told/types")"
[ -z "$failed" ] || { echo "To mend:$failed" >&2; exit 1; }

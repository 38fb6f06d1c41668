#!/bin/sh
# Every check of the source, each to its end: lint.sh path/to/python. Prints only what is wrong.
py=${1:-python}
failed=""
check() {
    name=$1
    shift
    if output=$("$@" 2>&1); then
        echo "ok      $name"
    else
        echo "FAILED  $name"
        echo "$output"
        failed="$failed $name"
    fi
}
check style "$py" -m ruff check --quiet .
check format "$py" -m ruff format --check --quiet .
check templates "$py" -m djlint --lint --quiet .
check layers "$py" -m importlinter.cli lint --no-cache
check types "$py" -m mypy
check translations "$py" -m settings.messages check
check settings "$py" manage.py check
check migrations "$py" manage.py makemigrations --check --dry-run
[ -z "$failed" ] || { echo "To mend:$failed" >&2; exit 1; }

#!/usr/bin/env bash
# Pins the packages in *.in again, with hashes, into *.txt. Needs uv (`pip install uv`).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

pin() {
  uv pip compile --universal --generate-hashes --python-version 3.10 --no-header --no-annotate \
    --output-file "$1.txt" "$1.in" "${@:2}"
}

pin cloud --excludes cloud-excluded.in
pin check --constraints cloud.txt
pin release --constraints cloud.txt
pin conform --constraints cloud.txt
pin container --constraints cloud.txt --constraints conform.txt
pin fuzz --constraints cloud.txt --constraints check.txt --constraints conform.txt
pin sdks
pin security

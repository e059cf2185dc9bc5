#!/usr/bin/env bash
# One sync, for cron and for other schedulers: sync.sh FOLDER
# The folder holds source.json, destination.json, catalog.json and, after the first sync, state.json.
# Fails if either connector fails; what was acknowledged before is kept, and the next run goes on from there.
set -euo pipefail

folder="${1:?Usage: sync.sh FOLDER}"
here="$(cd "$(dirname "$0")" && pwd)"
cd "$folder"

exec 9> lock
if ! flock --nonblock 9; then
  echo "The sync before is still running: nothing is done." >&2
  exit 0
fi

[ -s state.json ] || echo '[]' > state.json

source-braze read --config source.json --catalog catalog.json --state state.json \
  | destination-braze write --config destination.json --catalog catalog.json \
  | node "$here/keep-state.mjs" state.json

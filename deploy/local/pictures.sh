#!/usr/bin/env bash
# Takes the pictures of README and docs/console.md (docs/pictures) from the demo, in Chromium.
#
#   pictures.sh TARGET   TARGET is cargo's build folder: the binaries of the demo are in TARGET/debug
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
target=$1

"$here/browser.sh"
"$here/clients.sh"
home=$target/tmp/conformance/browser
mkdir -p "$home"
cp "$root"/tests/browser/node/* "$root"/tests/browser/node/.npmrc "$home"
[ -d "$home/node_modules/playwright-core" ] || (cd "$home" && npm ci --ignore-scripts --silent)
node=$(ls "$home"/node_modules/node-linux-*/bin/node 2>/dev/null | head -1 || true)

told=$(mktemp)
"$target/debug/lockstep" demo >"$told" 2>&1 &
demo=$!
trap 'kill -TERM $demo 2>/dev/null; wait $demo 2>/dev/null; rm -f "$told"' EXIT
for _ in $(seq 120); do
  grep -q 'Everything keeps running' "$told" && break
  kill -0 $demo 2>/dev/null || break
  sleep 1
done
sleep 1
grep -q 'Everything keeps running' "$told" || { cat "$told" >&2; echo "the demo did not come up" >&2; exit 1; }
mkdir -p "$root/docs/pictures"
"${node:-node}" "$home/pictures.mjs" "$told" "$root/docs/pictures"

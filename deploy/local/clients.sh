#!/usr/bin/env bash
# Python with venv and Node.js with npm, for the conformance run: uses what is there, else installs Debian's packages.
# Without them the run skips (and fails where CI is set), so a machine that can have neither is told, not stopped.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/apt.sh"

missing=()
python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3 python3-venv)
{ command -v node && command -v npm; } >/dev/null || missing+=(nodejs npm)
[ ${#missing[@]} = 0 ] && exit 0
apt_install "${missing[@]}" || echo "the conformance clients need ${missing[*]}" >&2

#!/usr/bin/env bash
# Chromium, for the browser tests: uses what is there, else installs Debian's package.
# Without it the tests skip (and fail where CI is set), so a machine that cannot have it is told, not stopped.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$here/apt.sh"

command -v chromium >/dev/null && exit 0
# Ubuntu's package of this name only leads to a snap.
. /etc/os-release
case "${ID:-}" in
  debian) apt_install chromium || echo "the browser tests need chromium" >&2 ;;
  *) echo "the browser tests need Debian's chromium at /usr/bin/chromium (or LOCKSTEP_CHROMIUM)" >&2 ;;
esac

# Installs Debian's packages, as root or by sudo, without a question. Sourced.

# apt_install PACKAGE...: 1 where that is not possible, having said why.
apt_install() {
  local sudo=
  command -v apt-get >/dev/null || { echo "no apt-get here: cannot install $*" >&2; return 1; }
  if [ "$(id -u)" != 0 ]; then
    { command -v sudo >/dev/null && sudo -n true 2>/dev/null; } || { echo "neither root nor sudo: cannot install $*" >&2; return 1; }
    sudo="sudo -n"
  fi
  echo "installing Debian's $*" >&2
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "$@" </dev/null >&2 ||
    { $sudo apt-get update -q </dev/null >&2 &&
      $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "$@" </dev/null >&2; }
}

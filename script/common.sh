# Shared by the scripts of this folder: where things are kept and how they speak. Sourced, never run.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${LOCAL_THINGS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/local-things}
started=$SECONDS

# Progress goes to standard error, so a script's standard output stays its result.
say() { printf '[%4ds] %s\n' "$((SECONDS - started))" "$*" >&2; }
die() { say "error: $*"; exit 1; }

# Debian packages that only make more possible (a browser, a CoAP peer): taken where we may, else said.
apt_wants() {
  local missing=() package
  command -v dpkg-query >/dev/null || { say "no apt here: going on without $*"; return 0; }
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  if ((EUID != 0)); then
    say "not root: going on without Debian's ${missing[*]} (install them for the full set of checks)"
    return 0
  fi
  say "installing Debian's ${missing[*]}"
  apt-get update -qq >&2 || say "the package lists could not be refreshed: using those at hand"
  DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}" >"$cache/apt.log" 2>&1 ||
    say "Debian's ${missing[*]} could not be installed (see $cache/apt.log): going on without"
}

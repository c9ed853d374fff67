#!/usr/bin/env bash
# Debian packages that pip cannot bring.
#   .ci/system.sh need WHY PACKAGE...   exit 1 with the line to run, when they are missing and may not be installed
#   .ci/system.sh want WHY PACKAGE...   the same as one warning, and go on
set -euo pipefail
mode=$1 why=$2
shift 2

missing=()
for package in "$@"; do
  dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

say_and_leave() {
  echo "gangway: $why: run  sudo apt-get install ${missing[*]}" >&2
  [ "$mode" = want ]
  exit
}

as_root=()
if ! command -v apt-get >/dev/null; then
  say_and_leave
elif [ "$(id -u)" -ne 0 ]; then
  sudo -n true 2>/dev/null || say_and_leave
  as_root=(sudo -n)
fi

echo "Installing ${missing[*]} (apt)"
# Installing a database must not start one beside the tests' own: Debian asks this file, so it says no meanwhile.
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  trap '"${as_root[@]}" rm -f $policy' EXIT
  printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" install -m 755 /dev/stdin $policy
fi
log=$(mktemp)
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 "$@" </dev/null >>"$log" 2>&1; }
# A machine's package lists may be missing or old: they are fetched only if the first try fails.
if ! apt install --no-install-recommends "${missing[@]}"; then
  { apt update && apt install --no-install-recommends "${missing[@]}"; } || { tail -n 20 "$log" >&2; rm -f "$log"; say_and_leave; }
fi
rm -f "$log"

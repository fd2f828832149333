#!/usr/bin/env bash
# Makes sure that the programs the tests start are there: installs them where it
# can (Debian and its kin, as root or with sudo that asks no password), and else
# names the package. Without arguments it looks for everything.
set -euo pipefail

# One line each: what must be found, and the Debian package that brings it.
needed() {
  cat <<'LIST'
git git
gcc gcc
libc libc6-dev
initdb postgresql
createdb postgresql-client
redis-server redis-server
slapd slapd
chromium chromium
cjk-font fonts-noto-cjk
LIST
}

# found looks where the tests will look.
found() {
  case $1 in
    initdb | createdb) command -v "$1" || compgen -G "/usr/lib/postgresql/*/bin/$1" ;;
    slapd) command -v slapd || [ -x /usr/sbin/slapd ] ;;
    chromium) command -v chromium || command -v chromium-browser || command -v google-chrome ;;
    libc) [ -f /usr/include/stdio.h ] || [ "$(uname)" != Linux ] ;;
    cjk-font)
      [ "$(uname)" != Linux ] || compgen -G '/usr/share/fonts/*/*/*CJK*' ||
        { command -v fc-list && fc-list ':lang=zh-cn' family | grep -q .; }
      ;;
    *) command -v "$1" ;;
  esac >/dev/null 2>&1
}

missing=()
while read -r thing package; do
  found "$thing" || missing+=("$package")
done < <(needed)
if [ ${#missing[@]} -eq 0 ]; then
  echo "everything is there"
  exit 0
fi

as_root=()
if [ "$(id -u)" != 0 ]; then
  as_root=(sudo -n)
fi
if ! command -v apt-get >/dev/null || ! "${as_root[@]}" true 2>/dev/null; then
  echo "The tests need what these Debian packages bring, or the like of your system: ${missing[*]}" >&2
  echo "On Debian: sudo apt-get install ${missing[*]}" >&2
  exit 1
fi
echo "installing ${missing[*]}"
# RUNLEVEL=1 keeps the packages from starting services: the tests start their
# own on free ports.
install=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "${missing[@]}")
"${as_root[@]}" apt-get update -qq || echo "apt-get update did not work; trying with the lists that are here" >&2
"${install[@]}" >/dev/null

while read -r thing package; do
  found "$thing" || { echo "$package is installed and $thing is still not found" >&2; exit 1; }
done < <(needed)

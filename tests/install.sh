#!/bin/sh
# Installs what the tests need beside cargo: a browser and a script runner to drive it, a mail client, a tracer, an authority
# that gives certificates, and a reader of calendars that others wrote.
# Does nothing where all is there.
set -eu
cd "$(dirname "$0")/browser"
missing=""
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
command -v strace >/dev/null 2>&1 || missing="$missing strace"
command -v pebble >/dev/null 2>&1 || missing="$missing pebble"
command -v curl >/dev/null 2>&1 || missing="$missing curl"
command -v openssl >/dev/null 2>&1 || missing="$missing openssl"
command -v systemd-socket-activate >/dev/null 2>&1 || missing="$missing systemd"
command -v swaks >/dev/null 2>&1 || missing="$missing swaks libio-socket-ssl-perl libauthen-sasl-perl"
command -v node >/dev/null 2>&1 || missing="$missing nodejs"
command -v npm >/dev/null 2>&1 || missing="$missing npm"
python3 -c "import venv, ensurepip" >/dev/null 2>&1 || missing="$missing python3-venv"
if [ -n "$missing" ]; then
  as_root=""
  [ "$(id -u)" = 0 ] || as_root="sudo"
  $as_root apt-get update -qq
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
fi
[ -d node_modules/playwright-core ] && [ -d node_modules/axe-core ] || npm install --silent --no-package-lock --no-audit --no-fund
[ -x ../calendar/venv/bin/python ] && ../calendar/venv/bin/python -c "import icalendar" 2>/dev/null || {
  python3 -m venv ../calendar/venv
  ../calendar/venv/bin/pip install --quiet --disable-pip-version-check icalendar==6.3.1
}

#!/bin/sh
# The one command that passes the tests: installs what they need, then runs everything.
set -eu
cd "$(dirname "$0")/.."
sh tests/install.sh
exec cargo test "$@"

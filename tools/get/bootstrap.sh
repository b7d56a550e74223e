#!/bin/sh
# The one thing that tools written in Python cannot install is Python.
set -e
if ! command -v python3 >/dev/null; then
    command -v apt-get >/dev/null || { echo "error: install Python 3.11 or later" >&2; exit 1; }
    [ "$(id -u)" = 0 ] || sudo=sudo
    echo "Installing python3 ..."
    $sudo apt-get -qq update
    $sudo env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq -y install --no-install-recommends python3 python3-venv
fi
python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "error: Python 3.11 or later is needed, $(command -v python3) is older" >&2
    exit 1
}

#!/bin/sh
# Install Debian's Chromium, which the browser journeys drive. Does nothing where it is already there.
works() { for name in chromium chromium-browser; do "$name" --version >/dev/null 2>&1 && return 0; done; return 1; }
by_hand="install it with: sudo apt-get install --no-install-recommends chromium"

works && exit 0
if [ "$(id -u)" != 0 ] || ! grep -qsE '^ID(_LIKE)?=.*(debian|ubuntu)' /etc/os-release; then
    echo "The browser journeys need Chromium: $by_hand" >&2
    exit 1
fi
echo "Installing Chromium for the browser journeys"
log=$(mktemp)
if ! { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium; } >"$log" 2>&1; then
    echo "Chromium could not be installed: $(tail -n 1 "$log")" >&2
    exit 1
fi
rm -f "$log"
works || { echo "The chromium package of this system does not start (on Ubuntu it is a snap): $by_hand" >&2; exit 1; }

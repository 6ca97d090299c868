#!/bin/sh
# The tests open the report in a browser, hold loudness against ffmpeg, watch the network with strace
# and keep a ledger on PostgreSQL. Installs what is missing where it may (Debian or Ubuntu, as root);
# says what to install elsewhere, and those tests are skipped.
missing=""
command -v ffmpeg > /dev/null || missing="ffmpeg"
command -v strace > /dev/null || missing="$missing strace"
command -v initdb > /dev/null || ls /usr/lib/postgresql/*/bin/initdb > /dev/null 2>&1 ||
    missing="$missing postgresql"
command -v chromium > /dev/null || command -v chromium-browser > /dev/null ||
    command -v google-chrome > /dev/null || missing="$missing chromium"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null; then
    # shellcheck disable=SC2086
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $missing > /dev/null && exit 0
fi
echo "Some tests will be skipped; to run all, install: $missing" >&2

#!/bin/sh
# The programs the tests drive: a headless Chromium and the Postgres server. Installed from Debian where that is possible;
# elsewhere one line says what is missing and what is therefore left out. With CI=true a missing program is a failure.
set -u

missing=""
command -v chromium >/dev/null 2>&1 || command -v google-chrome >/dev/null 2>&1 || missing="chromium"
command -v initdb >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing for the tests:$( [ "${missing# }" = "$missing" ] && printf ' ' )$missing"
  # Debian's postgresql package starts a cluster of its own unless told not to.
  mkdir -p /etc/postgresql-common
  [ -f /etc/postgresql-common/createcluster.conf ] || echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.conf
  apt-get update -qq
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing fonts-dejavu-core >/dev/null && exit 0
fi

for name in $missing; do
  case "$name" in
    chromium) echo "Chromium is missing: the tests of the page in a real browser are left out." ;;
    postgresql) echo "The Postgres server is missing: the tests on Postgres are left out." ;;
  esac
done
[ "${CI:-}" != true ] || exit 1

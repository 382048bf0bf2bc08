#!/bin/sh
# Names every base image by its digest, where a tag alone is named: `python:3.11-slim` becomes `python:3.11-slim@sha256:…`.
# Needs docker and its registry. Those that have a digest are left to dependabot, which renews them.
# With --check, nothing is changed or asked: what has no digest is told, and fails.
set -eu
cd "$(dirname "$0")/.."

check=${1:-}
missing=

pin() { # FILE PATTERN: the lines that name an image after the pattern
  for image in $(sed -n "s/^$2\([a-z0-9./_-]*:[A-Za-z0-9._-]*\)\( .*\)\{0,1\}\$/\1/p" "$1" | sort -u); do
    if [ "$check" = --check ]; then
      echo "$1: $image has no digest. Run sh docker/pin.sh where docker is, and commit what it changes." >&2
      missing=yes
      continue
    fi
    digest=$(docker buildx imagetools inspect "$image" --format '{{.Manifest.Digest}}')
    case $digest in sha256:*) ;; *) echo "$image has no digest: $digest" >&2; exit 1 ;; esac
    sed "s#^\($2\)$image\( .*\)\{0,1\}\$#\1$image@$digest\2#" "$1" > "$1.pinned"
    cat "$1.pinned" > "$1"
    rm "$1.pinned"
  done
}

for file in docker/*.Dockerfile; do pin "$file" "FROM "; done
pin docker-compose.yml " *image: "
test -z "$missing"

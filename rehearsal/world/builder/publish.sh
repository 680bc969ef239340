#!/bin/sh
# Publishes the image of the newest commit that changes it, under a tag as "git describe" makes them.
set -eu
hash=$(git log -1 --format=%h --abbrev=7 -- image)
tag="2026.11.0-$(git rev-list --count "$hash")-g$hash"
if crane digest --insecure "$REGISTRY/builder:$tag" 2> /dev/null; then
  echo "$tag is published already"
  exit 0
fi

layer=$(mktemp)
trap 'rm -f "$layer"' EXIT
tar -C image -cf "$layer" .
crane append --insecure --new_layer "$layer" --new_tag "$REGISTRY/builder:$tag"
echo "published $tag"

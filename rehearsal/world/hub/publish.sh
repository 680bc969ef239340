#!/bin/sh
# Publishes the image and the chart of the newest commit that changes them, under a version in chartpress's form.
set -eu
hash=$(git log -1 --format=%h --abbrev=7 -- helm-chart image)
version="1.0.0-0.dev.git.$(git rev-list --count "$hash").h$hash"
if [ -e "$CHARTS_DIR/hub-$version.tgz" ]; then
  echo "$version is published already"
  exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/image/bin" "$work/charts"
cp "$(command -v busybox)" "$work/image/bin/busybox"
cp image/start.sh "$work/image/start.sh"
chmod 755 "$work/image/start.sh"
echo "$version" > "$work/image/version"
tar -C "$work/image" -cf "$work/layer.tar" .
crane append --insecure --new_layer "$work/layer.tar" --new_tag "$REGISTRY/hub:$version"
crane mutate --insecure "$REGISTRY/hub:$version" --entrypoint /start.sh --tag "$REGISTRY/hub:$version"

# The index is replaced in one step, so that nobody ever reads half of it.
helm package helm-chart/hub --version "$version" --destination "$work/charts"
helm repo index "$work/charts" --url "$CHARTS_URL" --merge "$CHARTS_DIR/index.yaml"
mv "$work/charts/hub-$version.tgz" "$CHARTS_DIR/"
cp "$work/charts/index.yaml" "$CHARTS_DIR/index.yaml.new"
mv "$CHARTS_DIR/index.yaml.new" "$CHARTS_DIR/index.yaml"
echo "published $version"

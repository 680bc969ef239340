#!/bin/busybox sh
# The service: says that it is well, and which version it is. The version is part of the image, so an old pod says its own.
set -eu
/bin/busybox mkdir -p /www
echo '{"ok": true}' > /www/health
echo "{\"hub\": \"$(/bin/busybox cat /version)\", \"builder\": \"$BUILDER_IMAGE\"}" > /www/versions
exec /bin/busybox httpd -f -p 8080 -h /www

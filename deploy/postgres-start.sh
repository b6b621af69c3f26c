#!/bin/sh
# Starts PostgreSQL with its certificate. It takes a key only when nobody else can read it, and the
# volume it comes from is another account's.
set -eu

umask 077
cp /tls/certificate.pem /tls/key.pem "${TLS_PLACE:-/run/tls}/"
exec docker-entrypoint.sh postgres "$@"

#!/bin/sh
# Runs once, when PostgreSQL makes its cluster: a role and a database each for Redress and for
# Temporal. Neither role is a superuser, neither reads the other's data.
set -eu

psql --set=ON_ERROR_STOP=1 --username postgres \
	--set=redress_password="$REDRESS_DATABASE_PASSWORD" \
	--set=temporal_password="$TEMPORAL_DATABASE_PASSWORD" <<'SQL'
CREATE ROLE redress LOGIN PASSWORD :'redress_password';
CREATE ROLE temporal LOGIN PASSWORD :'temporal_password';
CREATE DATABASE redress OWNER redress;
CREATE DATABASE temporal OWNER temporal;
CREATE DATABASE temporal_visibility OWNER temporal;
REVOKE CONNECT ON DATABASE redress, temporal, temporal_visibility FROM PUBLIC;
SQL

#!/bin/sh
# Runs once, when PostgreSQL makes its cluster: a database for Redress and two for Temporal. Whoever
# works with the records of Redress does not own them; no role is a superuser, and no side reads the
# data of the other.
set -eu

psql --set=ON_ERROR_STOP=1 --username postgres \
	--set=owner_password="$REDRESS_OWNER_PASSWORD" \
	--set=redress_password="$REDRESS_DATABASE_PASSWORD" \
	--set=temporal_password="$TEMPORAL_DATABASE_PASSWORD" <<'SQL'
CREATE ROLE redress_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE redress LOGIN PASSWORD :'redress_password';
CREATE ROLE temporal LOGIN PASSWORD :'temporal_password';
CREATE DATABASE redress OWNER redress_owner;
CREATE DATABASE temporal OWNER temporal;
CREATE DATABASE temporal_visibility OWNER temporal;
REVOKE CONNECT ON DATABASE redress, temporal, temporal_visibility FROM PUBLIC;
GRANT CONNECT ON DATABASE redress TO redress;
SQL

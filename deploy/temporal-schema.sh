#!/bin/sh
# Brings Temporal's two databases to the schema of this server version; harmless when they are.
# Where they are, and as whom, stands in the tool's own variables (SQL_HOST, SQL_USER, ...).
set -eu

for database in temporal temporal_visibility; do
	schema=${database#temporal_}
	tool="temporal-sql-tool --database $database"
	# The table that holds the schema's version tells whether version 0 has been set up.
	$tool update-schema --schema-name "postgresql/v12/$schema" || {
		$tool setup-schema --version 0.0
		$tool update-schema --schema-name "postgresql/v12/$schema"
	}
done

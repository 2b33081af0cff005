/// The database: statements in transactions, many writers to one commit; SQLite or PostgreSQL.
@NullMarked
package dev.slipway.registry.sql;

import org.jspecify.annotations.NullMarked;

/**
 * The PostgreSQL database that the sink writes and the api reads: its address, its connections and
 * its migrations.
 */
@NullMarked
package io.skywire.common.database;

import org.jspecify.annotations.NullMarked;

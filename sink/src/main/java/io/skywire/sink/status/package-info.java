/**
 * What the ingester and this sink say of themselves, stored for the api, which sees only
 * PostgreSQL.
 */
@NullMarked
package io.skywire.sink.status;

import org.jspecify.annotations.NullMarked;

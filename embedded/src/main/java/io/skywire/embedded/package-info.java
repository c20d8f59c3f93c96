/**
 * The world around Skywire, in-process and real: a Kafka broker, a PostgreSQL server, and a relay
 * that is simulated.
 */
@NullMarked
package io.skywire.embedded;

import org.jspecify.annotations.NullMarked;

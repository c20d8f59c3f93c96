/**
 * A real PostgreSQL server as this JVM's child, on the loopback interface, in a folder that it
 * finds again at the next start. At most one postmaster ever works in a folder: one that a killed
 * JVM left behind is stopped first.
 */
@NullMarked
package io.skywire.embedded.postgres;

import org.jspecify.annotations.NullMarked;

/**
 * A real Kafka broker in this JVM: one node, KRaft, on the loopback interface, in a folder that it
 * finds again at the next start. What it acknowledged is there after the JVM was killed.
 */
@NullMarked
package io.skywire.embedded.kafka;

import org.jspecify.annotations.NullMarked;

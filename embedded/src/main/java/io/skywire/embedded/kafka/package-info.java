/**
 * Real Kafka brokers on the loopback interface, in folders that they find again at the next start:
 * one in this JVM, or one or several as processes of their own. What a broker acknowledged is there
 * after it was killed.
 */
@NullMarked
package io.skywire.embedded.kafka;

import org.jspecify.annotations.NullMarked;

/**
 * Process: relay to Kafka. Start at {@code Ingester}, the loop; what it publishes and the cursor it
 * resumes from are one Kafka transaction.
 */
@NullMarked
package io.skywire.ingester;

import org.jspecify.annotations.NullMarked;

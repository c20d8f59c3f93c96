/**
 * From events to the topic. Events, dead letters, watermarks and the cursor that covers them are
 * one Kafka transaction; whoever opens a publisher fences the one before it.
 */
@NullMarked
package io.skywire.ingester.publish;

import org.jspecify.annotations.NullMarked;

/**
 * Process: Kafka to PostgreSQL. Start at {@code Sink}, the loop; the rows it stores and the offsets
 * it resumes from are one PostgreSQL transaction.
 */
@NullMarked
package io.skywire.sink;

import org.jspecify.annotations.NullMarked;

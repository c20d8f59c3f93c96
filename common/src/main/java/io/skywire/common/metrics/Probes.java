package io.skywire.common.metrics;

import java.util.function.BooleanSupplier;

/**
 * What an orchestrator asks of a process.
 *
 * @param live false when a restart would help: a loop has ended or stands still. What others have
 *     to mend (Kafka, PostgreSQL or the relay is away) leaves it true
 * @param ready whether it can do its work now, or stand by for it
 */
public record Probes(BooleanSupplier live, BooleanSupplier ready) {}

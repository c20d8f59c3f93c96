/**
 * Skywire's processes as a user runs them, between a simulated relay and a client of the api, each
 * a process of its own beside a real Kafka and a real PostgreSQL. What comes out is counted each
 * time.
 */
@NullMarked
package io.skywire.benchmarks.pipeline;

import org.jspecify.annotations.NullMarked;

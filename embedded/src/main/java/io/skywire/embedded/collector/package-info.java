/**
 * A collector of traces: takes what an exporter sends by OTLP and keeps it for the test to look at.
 * Reads protobuf by itself, knowing nothing of OpenTelemetry's own code.
 */
@NullMarked
package io.skywire.embedded.collector;

import org.jspecify.annotations.NullMarked;

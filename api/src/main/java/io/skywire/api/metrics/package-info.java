/**
 * What the api counts, and where Prometheus reads it. Labels have known values only: nothing that a
 * client sends becomes a time series.
 */
@NullMarked
package io.skywire.api.metrics;

import org.jspecify.annotations.NullMarked;

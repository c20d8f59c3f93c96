/**
 * A frame's bytes to an event's JSON, on one core: beside the SDKs of others, and SHA-256 alone.
 */
@NullMarked
package io.skywire.benchmarks.decode;

import org.jspecify.annotations.NullMarked;

/**
 * What Skywire's speed and size are. Every figure stands beside those of peers or limits that were
 * measured in turn with it, in the same run: the machine's mood falls on all of them. Whoever is
 * measured proves what it has done; a quick run is for these proofs alone, and shares what takes
 * long to start.
 */
@NullMarked
package io.skywire.benchmarks;

import org.jspecify.annotations.NullMarked;

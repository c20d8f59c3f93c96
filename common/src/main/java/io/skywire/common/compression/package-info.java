/**
 * Reads events as the sink stores them: each a zstd frame of its own, with a dictionary of what
 * events have in common.
 */
@NullMarked
package io.skywire.common.compression;

import org.jspecify.annotations.NullMarked;

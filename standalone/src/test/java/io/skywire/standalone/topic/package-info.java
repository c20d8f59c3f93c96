/**
 * What subscribers are promised ({@code docs/topic}, {@code examples/topic}), held against what the
 * processes write.
 */
@NullMarked
package io.skywire.standalone.topic;

import org.jspecify.annotations.NullMarked;

/**
 * The whole pipeline in one JVM on the embedded servers. What was started is stopped in the
 * opposite order, each part in bounded time.
 */
@NullMarked
package io.skywire.standalone.up;

import org.jspecify.annotations.NullMarked;

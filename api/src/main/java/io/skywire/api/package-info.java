/**
 * Process: PostgreSQL to HTTP. It only reads events; what it writes are tokens. It shows nothing
 * above the readable watermark.
 */
@NullMarked
package io.skywire.api;

import org.jspecify.annotations.NullMarked;

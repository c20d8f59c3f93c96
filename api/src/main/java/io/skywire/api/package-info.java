/** Process: PostgreSQL to HTTP. It shows nothing above the readable watermark. */
@NullMarked
package io.skywire.api;

import org.jspecify.annotations.NullMarked;

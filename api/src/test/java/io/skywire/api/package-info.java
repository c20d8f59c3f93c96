/** Tests over real HTTP and a real PostgreSQL. */
@NullMarked
package io.skywire.api;

import org.jspecify.annotations.NullMarked;

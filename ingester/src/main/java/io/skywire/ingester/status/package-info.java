/**
 * What the ingester says of itself, every second, whether events come in or not. Saying it is never
 * in the way of ingesting.
 */
@NullMarked
package io.skywire.ingester.status;

import org.jspecify.annotations.NullMarked;

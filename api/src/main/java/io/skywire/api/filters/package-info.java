/**
 * Which events a reader wants, and which a token lets it see. Values are as the reader wrote them;
 * that no event can have one is no error.
 */
@NullMarked
package io.skywire.api.filters;

import org.jspecify.annotations.NullMarked;

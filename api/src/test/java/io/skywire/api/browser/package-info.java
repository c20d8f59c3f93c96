/** A real browser, for tests of pages. */
@NullMarked
package io.skywire.api.browser;

import org.jspecify.annotations.NullMarked;

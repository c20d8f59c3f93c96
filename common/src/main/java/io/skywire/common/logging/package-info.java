/** The form of a log's lines: for people, or for machines. */
@NullMarked
package io.skywire.common.logging;

import org.jspecify.annotations.NullMarked;

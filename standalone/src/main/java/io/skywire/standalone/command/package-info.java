/**
 * The commands of {@code ./skywire}, one class each. Exit status 0 is done, 1 failed, 2 wrong
 * usage; what an operator can mend is one line on the error output.
 */
@NullMarked
package io.skywire.standalone.command;

import org.jspecify.annotations.NullMarked;

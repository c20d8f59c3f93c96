/** Commands as an operator runs them: in a JVM of their own, under variables of their own. */
@NullMarked
package io.skywire.standalone.command;

import org.jspecify.annotations.NullMarked;

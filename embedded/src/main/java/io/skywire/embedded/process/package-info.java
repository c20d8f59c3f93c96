/**
 * Operating system processes of this JVM's: started, stopped, continued and killed at will. None of
 * them outlives this JVM, whatever ends it.
 */
@NullMarked
package io.skywire.embedded.process;

import org.jspecify.annotations.NullMarked;

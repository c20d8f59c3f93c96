/** The command line, and the whole pipeline in one JVM on the embedded servers. */
@NullMarked
package io.skywire.standalone;

import org.jspecify.annotations.NullMarked;

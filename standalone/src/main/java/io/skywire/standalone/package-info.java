/**
 * The command line: {@code Skywire} is what the launcher starts, {@code up.Up} the whole pipeline
 * in one JVM. Commands find a running {@code up} through its data folder and talk to its servers
 * directly.
 */
@NullMarked
package io.skywire.standalone;

import org.jspecify.annotations.NullMarked;

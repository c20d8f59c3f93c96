/**
 * The chaos run: the whole pipeline as processes of their own, killed, stopped and cut off from
 * each other at random while witnesses compare what comes out with what the relay sent. The
 * sequence of faults is a function of the seed; the instants within the processes are not.
 */
@NullMarked
package io.skywire.standalone.chaos;

import org.jspecify.annotations.NullMarked;

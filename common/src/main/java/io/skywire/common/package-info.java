/**
 * The event and the contracts between the processes. Nothing here knows a process; every process
 * may know all of it.
 */
@NullMarked
package io.skywire.common;

import org.jspecify.annotations.NullMarked;

/** How a process runs its loops: one named thread each, with an owner and a bounded end. */
@NullMarked
package io.skywire.common.lifecycle;

import org.jspecify.annotations.NullMarked;

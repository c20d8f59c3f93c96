@NullMarked
package io.skywire.standalone.up;

import org.jspecify.annotations.NullMarked;

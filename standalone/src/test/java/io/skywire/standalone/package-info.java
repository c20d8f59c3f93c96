@NullMarked
package io.skywire.standalone;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.skywire.standalone.folder;

import org.jspecify.annotations.NullMarked;

/**
 * The data folder of {@code up}: what is kept in it and who works in it. At most one {@code up}
 * does, and only a folder that Skywire made is ever emptied.
 */
@NullMarked
package io.skywire.standalone.folder;

import org.jspecify.annotations.NullMarked;

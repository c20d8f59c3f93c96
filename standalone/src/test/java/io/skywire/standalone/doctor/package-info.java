/** Each finding, on a real broker and a real PostgreSQL where those can be made to be so. */
@NullMarked
package io.skywire.standalone.doctor;

import org.jspecify.annotations.NullMarked;

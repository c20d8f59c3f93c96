/** Looks at everything that Skywire needs, and says of each finding what to do. Changes nothing. */
@NullMarked
package io.skywire.standalone.doctor;

import org.jspecify.annotations.NullMarked;

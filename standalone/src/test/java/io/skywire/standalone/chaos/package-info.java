/** That the chaos run can fail, that its faults follow from the seed, and a short run of it. */
@NullMarked
package io.skywire.standalone.chaos;

import org.jspecify.annotations.NullMarked;

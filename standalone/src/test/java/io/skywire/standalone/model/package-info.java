/** The model of the pipeline, checked where Spin is installed, and the breaks of the code. */
@NullMarked
package io.skywire.standalone.model;

import org.jspecify.annotations.NullMarked;

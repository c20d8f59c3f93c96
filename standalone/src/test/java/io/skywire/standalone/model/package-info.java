/** The model of the pipeline, checked where Spin is installed. */
@NullMarked
package io.skywire.standalone.model;

import org.jspecify.annotations.NullMarked;

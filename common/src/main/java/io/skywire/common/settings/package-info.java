/**
 * Settings as environment variables: names, defaults and bounds where they are read. A value that
 * cannot be right stops the start with one line.
 */
@NullMarked
package io.skywire.common.settings;

import org.jspecify.annotations.NullMarked;

@NullMarked
package io.skywire.benchmarks;

import org.jspecify.annotations.NullMarked;

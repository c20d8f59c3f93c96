/**
 * The fuzzer Jazzer in a JVM of its own, for a bounded time. What it finds is an input that a test
 * then keeps.
 */
@NullMarked
package io.skywire.embedded.fuzz;

import org.jspecify.annotations.NullMarked;

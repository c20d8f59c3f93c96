/**
 * How the pipeline is, as far as the database tells. Nothing is ever well by default: what has not
 * reported within seconds is a problem, said in a plain sentence.
 */
@NullMarked
package io.skywire.api.health;

import org.jspecify.annotations.NullMarked;

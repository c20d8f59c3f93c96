/**
 * How an answer whose bytes are all there is sent: not at all to who has it, compressed as its
 * client likes best, within a time. Start at {@code Answers}.
 */
@NullMarked
package io.skywire.api.answers;

import org.jspecify.annotations.NullMarked;

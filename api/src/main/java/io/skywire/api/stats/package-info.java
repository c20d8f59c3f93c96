/**
 * {@code /api/stats}: how many events and ops there have been a minute. Start at {@code
 * StatsController}. It sums up what a sink has stored and counts nothing itself.
 */
@NullMarked
package io.skywire.api.stats;

import org.jspecify.annotations.NullMarked;

package io.skywire.api.dashboard;

import java.time.Instant;
import java.util.List;

/**
 * What the database told at one time.
 *
 * @param readAt by the api's clock
 */
record Figures(
    Instant readAt,
    Progress progress,
    Statistics statistics,
    Storage storage,
    List<TokenUse> tokens) {}

package io.skywire.embedded.simulator;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A repo's step from one revision to the next.
 *
 * @param blocks of the CAR: the commit's, the tree's, the records'
 * @see <a href="https://atproto.com/specs/repository#commit-objects">Commit objects</a>
 */
record Commit(
    String did,
    String rev,
    @Nullable String since,
    Cid cid,
    @Nullable Cid prevData,
    List<Op> ops,
    List<Block> blocks) {}

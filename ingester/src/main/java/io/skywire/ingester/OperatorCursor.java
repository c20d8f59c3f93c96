package io.skywire.ingester;

import io.skywire.common.lifecycle.FatalException;
import io.skywire.common.settings.Variables;
import io.skywire.common.topic.TopicAdmin;
import io.skywire.ingester.publish.Cursor;
import io.skywire.ingester.publish.EventPublisher;
import io.skywire.ingester.publish.FencedException;
import io.skywire.ingester.publish.PublishFailedException;
import java.time.InstantSource;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The committed cursor in an operator's hands. Setting it fences a running ingester, which then
 * stands by, reads the new cursor and goes on from there.
 */
public final class OperatorCursor {
  /** An ingester that begins to lead just now may fence us; having been fenced it pauses. */
  static final int TRIES_MAX = 10;

  private final IngesterSettings settings;
  private final IngesterConnections connections;

  /**
   * @throws io.skywire.common.settings.InvalidSettingException when a variable does not fit
   */
  public OperatorCursor(Variables variables) {
    settings = IngesterSettings.from(variables);
    connections = new IngesterConnections(settings, InstantSource.system());
  }

  /** The committed cursor of the relay; null before the first. */
  public @Nullable Cursor show() throws ExecutionException, InterruptedException {
    ensureTopics();
    return connections.cursors().read(settings.relayName()).get(settings.relayName());
  }

  /**
   * Sets the cursor and answers the one before it, null for none.
   *
   * @param replay whether it may go back, so that the topic repeats what is after it
   * @throws FatalException when it would go back and must not
   * @throws FencedException when ingesters have taken over {@link #TRIES_MAX} times
   */
  public @Nullable Cursor set(long seq, boolean replay)
      throws ExecutionException, InterruptedException, FencedException, PublishFailedException {
    ensureTopics();
    return set(connections, seq, replay);
  }

  static @Nullable Cursor set(Ingester.Connections connections, long seq, boolean replay)
      throws FencedException, PublishFailedException {
    for (int tried = 1; ; tried++) {
      try {
        return trySet(connections, seq, replay);
      } catch (FencedException fenced) {
        if (tried == TRIES_MAX) {
          throw fenced;
        }
      }
    }
  }

  private static @Nullable Cursor trySet(Ingester.Connections connections, long seq, boolean replay)
      throws FencedException, PublishFailedException {
    try (EventPublisher publisher = connections.openPublisher()) {
      Cursor before = publisher.committedCursor();
      if (before != null && seq < before.seq() && !replay) {
        throw new FatalException(
            "cursor %d is below the committed %d: the topic would repeat what is between; add --replay to do so"
                .formatted(seq, before.seq()));
      }
      publisher.setCursor(seq);
      return before;
    }
  }

  private void ensureTopics() throws ExecutionException, InterruptedException {
    try (TopicAdmin topics = TopicAdmin.open(settings.kafka())) {
      topics.ensure(settings.eventPartitions());
    }
  }
}

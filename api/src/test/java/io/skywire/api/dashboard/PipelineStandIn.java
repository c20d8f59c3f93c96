package io.skywire.api.dashboard;

import io.skywire.api.TestDatabase;
import io.skywire.common.topic.MinuteCount;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Writes into a database what a pipeline would, a few times a second, in a thread of its own: six
 * partitions, a hundred events a second that are readable at once, reports of ingester and sink.
 */
final class PipelineStandIn implements AutoCloseable {
  static final String RELAY = "relay.example";
  static final String STREAMS_PROBLEM =
      "Kafka Streams cannot go on: no such topic; it has ended until the sink is started again";

  private static final Duration EVERY = Duration.ofMillis(200);
  private static final int EVENTS_A_TURN = 20;
  private static final long SEQ_MIN = 31_527_015_000L;

  private final TestDatabase database;
  private final Thread thread = Thread.ofPlatform().name("pipeline-stand-in").unstarted(this::run);
  private volatile State state = State.HEALTHY;
  private volatile boolean closed;
  private long seq = SEQ_MIN;

  enum State {
    HEALTHY,
    BEHIND,
    RELAY_GONE,
    NOT_COUNTING,
    NOT_STORING_COUNTS
  }

  private PipelineStandIn(TestDatabase database) {
    this.database = database;
  }

  static PipelineStandIn start(TestDatabase database) {
    PipelineStandIn pipeline = new PipelineStandIn(database);
    database.execute("insert into sink_topics values ('topic', 'skywire.events', 6)");
    pipeline.turn();
    pipeline.thread.start();
    return pipeline;
  }

  void become(State next) {
    state = next;
    turn();
  }

  /**
   * An hour of statistics as the sinks make them, and more on both sides: it is looked at later.
   */
  static void statistics(TestDatabase database) {
    statisticsTable(database);
    database.execute(
        """
        insert into event_stats (minute, event_type, collection, action, events)
        select date_trunc('minute', now()) - make_interval(mins => m), t.type, '', '',
               round(60 * t.rate * (1 + 0.2 * sin(m / 9.0) + 0.05 * sin(m * 1.7)))
        from generate_series(0, 61) m,
             (values ('commit', 412.0), ('identity', 21.0), ('account', 6.5), ('sync', 1.2)) t (type, rate)
        """);
    database.execute(
        """
        insert into event_stats (minute, event_type, collection, action, events)
        select date_trunc('minute', now()) - make_interval(mins => m), 'commit', c.name, a.action,
               round(60 * c.rate * a.share)
        from generate_series(0, 61) m,
             (values ('app.bsky.feed.like', 231.0), ('app.bsky.feed.post', 63.0),
                     ('app.bsky.graph.follow', 58.0), ('app.bsky.feed.repost', 41.0),
                     ('app.bsky.graph.block', 9.0), ('app.bsky.feed.threadgate', 3.0),
                     ('app.bsky.actor.profile', 2.5), ('app.bsky.graph.listitem', 2.0),
                     ('chat.bsky.actor.declaration', 0.4), ('app.bsky.feed.postgate', 0.3),
                     ('com.example.rare.collection', 0.1)) c (name, rate),
             (values ('create', 0.9), ('update', 0.02), ('delete', 0.08)) a (action, share)
        """);
  }

  /** As the migration that brings it makes it. */
  static void statisticsTable(TestDatabase database) {
    database.execute(
        """
        create table if not exists event_stats (
            minute     timestamptz not null,
            event_type text        not null,
            collection text        not null,
            action     text        not null,
            events     bigint      not null,
            primary key (minute, event_type, collection, action)
        )
        """);
  }

  private void run() {
    try {
      while (!closed) {
        turn();
        TimeUnit.NANOSECONDS.sleep(EVERY.toNanos());
      }
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void turn() {
    switch (state) {
      case HEALTHY, NOT_COUNTING, NOT_STORING_COUNTS -> {
        store("clock_timestamp()");
        report(seq, true, "null", "clock_timestamp()");
      }
      case BEHIND -> {
        database.execute(
            "update firehose_events set indexed_at = clock_timestamp() - interval '75 s' where seq = "
                + seq);
        report(seq + 48_210, true, "null", "clock_timestamp()");
      }
      case RELAY_GONE ->
          report(seq, false, "'connection refused'", "clock_timestamp() - interval '40 s'");
    }
  }

  private void store(String at) {
    database.execute(
        String.format(
            Locale.ROOT,
            """
            insert into firehose_events (seq, event_type, repo, collection, time, indexed_at, event)
            select i, case when i %% 20 = 0 then 'identity' when i %% 50 = 1 then 'account' else 'commit' end,
                   'did:plc:' || i %% 100, case when i %% 20 > 0 then 'app.bsky.feed.like' end, %3$s, %3$s, '{}'
            from generate_series(%1$d, %2$d) i
            """,
            seq + 1,
            seq + EVENTS_A_TURN,
            at));
    seq += EVENTS_A_TURN;
    database.execute(
        String.format(
            Locale.ROOT,
            """
            insert into sink_progress (topic_id, partition, next_offset, watermark_seq, updated_at)
            select 'topic', p, %1$d, %1$d, clock_timestamp() from generate_series(0, 5) p
            on conflict (topic_id, partition) do update
            set next_offset = excluded.next_offset, watermark_seq = excluded.watermark_seq,
                updated_at = excluded.updated_at
            """,
            seq));
  }

  private void report(long cursor, boolean connected, String problem, String lastFrameAt) {
    database.execute(
        """
        insert into firehose_cursor
            (relay, cursor_seq, connected, last_frame_at, behind_seconds, problem, written_at,
             stored_at, told_at, dead_letters)
        values ('%s', %d, %s, %s, 0.2, %s, clock_timestamp(), clock_timestamp(), clock_timestamp(),
            '{"since":"2026-07-04T01:12:40Z","last_at":"2026-07-04T02:51:07Z","by_reason":{"malformed":3,"flawed_op":12}}')
        on conflict (relay) do update
        set cursor_seq = excluded.cursor_seq, connected = excluded.connected,
            last_frame_at = excluded.last_frame_at, problem = excluded.problem,
            written_at = excluded.written_at, stored_at = excluded.stored_at,
            told_at = excluded.told_at
        """
            .formatted(RELAY, cursor, connected, lastFrameAt, problem));
    database.execute(
        """
        insert into sink_heartbeats
            (instance, kafka_reachable, written_at, told_at, streams_running, streams_problem,
             dead_letters)
        select 'sink-' || name, true, clock_timestamp(), clock_timestamp(),
               problem is null or problem like 'counts%%', problem,
               '{"since":"2026-07-03T22:40:00Z","last_at":null,"by_reason":{}}'
        from (values ('a', null), ('b', %s)) sinks (name, problem)
        on conflict (instance) do update
        set written_at = excluded.written_at, told_at = excluded.told_at,
            streams_running = excluded.streams_running, streams_problem = excluded.streams_problem
        """
            .formatted(streamsProblem()));
  }

  /** Of one of the two, in SQL. */
  private String streamsProblem() {
    return switch (state) {
      case NOT_COUNTING -> "'" + STREAMS_PROBLEM + "'";
      case NOT_STORING_COUNTS -> "'" + MinuteCount.NOT_STORED + "no space'";
      case HEALTHY, BEHIND, RELAY_GONE -> "null::text";
    };
  }

  @Override
  public void close() {
    closed = true;
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException meanwhile) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

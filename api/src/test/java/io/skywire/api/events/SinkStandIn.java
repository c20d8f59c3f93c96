package io.skywire.api.events;

import io.skywire.api.TestDatabase;
import io.skywire.common.database.ReadableChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Stores events as a sink does, a batch a transaction, and keeps what it has stored. */
public final class SinkStandIn {
  private static final String[] COLLECTIONS = {"a.b.one", "a.b.two", "a.c.three", "rare.x.y"};

  /** An event as it was stored. */
  record Stored(long seq, String type, String repo, List<String> collections, String json) {}

  private final TestDatabase database;
  private final Random random;
  private final List<Stored> all = Collections.synchronizedList(new ArrayList<>());
  private long seq;

  public SinkStandIn(TestDatabase database, long seed) {
    this.database = database;
    this.random = new Random(seed);
  }

  /** Stores some and makes them readable; the last few are stored, and not readable yet. */
  public void store(int events) {
    StringBuilder sql =
        new StringBuilder("begin; select pg_notify('" + ReadableChannel.NAME + "', '');");
    for (int event = 0; event < events; event++) {
      Stored next = next();
      all.add(next);
      String at = "timestamptz '" + TestDatabase.FIRST_DAY + " 00:00Z'";
      List<String> collections = next.collections();
      sql.append(
          "insert into firehose_events (seq, event_type, repo, collection, indexed_at, event)"
              + " values (%d, '%s', '%s', %s, %s, '%s');"
                  .formatted(
                      next.seq(),
                      next.type(),
                      next.repo(),
                      collections.isEmpty() ? "null" : "'" + collections.getFirst() + "'",
                      at,
                      next.json()));
      for (String further : collections.stream().skip(1).toList()) {
        sql.append(
            "insert into firehose_event_collections values ('%s', %d, %s);"
                .formatted(further, next.seq(), at));
      }
    }
    long readable = Math.max(watermark(), seq - random.nextInt(3));
    sql.append(
        """
        insert into sink_topics values ('topic', 'skywire.events', 1) on conflict do nothing;
        insert into sink_progress values ('topic', 0, 1, %1$d)
        on conflict (topic_id, partition) do update set watermark_seq = excluded.watermark_seq;
        commit
        """
            .formatted(readable));
    watermark = readable;
    database.execute(sql.toString());
  }

  private volatile long watermark;

  long watermark() {
    return watermark;
  }

  /** In the order of their seqs. */
  List<Stored> readable() {
    long upTo = watermark;
    return List.copyOf(all).stream().filter(event -> event.seq() <= upTo).toList();
  }

  private Stored next() {
    seq += 1 + random.nextInt(3);
    String type = random.nextInt(4) == 0 ? "identity" : "commit";
    List<String> collections = new ArrayList<>();
    if (type.equals("commit")) {
      int first = random.nextInt(COLLECTIONS.length);
      for (int op = random.nextInt(6) == 0 ? 2 : 1; op > 0; op--) {
        collections.add(COLLECTIONS[(first + op) % COLLECTIONS.length]);
      }
    }
    String text = random.nextInt(50) == 0 ? "long ".repeat(5_000) : "short";
    String repo = "did:plc:" + random.nextInt(3);
    String collection = collections.isEmpty() ? null : '"' + collections.getFirst() + '"';
    return new Stored(
        seq,
        type,
        repo,
        collections,
        """
        {"seq":%d,"event_type":"%s","repo":"%s","collection":%s,"time":null,\
        "indexed_at":"2026-07-04T14:38:09.012Z","record":{"text":"%s"}}\
        """
            .formatted(seq, type, repo, collection, text));
  }
}

package io.skywire.benchmarks.api;

import org.jspecify.annotations.Nullable;

/**
 * Which event has which seq: a rule that is there twice, as SQL to store events by and as Java to
 * check answers by. Seqs are 1, 2, 3 and so on. Rare values are as many in a large table as in a
 * small one, and spread evenly.
 *
 * @param rows events, before any more come
 * @param repos that share the events that are neither the common repo's nor the rare one's
 * @param rareEvery seqs from one rare event to the next
 */
record EventLayout(long rows, long repos, long rareEvery) {
  static final String COMMIT = "commit";
  static final String IDENTITY = "identity";

  /** Half of all. */
  static final String COMMON_COLLECTION = "app.bsky.feed.like";

  static final String RARE_COLLECTION = "com.example.rare.record";

  static final String POST = "app.bsky.feed.post";

  /** Of second ops only, and of none of the common repo's. */
  static final String FURTHER_COLLECTION = "app.bsky.feed.threadgate";

  /** A seventeenth of all: of a million events more than a page may look at. */
  static final String COMMON_REPO = "did:plc:c0mm0nc0mm0nc0mm0nc0mm0n";

  static final String RARE_REPO = "did:plc:rarerarerarerarerarerare";

  private static final int RARE_EVENTS = 400;
  private static final int ROWS_A_REPO = 200;

  /** What the rule counts by; so that rare events are commits. */
  private static final int CYCLE = 50;

  static EventLayout of(long rows) {
    long rareEvery = Math.max(CYCLE, rows / RARE_EVENTS / CYCLE * CYCLE);
    return new EventLayout(rows, Math.max(1, rows / ROWS_A_REPO), rareEvery);
  }

  static String type(long seq) {
    return switch ((int) (seq % CYCLE)) {
      case 7 -> IDENTITY;
      case 8 -> "account";
      default -> COMMIT;
    };
  }

  /** Whether an op of the event is of the collection. */
  boolean has(String collection, long seq) {
    return collection.equals(collection(seq))
        || (collection.equals(FURTHER_COLLECTION) && hasFurther(seq));
  }

  private @Nullable String collection(long seq) {
    if (!type(seq).equals(COMMIT)) {
      return null;
    }
    if (seq % rareEvery == 11) {
      return RARE_COLLECTION;
    }
    long digit = seq % 10;
    return digit < 5 ? COMMON_COLLECTION : digit < 8 ? POST : "app.bsky.graph.follow";
  }

  private static boolean hasFurther(long seq) {
    return seq % 100 == 12 && seq % 17 != 3;
  }

  /** The repo, as far as it is one of those that are asked for. */
  @Nullable String namedRepo(long seq) {
    return seq % rareEvery == 5 ? RARE_REPO : seq % 17 == 3 ? COMMON_REPO : null;
  }

  /**
   * Rows for {@code firehose_events} from one seq to another.
   *
   * @param at an SQL expression of an event's {@code indexed_at} by {@code g}, its seq
   */
  String rows(long from, long to, String at) {
    return """
    select g, event_type, repo, collection, at, at,
           ('{"seq":' || g || ',"event_type":"' || event_type || '","repo":"' || repo
            || '","collection":' || coalesce('"' || collection || '"', 'null')
            || ',"time":"' || written || '","indexed_at":"' || written || '","record":'
            || record || '}')::json
    from generate_series(%d::bigint, %d) g
    join bench_records on number = g %% (select count(*) from bench_records)
    cross join lateral (
      select case g %% 50 when 7 then 'identity' when 8 then 'account' else 'commit' end
             as event_type
    ) typed
    cross join lateral (
      select case when event_type <> 'commit' then null
                  when g %% %d = 11 then '%s'
                  when g %% 10 < 5 then '%s'
                  when g %% 10 < 8 then 'app.bsky.feed.post'
                  else 'app.bsky.graph.follow' end as collection,
             case when g %% %d = 5 then '%s'
                  when g %% 17 = 3 then '%s'
                  else 'did:plc:' || left(md5((g * 7919 %% %d)::text), 24) end as repo,
             date_trunc('milliseconds', %s) as at
    ) named
    cross join lateral (
      select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as written
    ) timed
    """
        .formatted(
            from,
            to,
            rareEvery,
            RARE_COLLECTION,
            COMMON_COLLECTION,
            rareEvery,
            RARE_REPO,
            COMMON_REPO,
            repos,
            at);
  }

  /** Rows for {@code firehose_event_collections}. */
  String furtherCollections(long from, long to, String at) {
    return """
    select '%s', g, date_trunc('milliseconds', %s)
    from generate_series(%d::bigint, %d) g
    where g %% 100 = 12 and g %% 17 <> 3
    """
        .formatted(FURTHER_COLLECTION, at, from, to);
  }
}

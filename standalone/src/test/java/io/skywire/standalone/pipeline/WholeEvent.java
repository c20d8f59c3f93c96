package io.skywire.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event of the account {@link #REPO} as it must be readable: all of it but when it was indexed.
 *
 * @param time as the relay says it; null where it says none
 * @param column what the column {@code time} must have
 */
record WholeEvent(String type, @Nullable String time, @Nullable Instant column, RecordOf record) {
  static final String REPO = "did:plc:alice";

  /** Of a block of no entries, to which all commits point. */
  private static final String COMMIT =
      "bafyreigbtj4x7ip5legnfznufuopl4sg4knzc2cof6duas4b3q2fy6swua";

  private static final String REV = "3mptbypluud2a";
  private static final String TIME = "2026-07-04T14:38:08.999Z";

  /** The event's, of this frame. */
  interface RecordOf {
    Map<String, ?> in(byte[] frame);
  }

  /**
   * What an op has beside what the frame says of it.
   *
   * @param record null where it is not to be had
   * @param hasPlace whether its path is a collection and a record key
   */
  record Op(@Nullable Object record, boolean hasPlace) {
    static Op of(Object record) {
      return new Op(record, true);
    }
  }

  /** Of a commit with nothing strange about it but its ops. */
  static WholeEvent commit(List<Op> ops) {
    return commit(REV, ops);
  }

  static WholeEvent commit(String rev, List<Op> ops) {
    return commit(rev, TIME, Instant.parse(TIME), ops);
  }

  static WholeEvent commitAt(String time, @Nullable Instant column, List<Op> ops) {
    return commit(REV, time, column, ops);
  }

  private static WholeEvent commit(
      String rev, String time, @Nullable Instant column, List<Op> ops) {
    return new WholeEvent(
        "commit",
        time,
        column,
        frame -> {
          Map<String, Object> record = new LinkedHashMap<>();
          record.put("rev", rev);
          record.put("since", null);
          record.put("commit", COMMIT);
          record.put("ops", ops(OpHead.ofFrame(frame), ops));
          return record;
        });
  }

  private static List<Map<String, Object>> ops(List<OpHead> heads, List<Op> ops) {
    assertThat(heads).hasSameSizeAs(ops);
    List<Map<String, Object>> all = new ArrayList<>();
    for (int i = 0; i < ops.size(); i++) {
      OpHead head = heads.get(i);
      Op op = ops.get(i);
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("action", head.action());
      json.put("path", head.path());
      if (op.hasPlace()) {
        json.put("collection", head.collection());
        json.put("rkey", head.rkey());
      }
      json.put("cid", head.cid());
      if (op.record() != null) {
        json.put("record", op.record());
      }
      all.add(json);
    }
    return all;
  }

  /** The event, but for {@code indexed_at}. */
  Map<String, Object> json(long seq, byte[] frame) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("seq", seq);
    json.put("event_type", type);
    json.put("repo", REPO);
    json.put(
        "collection",
        OpHead.ofFrame(frame).stream().findFirst().map(OpHead::collection).orElse(null));
    json.put("time", time);
    json.put("record", record.in(frame));
    return json;
  }
}

package io.skywire.standalone.pipeline;

import static io.skywire.standalone.pipeline.Poison.letter;
import static io.skywire.standalone.pipeline.Poison.letterWithoutSeq;
import static io.skywire.standalone.pipeline.Poison.marked;

import io.skywire.embedded.relay.CommitFrame;
import io.skywire.embedded.relay.FrameBytes;
import io.skywire.standalone.pipeline.WholeEvent.Op;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The table of poisons in frames. Records are written by an encoder that is not ours, or by hand.
 */
final class Poisons {
  private static final String PATH = "app.bsky.feed.post/3mptbypluud2a";
  private static final Map<String, Object> HELLO = Map.of("text", "hello");

  /** Of the ops around one that is marked. */
  private static final Map<String, Object> BEFORE = Map.of("text", "before");

  private static final Map<String, Object> AFTER = Map.of("text", "after");
  private static final int FRAME_BYTES_LEGAL = 5_000_000;

  private Poisons() {}

  static List<Poison> all() {
    List<Poison> all = new ArrayList<>();
    all.addAll(storedWhole());
    all.addAll(markedOps());
    all.addAll(deadLetters());
    return all;
  }

  private static List<Poison> storedWhole() {
    return List.of(
        record("NUL in a text", Map.of("text", "a\0b")),
        record("NUL in a key", Map.of("a\0b", "text")),
        record("controls and quotes", Map.of("text", "\u001b[2J\u0007\b\f\r\n\t\"\\\u007f\u009b")),
        record(
            "every corner of Unicode",
            Map.of("text", "\ufffe\uffff\ufdd0\u202e\u200b😀\udbff\udfff")),
        record("1 MB record", Map.of("text", "x".repeat(1_000_000))),
        record("1 MB of control characters", Map.of("text", "\u0001".repeat(1_000_000))),
        record(
            "float",
            Map.of("half", 1.5, "least", Double.MIN_VALUE, "most", Double.MAX_VALUE, "zero", -0.0)),
        record("64 bits", Map.of("least", Long.MIN_VALUE, "most", Long.MAX_VALUE)),
        stored(
            "64 bits without a sign",
            Map.of(
                "a", BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE),
                "b", BigInteger.ONE.shiftLeft(64).negate()),
            seq ->
                commit(seq)
                    .createOfBytes(
                        PATH, hex("a2 6161 1b ffffffffffffffff 6162 3b ffffffffffffffff"))
                    .bytes()),
        record("names that mean something elsewhere", Map.of("__proto__", 1, "$link", 2, "", 3)),
        record("nested as deep as JSON parsers go", nested(480)),
        stored(
            "keys out of order",
            Map.of("a", 1, "bb", 2),
            seq -> commit(seq).createOfBytes(PATH, hex("a2 626262 02 6161 01")).bytes()),
        storedOps(
            "blocks in another order than ops",
            List.of(HELLO, Map.of("text", "two")),
            seq ->
                commit(seq)
                    .blockInDisguise(Map.of("text", "two"), Map.of("text", "two"))
                    .create(PATH, HELLO)
                    .createWithoutBlock("app.bsky.feed.post/two", Map.of("text", "two"))
                    .bytes()),
        stored(
            "garbage behind the blocks",
            HELLO,
            seq -> commit(seq).create(PATH, HELLO).garbageInCar().bytes()),
        rev("rev from the future", "zzzzzzzzzzzzz"),
        rev("rev that is none", "'; drop table"),
        time("time of year 0", "0000-01-01T00:00:00Z", Instant.parse("0000-01-01T00:00:00Z")),
        time(
            "time west of Greenwich",
            "2026-01-01T00:00:00.1234567-18:00",
            Instant.parse("2026-01-01T18:00:00.123456Z")),
        time("time of year 10000", "10000-01-01T00:00:00Z", null),
        time("leap second", "2016-12-31T23:59:60Z", null),
        time(
            "time far from Greenwich",
            "2026-01-01T00:00:00+23:59",
            Instant.parse("2025-12-31T00:01:00Z")),
        time(
            "time with many digits",
            "2026-01-01T00:00:00.1234567890123Z",
            Instant.parse("2026-01-01T00:00:00.123456Z")),
        time("time that is none", "yesterday\0", null),
        stored(
            "512 characters of record key",
            HELLO,
            seq -> commit(seq).create("app.bsky.feed.post/" + "k".repeat(512), HELLO).bytes()),
        storedOps("200 ops", numbered(200), seq -> posts(seq, numbered(200))),
        storedOps(
            "200 collections",
            numbered(200),
            seq -> {
              CommitFrame frame = commit(seq);
              for (Map<String, String> record : numbered(200)) {
                frame.create("a.b.c%s/%s".formatted(record.get("text"), "k".repeat(300)), record);
              }
              return frame.bytes();
            }),
        storedOps("a frame of 5 MB", largestLegal(), seq -> posts(seq, largestLegal())),
        message(
            "a type of later",
            "later",
            null,
            Map.of("did", WholeEvent.REPO, "news", List.of(1, "x", Map.of("a\0b", "")))),
        message(
            "an identity with a strange handle",
            "identity",
            "",
            Map.of("did", WholeEvent.REPO, "time", "", "handle", "\0\u001b[31m")));
  }

  private static List<Poison> markedOps() {
    return List.of(
        block("a lone surrogate", "record.text", "a1 6474657874 63 eda080"),
        block("overlong UTF-8", "record.text", "a1 6474657874 62 c080"),
        block("NaN", "record.x", "a1 6178 f97e00"),
        block("infinity", "record.x", "a1 6178 fb7ff0000000000000"),
        block("a key twice", "record", "a2 6161 01 6161 02"),
        block("indefinite map", "record", "bf 6161 01 ff"),
        block("indefinite text", "record.a", "a1 6161 7f 6161 ff"),
        block("a tag of another kind", "record.a", "a1 6161 c1 01"),
        block("undefined", "record.a", "a1 6161 f7"),
        block("an integer as key", "record", "a1 01 01"),
        block("a length beyond the end", "record.a", "a1 6161 5b 7fffffffffffffff"),
        block("bytes behind the record", "record", "a1 6161 01 00"),
        block("no map", "record", "83 010203"),
        withoutRecord(
            "an empty block", "record: no map", commit -> commit.createOfBytes(PATH, new byte[0])),
        withoutRecord(
            "nested 100,000 deep",
            "nested too deep",
            commit -> {
              byte[] deep = new byte[100_003];
              Arrays.fill(deep, (byte) 0x81);
              System.arraycopy(hex("a1 6161"), 0, deep, 0, 3);
              deep[deep.length - 1] = 0;
              return commit.createOfBytes(PATH, deep);
            }),
        withoutRecord(
            "block missing",
            "record: no such block",
            commit -> commit.createWithoutBlock(PATH, HELLO)),
        withoutRecord(
            "wrong CID",
            "record: block does not match its CID",
            commit ->
                commit
                    .createWithoutBlock(PATH, HELLO)
                    .blockInDisguise(HELLO, Map.of("text", "other"))),
        path("path without key", "app.bsky.feed.post"),
        path("path up and away", "../../etc/passwd"),
        path("empty path", ""),
        path("path with NUL", "app.bsky.feed.post/a\0b"),
        path("collection that is no NSID", "no nsid/one"),
        path("collection too long", "a.b." + "c".repeat(400) + "/one"));
  }

  private static List<Poison> deadLetters() {
    return List.of(
        letterWithoutSeq("no bytes", "malformed", seq -> new byte[0]),
        letterWithoutSeq("HTML", "malformed", seq -> "<html>".getBytes(StandardCharsets.UTF_8)),
        letter(
            "half a frame",
            "malformed",
            seq -> {
              byte[] whole = commit(seq).create(PATH, HELLO).bytes();
              return Arrays.copyOf(whole, whole.length / 2);
            }),
        letter(
            "a frame beyond 5 MB",
            "malformed",
            seq -> commit(seq).create(PATH, Map.of("t", "x".repeat(6_000_000))).bytes()),
        letterWithoutSeq("negative seq", "malformed", seq -> identity(-5)),
        letterWithoutSeq("seq 0", "malformed", seq -> identity(0)),
        letterWithoutSeq("seq beyond 2^53", "malformed", seq -> identity(1L << 53)),
        letterWithoutSeq(
            "seq as text",
            "malformed",
            seq -> FrameBytes.message("#identity", Map.of("seq", "9", "did", "did:plc:a"))),
        letterWithoutSeq(
            "a type of later without a seq",
            "unknown_type",
            seq -> FrameBytes.message("#later", Map.of("news", 1))),
        letter(
            "the name that watermarks have",
            "unknown_type",
            seq -> FrameBytes.message("#watermark", Map.of("seq", seq, "did", "did:plc:a"))),
        letter(
            "op 2",
            "unknown_op",
            seq ->
                FrameBytes.concatenated(
                    FrameBytes.encode(Map.of("op", 2, "t", "#commit")),
                    FrameBytes.encode(Map.of("seq", seq)))),
        letter("repo that is no DID", "invalid_did", seq -> commit(seq).repo("alice").bytes()),
        letter(
            "repo of 4 KB",
            "invalid_did",
            seq -> commit(seq).repo("did:plc:" + "a".repeat(4096)).bytes()),
        letter(
            "a commit without anything",
            "malformed",
            seq ->
                FrameBytes.message(
                    "#commit", Map.of("seq", seq, "repo", "did:plc:a", "time", "2026"))),
        letter(
            "ops that are no ops",
            "malformed",
            seq ->
                FrameBytes.message(
                    "#commit",
                    Map.of("seq", seq, "repo", "did:plc:a", "time", "", "ops", List.of(1, "a")))));
  }

  private static CommitFrame commit(long seq) {
    return new CommitFrame().seq(seq);
  }

  private static Poison record(String name, Map<String, ?> record) {
    return stored(name, record, seq -> commit(seq).create(PATH, record).bytes());
  }

  private static Poison stored(String name, Map<String, ?> record, Poison.Frame frame) {
    return storedOps(name, List.of(record), frame);
  }

  private static Poison storedOps(String name, List<?> records, Poison.Frame frame) {
    return Poison.stored(name, WholeEvent.commit(records.stream().map(Op::of).toList()), frame);
  }

  private static Poison rev(String name, String rev) {
    return Poison.stored(
        name,
        WholeEvent.commit(rev, List.of(Op.of(HELLO))),
        seq -> commit(seq).rev(rev).create(PATH, HELLO).bytes());
  }

  /**
   * @param column null where it cannot be held as a time
   */
  private static Poison time(String name, String time, @Nullable Instant column) {
    return Poison.stored(
        name,
        WholeEvent.commitAt(time, column, List.of(Op.of(HELLO))),
        seq -> commit(seq).time(time).create(PATH, HELLO).bytes());
  }

  /** Of another type than a commit, with all of the body but its seq as the record. */
  private static Poison message(
      String name, String type, @Nullable String time, Map<String, ?> record) {
    return Poison.stored(
        name,
        new WholeEvent(type, time, null, frame -> record),
        seq -> {
          Map<String, Object> body = new LinkedHashMap<>(record);
          body.put("seq", seq);
          return FrameBytes.message("#" + type, body);
        });
  }

  private static Poison block(String name, String error, String hex) {
    return withoutRecord(name, error, commit -> commit.createOfBytes(PATH, hex(hex)));
  }

  /** An op whose record is not to be had. */
  private static Poison withoutRecord(String name, String error, UnaryOperator<CommitFrame> op) {
    return marked(name, error, between(new Op(null, true)), seq -> betweenGoodOps(seq, op));
  }

  /** An op that loses nothing but its place in a collection. */
  private static Poison path(String name, String path) {
    return marked(
        name,
        "path",
        between(new Op(HELLO, false)),
        seq -> betweenGoodOps(seq, commit -> commit.create(path, HELLO)));
  }

  private static WholeEvent between(Op marked) {
    return WholeEvent.commit(List.of(Op.of(BEFORE), marked, Op.of(AFTER)));
  }

  private static byte[] betweenGoodOps(long seq, UnaryOperator<CommitFrame> op) {
    CommitFrame frame = commit(seq).create("app.bsky.feed.post/before", BEFORE);
    return op.apply(frame).create("app.bsky.feed.post/after", AFTER).bytes();
  }

  private static byte[] identity(long seq) {
    return FrameBytes.message(
        "#identity", Map.of("seq", seq, "did", "did:plc:alice", "time", "2026-07-04T00:00:00Z"));
  }

  /** An op for each record. */
  private static byte[] posts(long seq, List<Map<String, String>> records) {
    CommitFrame frame = commit(seq);
    for (int op = 0; op < records.size(); op++) {
      frame.create("app.bsky.feed.post/" + op, records.get(op));
    }
    return frame.bytes();
  }

  /** Records of which no two are the same. */
  private static List<Map<String, String>> numbered(int count) {
    return IntStream.range(0, count).mapToObj(i -> Map.of("text", Integer.toString(i))).toList();
  }

  /** Some large records, and a last one that fills a frame up, but for a little. */
  private static List<Map<String, String>> largestLegal() {
    List<Map<String, String>> records = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      records.add(Map.of("text", String.valueOf(i).repeat(1_000_000)));
    }
    int room = FRAME_BYTES_LEGAL - posts(1, records).length - 200;
    records.add(Map.of("text", "x".repeat(room)));
    return records;
  }

  private static Map<String, Object> nested(int levels) {
    Object inner = List.of();
    for (int level = 2; level < levels; level++) {
      inner = level % 2 == 0 ? List.of(inner) : Map.of("a", inner);
    }
    Map<String, Object> outer = new LinkedHashMap<>();
    outer.put("a", inner);
    return outer;
  }

  static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }
}

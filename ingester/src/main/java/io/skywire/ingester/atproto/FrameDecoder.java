package io.skywire.ingester.atproto;

import io.skywire.common.topic.EventHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * From a frame's bytes to an event's JSON bytes, without objects in between. It owns every buffer
 * on the way and reuses them. One thread; reusable. Whatever the bytes, it answers with a value and
 * stays ready for the next frame: what is wrong with a single op is marked on the op, what is wrong
 * with the frame drops it. It checks records against their CIDs, not commits against their
 * signatures.
 *
 * @see <a href="https://atproto.com/specs/event-stream">Event Stream</a>
 */
public final class FrameDecoder {
  /** The largest event's JSON; with its headers it fits into a Kafka record of 16 MiB. */
  public static final int JSON_BYTES_MAX = 15 * 1024 * 1024;

  private static final long SEQ_MAX = (1L << 53) - 1;
  private static final int TYPE_CHARACTERS_MAX = 64;

  private static final boolean[] TYPE = Ascii.alphanumericAnd("._-");

  private static final byte[] DID = JsonWriter.ascii("{\"did\":");
  private static final byte[] HANDLE = JsonWriter.ascii(",\"handle\":");
  private static final byte[] ACTIVE = JsonWriter.ascii(",\"active\":");
  private static final byte[] STATUS = JsonWriter.ascii(",\"status\":");
  private static final byte[] REV = JsonWriter.ascii(",\"rev\":");
  private static final byte[] TIME = JsonWriter.ascii(",\"time\":");

  private final CborReader cbor = new CborReader();
  private final Fields header = new Fields(cbor, "header");
  private final Fields body = new Fields(cbor, "body");
  private final JsonWriter json = new JsonWriter();
  private final EnvelopeWriter envelope = new EnvelopeWriter(json);
  private final CommitTranscoder commits;
  private final UnknownBodyTranscoder unknownBodies;

  public FrameDecoder() {
    this(true);
  }

  private FrameDecoder(boolean checksCids) {
    DataModelTranscoder transcoder = new DataModelTranscoder();
    commits = new CommitTranscoder(cbor, transcoder, checksCids);
    unknownBodies = new UnknownBodyTranscoder(cbor, transcoder);
  }

  /** For a relay that is trusted to have checked them, and for measurements. */
  public static FrameDecoder withoutCidChecks() {
    return new FrameDecoder(false);
  }

  /**
   * @param frame a binary WebSocket message
   * @param indexedAt the event's {@code indexed_at}
   */
  public Decoded decode(byte[] frame, Instant indexedAt) {
    cbor.reset(frame, 0, frame.length);
    header.clear();
    body.clear();
    json.clear();
    json.limit(JSON_BYTES_MAX);
    try {
      return decodeFrame(indexedAt);
    } catch (MalformedFrameException malformed) {
      return new Drop(seqIfAny(), malformed.reason(), malformed.detail());
    }
  }

  private Decoded decodeFrame(Instant indexedAt) throws MalformedFrameException {
    header.index();
    int bodyAt = cbor.position;
    MalformedFrameException unknownOp = null;
    boolean isError = false;
    header.head(Field.OP);
    if (cbor.major == CborReader.NEGATIVE && cbor.argument == 0) {
      isError = true;
    } else if (cbor.major > CborReader.NEGATIVE) {
      throw header.malformed(Field.OP, DropReason.MALFORMED, "no integer");
    } else if (cbor.major != CborReader.UNSIGNED || cbor.argument != 1) {
      unknownOp = header.malformed(Field.OP, DropReason.UNKNOWN_OP, "unknown");
    }
    cbor.position = bodyAt;
    try {
      body.index();
      if (cbor.position != cbor.end) {
        throw new MalformedFrameException("trailing bytes", cbor.position).within("body");
      }
    } catch (MalformedFrameException malformed) {
      throw unknownOp == null ? malformed : unknownOp;
    }
    if (unknownOp != null) {
      throw unknownOp;
    }
    if (isError) {
      body.text(Field.ERROR);
      return new RelayError(
          Printable.text(cbor.bytes, cbor.start, cbor.length), body.printable(Field.MESSAGE));
    }
    return decodeMessage(type(), indexedAt);
  }

  private String type() throws MalformedFrameException {
    header.text(Field.T);
    byte[] bytes = cbor.bytes;
    int length = cbor.length - 1;
    boolean valid =
        length >= 1
            && length <= TYPE_CHARACTERS_MAX
            && bytes[cbor.start] == '#'
            && Ascii.areAll(TYPE, bytes, cbor.start + 1, cbor.start + 1 + length);
    if (!valid) {
      throw header.malformed(Field.T, DropReason.MALFORMED, "no type");
    }
    return new String(bytes, cbor.start + 1, length, StandardCharsets.US_ASCII);
  }

  private Decoded decodeMessage(String type, Instant indexedAt) throws MalformedFrameException {
    return switch (type) {
      case "commit" -> commit(indexedAt);
      case "identity", "account", "sync" -> accountEvent(type, indexedAt);
      case "info" -> {
        body.text(Field.NAME);
        yield new Info(
            Printable.text(cbor.bytes, cbor.start, cbor.length), body.printable(Field.MESSAGE));
      }
      // In the topic they are the names of what is no event.
      case EventHeaders.WATERMARK, EventHeaders.GAP ->
          throw header.malformed(Field.T, DropReason.UNKNOWN_TYPE, "a reserved name");
      default -> unknown(type, indexedAt);
    };
  }

  private Event commit(Instant indexedAt) throws MalformedFrameException {
    long seq = seq();
    String repo = did(Field.REPO);
    String time = time();
    List<String> collections = commits.read(body);
    String first = collections.isEmpty() ? null : collections.getFirst();
    envelope.write(seq, "commit", repo, first, body, indexedAt);
    String flaw = commits.write(body, json);
    json.raw('}');
    return new Event(
        seq, "commit", repo, collections, commits.ops(), time, json.toByteArray(), flaw);
  }

  /** An event of the account as such: {@code identity}, {@code account} or {@code sync}. */
  private Event accountEvent(String type, Instant indexedAt) throws MalformedFrameException {
    long seq = seq();
    String did = did(Field.DID);
    String time = time();
    envelope.write(seq, type, did, null, body, indexedAt);
    json.raw(DID);
    json.plain(did);
    switch (type) {
      case "identity" -> body.writeOptionalText(HANDLE, Field.HANDLE, json);
      case "account" -> {
        json.raw(ACTIVE);
        json.bool(body.bool(Field.ACTIVE));
        body.writeOptionalText(STATUS, Field.STATUS, json);
      }
      default -> {
        json.raw(REV);
        body.writeText(Field.REV, json);
      }
    }
    json.raw(TIME);
    body.writeText(Field.TIME, json);
    json.raw('}');
    json.raw('}');
    return new Event(seq, type, did, List.of(), null, time, json.toByteArray(), null);
  }

  private Event unknown(String type, Instant indexedAt) throws MalformedFrameException {
    if (!body.has(Field.SEQ)) {
      throw header.malformed(Field.T, DropReason.UNKNOWN_TYPE, "unknown, without a seq");
    }
    long seq = seq();
    String repo = didOrNull(Field.DID);
    if (repo == null) {
      repo = didOrNull(Field.REPO);
    }
    String time = body.isText(Field.TIME) ? time() : null;
    envelope.write(seq, type, repo, null, body, indexedAt);
    unknownBodies.write(body, json);
    json.raw('}');
    return new Event(seq, type, repo, List.of(), null, time, json.toByteArray(), null);
  }

  private long seq() throws MalformedFrameException {
    body.head(Field.SEQ);
    if (cbor.major != CborReader.UNSIGNED || cbor.argument < 1 || cbor.argument > SEQ_MAX) {
      throw body.malformed(Field.SEQ, DropReason.MALFORMED, "no integer from 1 to 2^53-1");
    }
    return cbor.argument;
  }

  private @Nullable Long seqIfAny() {
    try {
      return seq();
    } catch (MalformedFrameException none) {
      return null;
    }
  }

  private String did(Field field) throws MalformedFrameException {
    body.text(field);
    String did = didOrNull(field);
    if (did == null) {
      throw body.malformed(field, DropReason.INVALID_DID, "no DID");
    }
    return did;
  }

  private @Nullable String didOrNull(Field field) throws MalformedFrameException {
    if (!body.isText(field)) {
      return null;
    }
    body.text(field);
    return Did.isValid(cbor.bytes, cbor.start, cbor.start + cbor.length) ? content() : null;
  }

  /** The relay's time for a header; what is no datetime is only in the JSON. */
  private @Nullable String time() throws MalformedFrameException {
    body.text(Field.TIME);
    return Datetime.isValid(cbor.bytes, cbor.start, cbor.start + cbor.length) ? content() : null;
  }

  private String content() {
    return new String(cbor.bytes, cbor.start, cbor.length, StandardCharsets.US_ASCII);
  }
}

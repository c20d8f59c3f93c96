package io.skywire.embedded.relay;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.dataformat.cbor.CBORFactory;
import tools.jackson.dataformat.cbor.CBORGenerator;
import tools.jackson.dataformat.cbor.CBORMapper;

/** A commit's frame of any content, right or wrong, written with an independent encoder. */
public final class CommitFrame {
  private static final CBORMapper MAPPER = new CBORMapper(new CBORFactory());
  private static final int TAG_LINK = 42;

  private record Op(String action, String path, byte @Nullable [] cid) {}

  private final List<Op> ops = new ArrayList<>();
  private final ByteArrayOutputStream car = new ByteArrayOutputStream();
  private long seq = 77;
  private String repo = "did:plc:alice";
  private String rev = "3mptbypluud2a";
  private String time = "2026-07-04T14:38:08.999Z";
  private boolean tooBig;

  public CommitFrame() {
    byte[] root = cid(new byte[] {(byte) 0xa0});
    byte[] header =
        write(cbor -> {
          cbor.writeStartObject(null, 2);
          cbor.writeName("roots");
          cbor.writeStartArray(null, 1);
          link(cbor, root);
          cbor.writeEndArray();
          cbor.writeName("version");
          cbor.writeNumber(1);
          cbor.writeEndObject();
        });
    varint(header.length);
    car.writeBytes(header);
  }

  public CommitFrame seq(long number) {
    seq = number;
    return this;
  }

  public CommitFrame repo(String did) {
    repo = did;
    return this;
  }

  public CommitFrame rev(String tid) {
    rev = tid;
    return this;
  }

  public CommitFrame time(String text) {
    time = text;
    return this;
  }

  public CommitFrame tooBig() {
    tooBig = true;
    return this;
  }

  /** An op with its record in the CAR. */
  public CommitFrame create(String path, Object record) {
    return createOfBytes(path, FrameBytes.encode(record));
  }

  /** The record's block as it is, whatever it is. */
  public CommitFrame createOfBytes(String path, byte[] record) {
    block(cid(record), record);
    ops.add(new Op("create", path, cid(record)));
    return this;
  }

  public CommitFrame createWithoutBlock(String path, Object record) {
    ops.add(new Op("create", path, cid(FrameBytes.encode(record))));
    return this;
  }

  /** Without a record, whatever its action. */
  public CommitFrame op(String action, String path) {
    ops.add(new Op(action, path, null));
    return this;
  }

  public CommitFrame delete(String path) {
    ops.add(new Op("delete", path, null));
    return this;
  }

  /** A block under the CID of other content. */
  public CommitFrame blockInDisguise(Object named, Object content) {
    block(cid(FrameBytes.encode(named)), FrameBytes.encode(content));
    return this;
  }

  public CommitFrame garbageInCar() {
    car.writeBytes(new byte[] {(byte) 0xff, (byte) 0xff, (byte) 0xff, 0x7f, 1, 2, 3});
    return this;
  }

  public byte[] bytes() {
    return FrameBytes.concatenated(FrameBytes.header("#commit"), write(this::body));
  }

  private void body(CBORGenerator cbor) {
    cbor.writeStartObject(null, 11);
    cbor.writeName("ops");
    cbor.writeStartArray(null, ops.size());
    for (Op op : ops) {
      cbor.writeStartObject(null, 3);
      cbor.writeName("cid");
      byte[] cid = op.cid();
      if (cid == null) {
        cbor.writeNull();
      } else {
        link(cbor, cid);
      }
      text(cbor, "path", op.path());
      text(cbor, "action", op.action());
      cbor.writeEndObject();
    }
    cbor.writeEndArray();
    text(cbor, "rev", rev);
    cbor.writeName("seq");
    cbor.writeNumber(seq);
    text(cbor, "repo", repo);
    text(cbor, "time", time);
    cbor.writeName("since");
    cbor.writeNull();
    cbor.writeName("blobs");
    cbor.writeStartArray(null, 0);
    cbor.writeEndArray();
    cbor.writeName("blocks");
    cbor.writeBinary(car.toByteArray());
    cbor.writeName("commit");
    link(cbor, cid(new byte[] {(byte) 0xa0}));
    cbor.writeName("rebase");
    cbor.writeBoolean(false);
    cbor.writeName("tooBig");
    cbor.writeBoolean(tooBig);
    cbor.writeEndObject();
  }

  private static void text(CBORGenerator cbor, String name, String value) {
    cbor.writeName(name);
    // Not writeString: it cuts a long text into chunks, which DAG-CBOR forbids.
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    cbor.writeUTF8String(utf8, 0, utf8.length);
  }

  private static void link(CBORGenerator cbor, byte[] cid) {
    byte[] prefixed = new byte[cid.length + 1];
    System.arraycopy(cid, 0, prefixed, 1, cid.length);
    cbor.writeTag(TAG_LINK);
    cbor.writeBinary(prefixed);
  }

  private interface Content {
    void writeTo(CBORGenerator cbor);
  }

  private static byte[] write(Content content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (CBORGenerator cbor = (CBORGenerator) MAPPER.createGenerator(bytes)) {
      content.writeTo(cbor);
    }
    return bytes.toByteArray();
  }

  private void block(byte[] cid, byte[] content) {
    varint(cid.length + content.length);
    car.writeBytes(cid);
    car.writeBytes(content);
  }

  private void varint(int value) {
    int rest = value;
    while (rest >= 0x80) {
      car.write((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    car.write(rest);
  }

  private static byte[] cid(byte[] content) {
    try {
      byte[] cid = new byte[36];
      System.arraycopy(new byte[] {1, 0x71, 0x12, 0x20}, 0, cid, 0, 4);
      System.arraycopy(MessageDigest.getInstance("SHA-256").digest(content), 0, cid, 4, 32);
      return cid;
    } catch (NoSuchAlgorithmException absent) {
      throw new IllegalStateException(absent);
    }
  }
}

package io.skywire.embedded.simulator;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.dataformat.cbor.CBORFactory;
import tools.jackson.dataformat.cbor.CBORGenerator;

/**
 * Writes one DAG-CBOR object, value after value, through Jackson's CBOR generator: definite
 * lengths, shortest integers, tag 42 for links. Not thread-safe; one writer makes one object.
 *
 * <p>It does not sort: the caller gives a map's keys in canonical order, the shorter first, then
 * bytewise.
 */
final class DagCborWriter {
  private static final CBORFactory CBOR = new CBORFactory();
  private static final int LINK = 42;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream(512);
  private final JsonGenerator generator =
      CBOR.createGenerator(ObjectWriteContext.empty(), out, JsonEncoding.UTF8);

  DagCborWriter map(int size) {
    generator.writeStartObject(null, size);
    return this;
  }

  DagCborWriter list(int size) {
    generator.writeStartArray(null, size);
    return this;
  }

  DagCborWriter endMap() {
    generator.writeEndObject();
    return this;
  }

  DagCborWriter endList() {
    generator.writeEndArray();
    return this;
  }

  DagCborWriter key(String key) {
    generator.writeName(key);
    return this;
  }

  /** Text or null. */
  DagCborWriter text(@Nullable String value) {
    if (value == null) {
      return nothing();
    }
    // Not writeString: it cuts a long text into chunks, which DAG-CBOR forbids.
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    generator.writeUTF8String(utf8, 0, utf8.length);
    return this;
  }

  DagCborWriter integer(long value) {
    generator.writeNumber(value);
    return this;
  }

  DagCborWriter bool(boolean value) {
    generator.writeBoolean(value);
    return this;
  }

  DagCborWriter bytes(byte[] value) {
    generator.writeBinary(value);
    return this;
  }

  /** A link or null: tag 42 around the CID's bytes behind a zero byte. */
  DagCborWriter link(@Nullable Cid cid) {
    if (cid == null) {
      return nothing();
    }
    byte[] tagged = new byte[1 + Cid.LENGTH];
    System.arraycopy(cid.bytes(), 0, tagged, 1, Cid.LENGTH);
    ((CBORGenerator) generator).writeTag(LINK);
    generator.writeBinary(tagged);
    return this;
  }

  DagCborWriter nothing() {
    generator.writeNull();
    return this;
  }

  /** Ends the object; the writer is of no use any more. */
  byte[] toBytes() {
    generator.close();
    return out.toByteArray();
  }
}

package io.skywire.ingester.atproto;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where the known fields of one map of the envelope are: a header, a body or an op. They may come
 * in any order; unknown ones are stepped over. Reading a field leaves its content in the {@link
 * CborReader}. Null is not the same as absent. One thread; reusable.
 */
final class Fields {
  private static final int ABSENT = -1;

  private final CborReader cbor;

  /** How the map is called in details: {@code header}, {@code body}. */
  private final String name;

  private final int[] at = new int[Field.values().length];
  private int mapAt;

  Fields(CborReader cbor, String name) {
    this.cbor = cbor;
    this.name = name;
  }

  void clear() {
    Arrays.fill(at, ABSENT);
  }

  /** Finds the fields of the map at the reader's position, and moves it behind the map. */
  void index() throws MalformedFrameException {
    clear();
    mapAt = cbor.position;
    try {
      cbor.head();
      if (cbor.major != CborReader.MAP) {
        throw new MalformedFrameException("no map", mapAt);
      }
      for (int left = cbor.count(); left > 0; left--) {
        entry();
      }
    } catch (MalformedFrameException malformed) {
      throw malformed.within(name);
    }
  }

  private void entry() throws MalformedFrameException {
    cbor.text();
    int keyAt = cbor.start;
    int keyLength = cbor.length;
    Field field = Field.named(cbor.bytes, keyAt, keyLength);
    if (field != null) {
      if (at[field.slot()] != ABSENT) {
        throw new MalformedFrameException("duplicate map key", keyAt).within("." + field.text);
      }
      at[field.slot()] = cbor.position;
    }
    try {
      cbor.skip();
    } catch (MalformedFrameException malformed) {
      throw malformed.within("." + Printable.key(cbor.bytes, keyAt, keyLength));
    }
  }

  /** Where the map begins. */
  int mapAt() {
    return mapAt;
  }

  boolean has(Field field) {
    return at[field.slot()] != ABSENT;
  }

  /** Whether the field is there and not null. */
  boolean isPresent(Field field) {
    return has(field) && (cbor.bytes[at[field.slot()]] & 0xFF) != CborReader.NULL;
  }

  boolean isText(Field field) {
    return has(field) && (cbor.bytes[at[field.slot()]] & 0xE0) == CborReader.TEXT << 5;
  }

  boolean isTrue(Field field) {
    return has(field) && (cbor.bytes[at[field.slot()]] & 0xFF) == CborReader.TRUE;
  }

  void text(Field field) throws MalformedFrameException {
    try {
      seek(field);
      cbor.text();
    } catch (MalformedFrameException malformed) {
      throw in(field, malformed);
    }
  }

  void bytes(Field field) throws MalformedFrameException {
    try {
      seek(field);
      cbor.byteString();
    } catch (MalformedFrameException malformed) {
      throw in(field, malformed);
    }
  }

  /** A CID link of a well-formed CID. */
  void link(Field field) throws MalformedFrameException {
    try {
      seek(field);
      cbor.link();
      if (!Cid.isWellFormed(cbor.bytes, cbor.start, cbor.length)) {
        throw new MalformedFrameException("invalid CID", cbor.start);
      }
    } catch (MalformedFrameException malformed) {
      throw in(field, malformed);
    }
  }

  boolean bool(Field field) throws MalformedFrameException {
    if (!isTrue(field)) {
      head(field);
      int valueAt = at[field.slot()];
      if ((cbor.bytes[valueAt] & 0xFF) != CborReader.FALSE) {
        throw in(field, new MalformedFrameException("no boolean", valueAt));
      }
    }
    return isTrue(field);
  }

  /** The head of an integer, an array or whatever the caller then finds. */
  void head(Field field) throws MalformedFrameException {
    try {
      seek(field);
      cbor.head();
    } catch (MalformedFrameException malformed) {
      throw in(field, malformed);
    }
  }

  MalformedFrameException malformed(Field field, DropReason reason, String what) {
    return in(field, new MalformedFrameException(reason, what, at[field.slot()]));
  }

  /** A text to show, or null where there is none. */
  @Nullable String printable(Field field) throws MalformedFrameException {
    if (!isText(field)) {
      return null;
    }
    text(field);
    return Printable.text(cbor.bytes, cbor.start, cbor.length);
  }

  void writeText(Field field, JsonWriter json) throws MalformedFrameException {
    text(field);
    try {
      json.text(cbor.bytes, cbor.start, cbor.start + cbor.length);
    } catch (MalformedFrameException malformed) {
      throw in(field, malformed);
    }
  }

  void writeTextOrNull(Field field, JsonWriter json) throws MalformedFrameException {
    if (isPresent(field)) {
      writeText(field, json);
    } else {
      json.nothing();
    }
  }

  void writeLinkOrNull(Field field, JsonWriter json) throws MalformedFrameException {
    if (isPresent(field)) {
      writeLink(field, json);
    } else {
      json.nothing();
    }
  }

  /** The name and the text or null, where the field is there. */
  void writeOptionalText(byte[] name, Field field, JsonWriter json) throws MalformedFrameException {
    if (has(field)) {
      json.raw(name);
      writeTextOrNull(field, json);
    }
  }

  void writeLink(Field field, JsonWriter json) throws MalformedFrameException {
    link(field);
    json.cid(cbor.bytes, cbor.start, cbor.length);
  }

  private void seek(Field field) throws MalformedFrameException {
    int valueAt = at[field.slot()];
    if (valueAt == ABSENT) {
      throw new MalformedFrameException("missing in the map", mapAt);
    }
    cbor.position = valueAt;
  }

  private MalformedFrameException in(Field field, MalformedFrameException malformed) {
    return malformed.within("." + field.text).within(name);
  }
}

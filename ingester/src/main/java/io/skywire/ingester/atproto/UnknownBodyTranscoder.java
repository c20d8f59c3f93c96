package io.skywire.ingester.atproto;

import java.util.Arrays;

/**
 * The record of an event whose type is unknown here: its whole body by the data model's rules,
 * except {@code seq}, which the event has already. One thread; reusable.
 */
final class UnknownBodyTranscoder {
  private static final byte[] SEQ = JsonWriter.ascii("seq");

  private final CborReader cbor;
  private final DataModelTranscoder transcoder;
  private final KeyLog keys = new KeyLog();

  UnknownBodyTranscoder(CborReader cbor, DataModelTranscoder transcoder) {
    this.cbor = cbor;
    this.transcoder = transcoder;
  }

  void write(Fields body, JsonWriter json) throws MalformedFrameException {
    keys.reset(cbor.bytes);
    cbor.position = body.mapAt();
    cbor.head();
    boolean inOrder = true;
    char before = '{';
    for (int left = cbor.count(); left > 0; left--) {
      cbor.text();
      int from = cbor.start;
      int to = from + cbor.length;
      try {
        inOrder &= keys.add(0, from, to - from);
        if (Arrays.equals(cbor.bytes, from, to, SEQ, 0, SEQ.length)) {
          cbor.skip();
        } else {
          json.raw(before);
          before = ',';
          json.text(cbor.bytes, from, to);
          json.raw(':');
          cbor.position =
              transcoder.transcode(
                  cbor.bytes, cbor.position, cbor.end, DataModelTranscoder.LEVELS_MAX - 1, json);
        }
      } catch (MalformedFrameException malformed) {
        throw malformed.within("body" + Printable.key(cbor.bytes, from, to - from));
      }
    }
    if (before == '{') {
      json.raw('{');
    }
    json.raw('}');
    try {
      keys.close(0, inOrder);
    } catch (MalformedFrameException duplicate) {
      throw duplicate.within("body");
    }
  }
}

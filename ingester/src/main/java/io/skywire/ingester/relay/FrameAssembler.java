package io.skywire.ingester.relay;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Turns the bytes of a WebSocket into frames (its data messages) and control messages, straight
 * from the read buffer into the frame's own array. Called by the socket's thread only. Invariant:
 * it holds one frame at most, of {@code frameBytesMax} at most; what is longer is counted and
 * thrown away. Netty's decoders hold a whole message before they can refuse it, which is why this
 * is not one of them. Text is delivered as its bytes, unchecked.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-5.2">RFC 6455, 5.2</a>
 */
final class FrameAssembler {
  private static final int CONTINUATION = 0;
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;

  private static final int FIN = 0x80;
  private static final int RESERVED = 0x70;
  private static final int MASKED = 0x80;
  private static final int CONTROL_BYTES_MAX = 125;
  private static final int HEADER_BYTES_MAX = 10;
  private static final int FIRST_ALLOCATION_MAX = 1 << 16;

  /** What comes out. */
  interface Output {
    /** Returns whether another may follow at once; otherwise {@link #read} returns. */
    boolean frame(byte[] frame);

    void ping(byte[] payload);

    void pong();

    /** Nothing is read after it. */
    void closed(int code, String reason);
  }

  /** The relay does not speak WebSocket as it should; the message completes "relay … sent …". */
  static final class ViolationException extends Exception {
    private static final long serialVersionUID = 1L;

    ViolationException(String message) {
      super(message);
    }
  }

  private static final byte[] NOTHING = {};

  /** A close frame without a code, as the RFC numbers it. */
  static final int NO_CODE = 1005;

  private final int frameBytesMax;
  private final long endlessBytes;
  private final Output output;

  private final byte[] header = new byte[HEADER_BYTES_MAX];
  private int headerBytes;
  private boolean inPayload;
  private int opcode;
  private boolean last;
  private long payloadLeft;

  private byte[] control = NOTHING;
  private int controlBytes;

  private boolean inFrame;
  private byte[] frame = NOTHING;
  private int frameBytes;
  private long announcedBytes;
  private boolean finished;

  FrameAssembler(RelayLimits limits, Output output) {
    this.frameBytesMax = limits.frameBytesMax();
    this.endlessBytes = limits.endlessBytes();
    this.output = output;
  }

  /** Whether a frame has begun and is not complete. */
  boolean inFrame() {
    return inFrame;
  }

  /** Reads until {@code bytes} is used up, or the output wants no more frames. */
  void read(ByteBuf bytes) throws ViolationException {
    boolean more = true;
    while (more && bytes.isReadable() && !finished) {
      if (!inPayload) {
        readHeader(bytes);
      } else {
        readPayload(bytes);
      }
      // Not `else`: an empty payload is complete as soon as its header is.
      if (inPayload && payloadLeft == 0) {
        inPayload = false;
        more = complete();
      }
    }
    if (finished) {
      bytes.skipBytes(bytes.readableBytes());
    }
  }

  private void readHeader(ByteBuf bytes) throws ViolationException {
    header[headerBytes++] = bytes.readByte();
    if (headerBytes < 2) {
      return;
    }
    int length = header[1] & 0x7f;
    int headerLength = length == 127 ? 10 : length == 126 ? 4 : 2;
    if (headerBytes < headerLength) {
      return;
    }
    long payload = length;
    if (length >= 126) {
      payload = 0;
      for (int i = 2; i < headerLength; i++) {
        payload = payload << 8 | (header[i] & 0xff);
      }
    }
    headerBytes = 0;
    begin(header[0], header[1], payload);
  }

  private void begin(byte first, byte second, long payload) throws ViolationException {
    last = (first & FIN) != 0;
    opcode = first & 0x0f;
    if ((first & RESERVED) != 0) {
      throw new ViolationException("a WebSocket frame with reserved bits set");
    }
    if ((second & MASKED) != 0) {
      throw new ViolationException("a masked WebSocket frame");
    }
    if (payload < 0) {
      throw new ViolationException("a WebSocket frame of negative length");
    }
    switch (opcode) {
      case CLOSE, PING, PONG -> beginControl(payload);
      case CONTINUATION, TEXT, BINARY -> beginData(payload);
      default -> throw new ViolationException("a WebSocket frame of unknown opcode " + opcode);
    }
    inPayload = true;
    payloadLeft = payload;
  }

  private void beginControl(long payload) throws ViolationException {
    if (!last || payload > CONTROL_BYTES_MAX) {
      throw new ViolationException("a fragmented or overlong WebSocket control frame");
    }
    control = payload == 0 ? NOTHING : new byte[(int) payload];
    controlBytes = 0;
  }

  private void beginData(long payload) throws ViolationException {
    if (inFrame != (opcode == CONTINUATION)) {
      throw new ViolationException("WebSocket fragments out of order");
    }
    if (!inFrame) {
      inFrame = true;
      frameBytes = 0;
      announcedBytes = 0;
      frame = NOTHING;
    }
    // Cannot overflow: what is announced so far is below endlessBytes.
    if (payload > endlessBytes - announcedBytes) {
      throw new ViolationException("an endless frame: more than " + endlessBytes + " bytes");
    }
    announcedBytes += payload;
    if (last && frameBytes == 0) {
      // The common case, one fragment: its array is exact, and large ones grow as bytes come.
      frame = new byte[(int) Math.min(Math.min(payload, frameBytesMax), FIRST_ALLOCATION_MAX)];
    }
  }

  private void readPayload(ByteBuf bytes) {
    int count = (int) Math.min(payloadLeft, bytes.readableBytes());
    payloadLeft -= count;
    if (opcode >= CLOSE) {
      bytes.readBytes(control, controlBytes, count);
      controlBytes += count;
      return;
    }
    int kept = Math.min(count, frameBytesMax - frameBytes);
    if (kept > frame.length - frameBytes) {
      long doubled = Math.max(2L * frame.length, (long) frameBytes + kept);
      frame = Arrays.copyOf(frame, (int) Math.min(doubled, frameBytesMax));
    }
    bytes.readBytes(frame, frameBytes, kept);
    frameBytes += kept;
    bytes.skipBytes(count - kept);
  }

  private boolean complete() throws ViolationException {
    switch (opcode) {
      case PING -> output.ping(control);
      case PONG -> output.pong();
      case CLOSE -> completeClose();
      default -> {
        return !last || completeFrame();
      }
    }
    return true;
  }

  private boolean completeFrame() {
    byte[] complete = frameBytes == frame.length ? frame : Arrays.copyOf(frame, frameBytes);
    inFrame = false;
    frame = NOTHING;
    return output.frame(complete);
  }

  private void completeClose() throws ViolationException {
    if (control.length == 1) {
      throw new ViolationException("a close frame with half a code");
    }
    finished = true;
    if (control.length == 0) {
      output.closed(NO_CODE, "");
      return;
    }
    int code = (control[0] & 0xff) << 8 | (control[1] & 0xff);
    output.closed(code, new String(control, 2, control.length - 2, StandardCharsets.UTF_8));
  }
}

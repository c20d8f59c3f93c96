package io.skywire.api.events;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

/**
 * An answer that a client has to take within a time, whole: one that takes a few bytes now and then
 * would hold its memory for ever. Who is too slow is disconnected. One thread.
 */
final class PacedAnswer extends OutputStream {
  private static final int CHUNK_BYTES = 64 * 1024;

  private final OutputStream out;
  private final Duration max;
  private final long startedAtNanos = System.nanoTime();

  PacedAnswer(OutputStream out, Duration max) {
    this.out = out;
    this.max = max;
  }

  @Override
  public void write(int one) throws IOException {
    out.write(one);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    for (int written = 0; written < length; written += CHUNK_BYTES) {
      if (System.nanoTime() - startedAtNanos > max.toNanos()) {
        throw new IOException("the client has not taken its answer within " + max);
      }
      out.write(bytes, from + written, Math.min(CHUNK_BYTES, length - written));
    }
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }
}

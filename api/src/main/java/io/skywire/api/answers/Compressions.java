package io.skywire.api.answers;

import java.util.concurrent.Semaphore;

/**
 * How many answers are being compressed at the same time. Each takes about a MiB outside of the
 * heap until its client has taken it, however short it is; beyond the bound answers go out as they
 * are. Any thread may call it.
 */
final class Compressions {
  static final int MAX = 64;

  private final Semaphore free;

  /**
   * @param max at the same time
   */
  Compressions(int max) {
    this.free = new Semaphore(max);
  }

  /** One answer's, until it is closed. */
  Compression begin(ContentCoding wanted) {
    boolean compresses = wanted != ContentCoding.IDENTITY && free.tryAcquire();
    return new Compression(compresses ? wanted : ContentCoding.IDENTITY);
  }

  final class Compression implements AutoCloseable {
    private final ContentCoding coding;

    private Compression(ContentCoding coding) {
      this.coding = coding;
    }

    /** What is wanted, or identity. */
    ContentCoding coding() {
      return coding;
    }

    /** Once. */
    @Override
    public void close() {
      if (coding != ContentCoding.IDENTITY) {
        free.release();
      }
    }
  }
}

package io.skywire.standalone.processes;

import io.skywire.common.lifecycle.Loop;
import io.skywire.embedded.simulator.LedgerEntry;
import io.skywire.standalone.pipeline.Reader;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Pages by {@code since} all the time, on a thread of its own; others ask it. */
final class PagingReader implements Loop {
  private static final long LOOK_AGAIN_MILLIS = 50;

  private final Reader reader;
  private volatile boolean stopped;

  PagingReader(Reader reader) {
    this.reader = reader;
  }

  @Override
  public void run() throws InterruptedException {
    while (!stopped) {
      if (!readPage()) {
        Thread.sleep(LOOK_AGAIN_MILLIS);
      }
    }
  }

  @Override
  public void stop() {
    stopped = true;
  }

  /** Waits until it has got to this seq. */
  void awaitSeq(long seq, Duration max) throws Exception {
    Eventually.isTrue("the reader has got to seq " + seq, max, () -> since() >= seq);
  }

  /** Another request of the same consumer's. */
  synchronized JsonNode get(String path) throws InterruptedException {
    return reader.get(path);
  }

  /** What it saw at or below this seq, in the order in which it saw it. */
  synchronized List<LedgerEntry> upTo(long seq) {
    return reader.seen().stream().filter(entry -> entry.seq() <= seq).toList();
  }

  private synchronized long since() {
    return reader.since();
  }

  private synchronized boolean readPage() throws InterruptedException {
    return reader.readPage();
  }
}

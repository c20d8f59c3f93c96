package io.skywire.ingester.relay;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where frames come from; one session, whose frames are taken by one thread. */
public interface FrameSource extends AutoCloseable {
  /**
   * Waits up to {@code wait} for a frame, then drains what is there: at most {@code framesMax},
   * stopping once {@code bytesMax} is reached, and always at least one when there is one. Empty
   * when nothing came. Frames that arrived before a disconnect are delivered before it is thrown.
   */
  List<byte[]> take(int framesMax, long bytesMax, Duration wait)
      throws RelayDisconnectedException, InterruptedException;

  /** When the last frame arrived, whether or not it has been taken; null before the first. */
  @Nullable Instant lastFrameAt();

  /** How many frames have arrived and wait to be taken. Any thread. */
  int waiting();

  /** The bytes of those. Any thread. */
  long waitingBytes();

  /**
   * For how long the socket has not been read, since too many wait; zero while it is. Any thread.
   */
  Duration fullFor();

  /** Ends the session in bounded time; frames not yet taken are dropped. Any thread, repeatable. */
  @Override
  void close();
}

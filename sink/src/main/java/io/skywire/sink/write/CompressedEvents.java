package io.skywire.sink.write;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A batch's events, looked at and compressed a piece at a time, some bytes ahead of who writes
 * them. The context is theirs until they are closed. One thread writes; the executor may have
 * another one that compresses.
 */
final class CompressedEvents implements EncodedEvents {
  /** Of JSON; a longer event is a piece by itself. */
  private static final int PIECE_BYTES = 64 * 1024;

  private final List<EventRow> rows;
  private final ZstdCompressCtx context;
  private final Executor executor;
  private final long aheadBytesMax;
  private final Deque<Ahead> ahead = new ArrayDeque<>();
  private long aheadBytes;
  private int begun;
  private @Nullable Piece piece;
  private volatile boolean closed;

  private record Ahead(CompletableFuture<Piece> piece, long bytes) {}

  /**
   * @param aheadBytesMax of JSON that is compressed before it can be written. An event may have 15
   *     MiB, so this and not the number of pieces bounds the memory
   */
  CompressedEvents(
      List<EventRow> rows, ZstdCompressCtx context, Executor executor, long aheadBytesMax) {
    this.rows = rows;
    this.context = context;
    this.executor = executor;
    this.aheadBytesMax = aheadBytesMax;
  }

  @Override
  public void writeNext(BinaryCopy copy) throws SQLException {
    if (piece == null || piece.isWritten()) {
      piece = null;
      piece = next();
    }
    piece.writeNext(copy);
  }

  /** Waits for the piece that is being compressed: the context is somebody else's afterwards. */
  @Override
  public void close() {
    closed = true;
    CompletableFuture.allOf(ahead.stream().map(Ahead::piece).toArray(CompletableFuture<?>[]::new))
        .exceptionally(neverWritten -> null)
        .join();
  }

  private Piece next() {
    while (begun < rows.size() && (ahead.isEmpty() || aheadBytes < aheadBytesMax)) {
      begin();
    }
    Ahead first = ahead.remove();
    aheadBytes -= first.bytes;
    try {
      return first.piece.join();
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw failed;
    }
  }

  private void begin() {
    int end = begun;
    long bytes = 0;
    do {
      bytes += rows.get(end++).json().length;
    } while (end < rows.size() && bytes + rows.get(end).json().length <= PIECE_BYTES);
    List<EventRow> next = rows.subList(begun, end);
    ahead.add(
        new Ahead(
            CompletableFuture.supplyAsync(
                () -> Piece.of(closed ? List.of() : next, context), executor),
            bytes));
    aheadBytes += bytes;
    begun = end;
  }

  /** Frames one behind the other. What is no JSON has none, and a flaw instead. */
  private static final class Piece {
    private final List<EventRow> rows;
    private final byte[] frames;
    private final int[] ends;
    private final @Nullable String[] flaws;
    private int written;

    private Piece(List<EventRow> rows, int bytesMax) {
      this.rows = rows;
      this.frames = new byte[bytesMax];
      this.ends = new int[rows.size()];
      this.flaws = new String[rows.size()];
    }

    static Piece of(List<EventRow> rows, ZstdCompressCtx context) {
      long bytesMax = 0;
      for (EventRow row : rows) {
        bytesMax += Zstd.compressBound(row.json().length);
      }
      Piece piece = new Piece(rows, Math.toIntExact(bytesMax));
      int end = 0;
      for (int at = 0; at < rows.size(); at++) {
        byte[] json = rows.get(at).json();
        piece.flaws[at] = JsonCheck.flaw(json);
        if (piece.flaws[at] == null) {
          end +=
              context.compressByteArray(
                  piece.frames, end, piece.frames.length - end, json, 0, json.length);
        }
        piece.ends[at] = end;
      }
      return piece;
    }

    boolean isWritten() {
      return written == rows.size();
    }

    void writeNext(BinaryCopy copy) throws SQLException {
      int at = written++;
      if (flaws[at] != null) {
        throw new SQLException("invalid JSON: " + flaws[at], SqlStates.NO_JSON);
      }
      int from = at == 0 ? 0 : ends[at - 1];
      copy.bytes(null);
      copy.integer(rows.get(at).json().length);
      copy.bytes(frames, from, ends[at] - from);
    }
  }
}

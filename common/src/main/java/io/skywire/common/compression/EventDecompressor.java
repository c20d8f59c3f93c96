package io.skywire.common.compression;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdDictDecompress;
import com.github.luben.zstd.ZstdException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** From rows of {@code firehose_events} to their events' JSON. One thread. */
public final class EventDecompressor implements AutoCloseable {
  private final EventDictionaries dictionaries;
  private final @Nullable Connection connection;
  private @Nullable ZstdDecompressCtx context;
  private int dictionary;

  /**
   * @param connection null where it may not ask for dictionaries
   */
  EventDecompressor(EventDictionaries dictionaries, @Nullable Connection connection) {
    this.dictionaries = dictionaries;
    this.connection = connection;
  }

  /**
   * The row's event, UTF-8.
   *
   * @param row with the columns {@code event}, {@code event_zstd} and {@code bytes}, the event's
   *     length
   * @return null when the row has neither
   * @throws UnreadableEventException when the frame is damaged or its dictionary is missing
   * @throws SQLException when the database fails
   */
  public byte @Nullable [] event(ResultSet row) throws SQLException {
    byte[] frame = row.getBytes("event_zstd");
    return frame == null ? row.getBytes("event") : decompress(frame, row.getInt("bytes"));
  }

  private byte[] decompress(byte[] frame, int bytes) throws SQLException {
    if (bytes < 0) {
      throw new UnreadableEventException("it is said to have %d bytes".formatted(bytes));
    }
    byte[] json = new byte[bytes];
    decompress(frame, 0, frame.length, json, 0, bytes);
    return json;
  }

  /**
   * Decompresses a frame into a part of an array, which it has to fill. Elsewhere nothing is
   * written.
   *
   * @param frames with the frame, which is {@code frameLength} bytes from {@code from} on
   * @param into what gets the event's JSON, {@code length} bytes from {@code at} on
   * @throws UnreadableEventException when the frame is damaged, the event is not as long as that,
   *     or its dictionary is missing
   * @throws SQLException when the dictionary is not known yet and the database fails
   */
  public void decompress(byte[] frames, int from, int frameLength, byte[] into, int at, int length)
      throws SQLException {
    try {
      ZstdDecompressCtx opened = context;
      if (opened == null) {
        opened = new ZstdDecompressCtx();
        context = opened;
      }
      int named = FrameHeader.dictionary(frames, from, frameLength);
      if (named != 0 && named != dictionary) {
        ZstdDictDecompress known = dictionaries.known(named);
        opened.loadDict(known == null ? find(named) : known);
        dictionary = named;
      }
      int read = opened.decompressByteArray(into, at, length, frames, from, frameLength);
      if (read != length) {
        throw new UnreadableEventException(
            "its frame has %d bytes, not %d".formatted(read, length));
      }
    } catch (ZstdException damaged) {
      throw new UnreadableEventException("its frame is damaged: " + damaged.getMessage());
    }
  }

  /** Whether a frame can be decompressed without asking the database for its dictionary. */
  public boolean isReady(byte[] frames, int from, int length) {
    int named = FrameHeader.dictionary(frames, from, length);
    return named == 0 || dictionaries.known(named) != null;
  }

  private ZstdDictDecompress find(int id) throws SQLException {
    if (connection != null) {
      return dictionaries.find(connection, id);
    }
    throw new UnreadableEventException("its dictionary %d is not known".formatted(id));
  }

  @Override
  public void close() {
    if (context != null) {
      context.close();
    }
  }
}

package io.skywire.common.compression;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** From rows of {@code firehose_events} to their events' JSON. One thread. */
public final class EventDecompressor implements AutoCloseable {
  private final EventDictionaries dictionaries;
  private final Connection connection;
  private @Nullable ZstdDecompressCtx context;
  private int dictionary;

  EventDecompressor(EventDictionaries dictionaries, Connection connection) {
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
    try {
      ZstdDecompressCtx opened = context;
      if (opened == null) {
        opened = new ZstdDecompressCtx();
        context = opened;
      }
      int named = (int) Zstd.getDictIdFromFrame(frame);
      if (named != 0 && named != dictionary) {
        opened.loadDict(dictionaries.find(connection, named));
        dictionary = named;
      }
      byte[] json = opened.decompress(frame, bytes);
      if (json.length != bytes) {
        throw new UnreadableEventException(
            "its frame has %d bytes, not %d".formatted(json.length, bytes));
      }
      return json;
    } catch (ZstdException damaged) {
      throw new UnreadableEventException("its frame is damaged: " + damaged.getMessage());
    }
  }

  @Override
  public void close() {
    if (context != null) {
      context.close();
    }
  }
}

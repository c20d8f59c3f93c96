package io.skywire.common.compression;

import com.github.luben.zstd.ZstdDictDecompress;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The dictionaries that events are compressed with, from the table {@code event_dictionaries}, each
 * read when an event first names it and kept: there is a new one a week. Any thread may call it.
 */
public final class EventDictionaries implements AutoCloseable {
  private final ConcurrentMap<Integer, ZstdDictDecompress> known = new ConcurrentHashMap<>();

  /**
   * Decompresses the events of one answer.
   *
   * @param connection by which a dictionary is read that is not known yet
   */
  public EventDecompressor decompressor(Connection connection) {
    return new EventDecompressor(this, connection);
  }

  /**
   * Decompresses events whose dictionaries are known: it never asks a database.
   *
   * @see EventDecompressor#isReady
   */
  public EventDecompressor decompressor() {
    return new EventDecompressor(this, null);
  }

  @Nullable ZstdDictDecompress known(int id) {
    return known.get(id);
  }

  /** Reads one that is not known yet. */
  ZstdDictDecompress find(Connection connection, int id) throws SQLException {
    ZstdDictDecompress read = new ZstdDictDecompress(read(connection, id));
    ZstdDictDecompress first = known.putIfAbsent(id, read);
    if (first == null) {
      return read;
    }
    read.close();
    return first;
  }

  private static byte[] read(Connection connection, int id) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("select dictionary from event_dictionaries where id = ?")) {
      select.setInt(1, id);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          throw new UnreadableEventException(
              "table event_dictionaries has no dictionary %d, which it is compressed with"
                  .formatted(id));
        }
        return row.getBytes(1);
      }
    }
  }

  /** No {@link EventDecompressor} may be in use. */
  @Override
  public void close() {
    known.values().forEach(ZstdDictDecompress::close);
    known.clear();
  }
}

package io.skywire.sink.write;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdException;
import io.skywire.sink.write.EventBatch.Entry;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Each event is a zstd frame of its own, so that it can be read alone, with a dictionary of what
 * events have in common: they are about a third as long as their JSON, and half without one. The
 * dictionary is learned of the events that come, for all sinks, and anew when it is a week old. It
 * is committed before the first event that needs it.
 */
public final class ZstdEncoding implements EventEncoding {
  private static final Logger log = LoggerFactory.getLogger(ZstdEncoding.class);

  /** The next ones save a thirtieth of the bytes and take half as long again. */
  public static final int LEVEL = 1;

  /**
   * From how many rows on a thread of its own compresses, while this one talks to PostgreSQL. Fewer
   * are there sooner without.
   */
  private static final int ALONE_FROM = 500;

  private static final long AHEAD_BYTES = 256 * 1024;

  private final DataSource database;
  private final LongSupplier nanoTime;
  private final ZstdCompressCtx context = new ZstdCompressCtx().setLevel(LEVEL);
  private final DictionaryTraining training = new DictionaryTraining();
  private final ExecutorService compressor =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().name("sink-compressor").daemon().factory());
  private boolean loaded;

  /** The dictionary in use; 0 for none. */
  private int dictionary;

  /** When it will be time for another, by {@link #nanoTime}. */
  private long due;

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  public ZstdEncoding(DataSource database, LongSupplier nanoTime) {
    this.database = database;
    this.nanoTime = nanoTime;
  }

  @Override
  public void begin(Connection transaction) throws SQLException {
    if (!loaded) {
      load(transaction);
    } else if (dictionary != 0 && !isThere(transaction)) {
      throw goneDictionary();
    }
  }

  @Override
  public EncodedEvents encode(List<EventRow> rows) {
    return rows.size() < ALONE_FROM
        ? new CompressedEvents(rows, context, Runnable::run, 0)
        : new CompressedEvents(rows, context, compressor, AHEAD_BYTES);
  }

  @Override
  public void learn(List<Entry> stored) throws SQLException {
    if (!loaded || nanoTime.getAsLong() - due < 0) {
      return;
    }
    stored.forEach(entry -> training.see(entry.row().json()));
    if (!training.hasEnough()) {
      return;
    }
    try (Connection connection = database.getConnection()) {
      // Another sink may have been quicker.
      load(connection);
      if (nanoTime.getAsLong() - due >= 0) {
        store(connection, training.train());
        load(connection);
      }
    } catch (ZstdException nothingInCommon) {
      log.info("no dictionary for events this time: {}", nothingInCommon.getMessage());
      due = nanoTime.getAsLong() + DictionaryTraining.PAUSE.toNanos();
    } finally {
      training.clear();
    }
  }

  @Override
  public void close() {
    compressor.close();
    context.close();
  }

  /** Goes on with the newest dictionary. */
  private void load(Connection connection) throws SQLException {
    try (Statement select = connection.createStatement();
        ResultSet row =
            select.executeQuery(
                """
                select id, dictionary, extract(epoch from clock_timestamp() - made_at)::bigint
                from event_dictionaries order by made_at desc, id limit 1
                """)) {
      if (row.next()) {
        use(row.getInt(1), row.getBytes(2));
        due = nanoTime.getAsLong() + DictionaryTraining.nextAfter(row.getLong(3)).toNanos();
      } else if (dictionary != 0) {
        throw goneDictionary();
      } else {
        due = nanoTime.getAsLong();
      }
      loaded = true;
    }
  }

  private void use(int id, byte[] bytes) {
    if (id != dictionary) {
      context.loadDict(bytes);
      dictionary = id;
    }
  }

  /** A standby has taken over that had not got it. Whoever opens anew goes on with another. */
  private SQLException goneDictionary() {
    return new SQLException("the events' dictionary %d is no longer there".formatted(dictionary));
  }

  private boolean isThere(Connection transaction) throws SQLException {
    try (PreparedStatement select =
        transaction.prepareStatement("select 1 from event_dictionaries where id = ?")) {
      select.setInt(1, dictionary);
      try (ResultSet row = select.executeQuery()) {
        return row.next();
      }
    }
  }

  private static void store(Connection connection, byte[] trained) throws SQLException {
    int id = (int) Zstd.getDictIdFromDict(trained);
    try (PreparedStatement insert =
        connection.prepareStatement(
            """
            insert into event_dictionaries (id, dictionary) values (?, ?) on conflict do nothing
            """)) {
      insert.setInt(1, id);
      insert.setBytes(2, trained);
      insert.executeUpdate();
      log.info("events are compressed with dictionary {} from now on", id);
    }
  }
}

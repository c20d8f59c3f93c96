package io.skywire.api.events;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDictTrainer;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;

/** The three forms that an event may be stored in, in turn. */
final class StoredForms implements AutoCloseable {
  private static final int SAMPLES_BYTES = 1024 * 1024;
  private static final int DICTIONARY_BYTES = 4 * 1024;

  private final byte[] dictionary;
  private final ZstdCompressCtx plain = new ZstdCompressCtx();
  private final ZstdCompressCtx common = new ZstdCompressCtx();
  private int bound;

  StoredForms(List<String> events) {
    ZstdDictTrainer trainer = new ZstdDictTrainer(SAMPLES_BYTES, DICTIONARY_BYTES);
    events.forEach(event -> trainer.addSample(event.getBytes(StandardCharsets.UTF_8)));
    dictionary = trainer.trainSamples();
    common.loadDict(dictionary);
  }

  byte[] dictionary() {
    return dictionary;
  }

  int dictionaryId() {
    return (int) Zstd.getDictIdFromDict(dictionary);
  }

  /** Binds the columns {@code event}, {@code event_bytes} and {@code event_zstd}. */
  void bind(PreparedStatement insert, int first, String event) throws SQLException {
    byte[] json = event.getBytes(StandardCharsets.UTF_8);
    int form = bound++ % 3;
    if (form == 0) {
      insert.setString(first, event);
      insert.setNull(first + 1, Types.INTEGER);
      insert.setNull(first + 2, Types.BINARY);
    } else {
      insert.setNull(first, Types.VARCHAR);
      insert.setInt(first + 1, json.length);
      insert.setBytes(first + 2, (form == 1 ? plain : common).compress(json));
    }
  }

  @Override
  public void close() {
    plain.close();
    common.close();
  }
}

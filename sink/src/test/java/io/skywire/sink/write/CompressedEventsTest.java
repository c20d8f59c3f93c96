package io.skywire.sink.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.ZstdCompressCtx;
import io.skywire.sink.SinkDatabase;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How much is compressed ahead; what is written, {@link ZstdEncodingTest} reads. */
class CompressedEventsTest {
  private static final int KIB = 1024;
  private static final long AHEAD = 256 * KIB;

  private final ZstdCompressCtx context = new ZstdCompressCtx();
  private final AtomicInteger begun = new AtomicInteger();
  private final Executor counting =
      task -> {
        begun.incrementAndGet();
        task.run();
      };

  private SinkDatabase database;
  private Connection connection;
  private BinaryCopy copy;

  @BeforeEach
  void start() throws SQLException {
    database = SinkDatabase.empty();
    database.execute("create table events (event json, event_bytes integer, event_zstd bytea)");
    connection = database.pool().getConnection();
    copy = new BinaryCopy(connection, "copy events from stdin (format binary)");
  }

  @AfterEach
  void stop() throws SQLException {
    copy.close();
    connection.close();
    database.close();
    context.close();
  }

  @Test
  void aFewPiecesOfShortEventsAreCompressedAhead() throws SQLException {
    // 64 of them are a piece.
    assertThat(begunForTheFirst(Collections.nCopies(1_000, json(KIB)), AHEAD)).isEqualTo(4);
    assertThat(begunForTheFirst(Collections.nCopies(100, json(KIB)), AHEAD)).isEqualTo(2);
  }

  @Test
  void oneLongEventIsAsMuch() throws SQLException {
    assertThat(begunForTheFirst(Collections.nCopies(10, json(1_000 * KIB)), AHEAD)).isEqualTo(1);
  }

  @Test
  void withoutAThreadOfItsOwnAPieceIsCompressedWhenItIsWritten() throws SQLException {
    assertThat(begunForTheFirst(Collections.nCopies(1_000, json(KIB)), 0)).isEqualTo(1);
  }

  @Test
  void whatFailsOnTheOtherThreadIsSaidAsItWouldBeOnThisOne() {
    context.close();
    try (CompressedEvents events =
        new CompressedEvents(rows(List.of(json(KIB))), context, counting, AHEAD)) {
      assertThatThrownBy(() -> events.writeNext(copy)).isInstanceOf(IllegalStateException.class);
    }
  }

  private int begunForTheFirst(List<byte[]> all, long aheadBytesMax) throws SQLException {
    begun.set(0);
    try (CompressedEvents events =
        new CompressedEvents(rows(all), context, counting, aheadBytesMax)) {
      events.writeNext(copy);
    }
    return begun.get();
  }

  private static List<EventRow> rows(List<byte[]> all) {
    EventRow plain = EventRow.plain(0);
    return all.stream()
        .map(json -> new EventRow(0, plain.eventType(), plain.repo(), List.of(), null, 0, json))
        .toList();
  }

  private static byte[] json(int bytes) {
    return ("\"" + "x".repeat(bytes - 2) + "\"").getBytes(StandardCharsets.UTF_8);
  }
}

package io.skywire.api.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.api.TestDatabase;
import io.skywire.api.filters.EventFilter;
import io.skywire.common.compression.EventDictionaries;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/** What a page shows when a sink stores in the middle of it. */
class WatermarkTest {
  private TestDatabase database;

  @BeforeEach
  void start() {
    database = TestDatabase.create();
  }

  @AfterEach
  void stop() {
    database.close();
  }

  @Test
  void whatIsStoredInTheMiddleOfAPageIsInTheNext() throws Exception {
    store(1);
    EventQuery query =
        new EventQuery(
            before(2, PreparedStatement.class, () -> store(2)),
            new EventDictionaries(),
            EventQuery.SCAN_MAX,
            EventQuery.PAGE_BYTES_MAX);
    assertThat(seqs(query, 0)).as("the page ends where its rows do").containsExactly(1L);
    assertThat(seqs(query, 1)).containsExactly(2L);
  }

  @Test
  void noMoreIsItInTheMiddleOfAStreamsPage() throws Exception {
    store(1);
    EventQuery query =
        new EventQuery(
            before(1, PGConnection.class, () -> store(2)),
            new EventDictionaries(),
            EventQuery.SCAN_MAX,
            EventQuery.PAGE_BYTES_MAX);
    EventMemory memory = new EventMemory(EventMemory.BYTES_MAX, EventMemory.WAIT_MAX);
    try (EventMemory.Lease lease = memory.lease()) {
      PageRequest request = PageRequest.of(0, 10, EventFilter.ALL);
      StreamPage page = query.streamPage(request, lease);
      assertThat(StreamPagesTest.text(page)).isEqualTo("id: 1\ndata: {}\n\n");
      assertThat(page.maxSeq()).isEqualTo(1);
      StreamPage next = query.streamPage(request.after(1), lease);
      assertThat(StreamPagesTest.text(next)).isEqualTo("id: 2\ndata: {}\n\n");
    }
  }

  /** Of a page, whose every seq up to its end has an event. */
  private static List<Long> seqs(EventQuery query, long since) throws Exception {
    EventMemory memory = new EventMemory(EventMemory.BYTES_MAX, EventMemory.WAIT_MAX);
    try (EventMemory.Lease lease = memory.lease()) {
      EventPage page = query.page(PageRequest.of(since, 10, EventFilter.ALL), lease);
      assertThat(page.events())
          .as("up to %d", page.maxSeq())
          .hasSize((int) (page.maxSeq() - since));
      return page.events().stream().map(Event::seq).toList();
    }
  }

  private void store(long seq) {
    database.execute(
        """
        insert into firehose_events (seq, event_type, indexed_at, event)
        values (%d, 'commit', '%sT12:00:00Z', '{}')
        """
            .formatted(seq, TestDatabase.FIRST_DAY));
    database.watermark(seq);
  }

  /**
   * The database, with something to be done once: when a connection has given out so many things of
   * a type, and before the last of them is used.
   */
  private DataSource before(int count, Class<?> type, Runnable action) {
    AtomicInteger given = new AtomicInteger();
    return proxy(
        DataSource.class,
        database.dataSource(),
        connection ->
            proxy(
                Connection.class,
                connection,
                result -> {
                  if (type.isInstance(result) && given.incrementAndGet() == count) {
                    action.run();
                  }
                  return result;
                }));
  }

  private static <T> T proxy(Class<T> type, Object of, UnaryOperator<Object> answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> answer.apply(method.invoke(of, arguments))));
  }
}

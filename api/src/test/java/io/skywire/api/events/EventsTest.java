package io.skywire.api.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.api.TestApi;
import io.skywire.api.TestDatabase;
import io.skywire.api.filters.Choice;
import io.skywire.api.filters.EventFilter;
import io.skywire.common.compression.EventDictionaries;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Pages over random rows, compared with filtering all rows by hand. */
class EventsTest {
  private static final int ROWS = 30_000;
  private static final long WATERMARK = 55_000;
  private static final String[] TYPES = {"commit", "commit", "commit", "identity", "account"};

  private record Row(long seq, String type, String repo, Set<String> collections) {
    String json() {
      return "{\"seq\":" + seq + ",\"text\":\"\\u0000 😀 " + repo + "\"}";
    }
  }

  private static final EventMemory MEMORY =
      new EventMemory(EventMemory.BYTES_MAX, EventMemory.WAIT_MAX);
  private static final List<Row> ALL = new ArrayList<>();
  private static TestDatabase database;
  private static TestApi api;
  private static String token;

  @BeforeAll
  static void start() throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    database = TestDatabase.create();
    long seq = 0;
    for (int i = 0; i < ROWS; i++) {
      seq += 1 + random.nextInt(3);
      String type = TYPES[random.nextInt(TYPES.length)];
      Set<String> collections = new LinkedHashSet<>();
      if (type.equals("commit")) {
        for (int c = random.nextInt(20) == 0 ? 3 : 1; c > 0; c--) {
          collections.add(random.nextInt(500) == 0 ? "rare.thing.x" : "c.c.c" + random.nextInt(5));
        }
      }
      ALL.add(
          new Row(
              seq, type, "did:plc:r" + (int) Math.abs(random.nextGaussian() * 40), collections));
    }
    insert();
    database.execute("analyze");
    database.watermark(WATERMARK);
    api = new TestApi(database.url());
    token = TestApi.token(database.dataSource());
  }

  private static void insert() throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        PreparedStatement event =
            connection.prepareStatement(
                "insert into firehose_events values (?, ?, ?, ?, null, ?, ?::json, ?, ?)");
        PreparedStatement dictionary =
            connection.prepareStatement("insert into event_dictionaries values (?, ?)");
        StoredForms forms = new StoredForms(ALL.stream().map(Row::json).toList());
        PreparedStatement further =
            connection.prepareStatement(
                "insert into firehose_event_collections values (?, ?, ?)")) {
      connection.setAutoCommit(false);
      dictionary.setInt(1, forms.dictionaryId());
      dictionary.setBytes(2, forms.dictionary());
      dictionary.executeUpdate();
      for (Row row : ALL) {
        OffsetDateTime at =
            OffsetDateTime.parse(TestDatabase.FIRST_DAY + "T00:00:00Z").plusSeconds(row.seq() * 4);
        List<String> collections = List.copyOf(row.collections());
        event.setLong(1, row.seq());
        event.setString(2, row.type());
        event.setString(3, row.repo());
        event.setString(4, collections.isEmpty() ? null : collections.getFirst());
        event.setObject(5, at);
        forms.bind(event, 6, row.json());
        event.addBatch();
        for (int i = 1; i < collections.size(); i++) {
          further.setString(1, collections.get(i));
          further.setLong(2, row.seq());
          further.setObject(3, at);
          further.addBatch();
        }
      }
      event.executeBatch();
      further.executeBatch();
      connection.commit();
    }
  }

  @AfterAll
  static void stop() {
    api.close();
    database.close();
  }

  private static List<Long> byHand(
      @Nullable String type, @Nullable String collection, @Nullable String repo) {
    return ALL.stream()
        .filter(row -> row.seq() <= WATERMARK)
        .filter(row -> type == null || row.type().equals(type))
        .filter(row ->
            collection == null
                || row.collections().stream().anyMatch(one -> matches(collection, one)))
        .filter(row -> repo == null || row.repo().equals(repo))
        .map(Row::seq)
        .toList();
  }

  private static boolean matches(String pattern, String collection) {
    return pattern.endsWith("*")
        ? collection.startsWith(pattern.substring(0, pattern.length() - 1))
        : collection.equals(pattern);
  }

  /** All seqs that paging by {@code max_seq} brings. */
  private static List<Long> walk(String filters, int limit) throws Exception {
    List<Long> seqs = new ArrayList<>();
    long since = 0;
    while (since < WATERMARK) {
      HttpResponse<byte[]> answer =
          api.get("/api/events?since=" + since + "&limit=" + limit + filters, token);
      assertThat(answer.statusCode()).as(filters).isEqualTo(200);
      JsonNode page = TestApi.json(answer);
      assertThat(page.get("count").asInt()).isEqualTo(page.get("events").size());
      assertThat(page.get("watermark_seq").asLong()).isEqualTo(WATERMARK);
      assertThat(page.get("oldest_seq").asLong()).isEqualTo(ALL.getFirst().seq());
      for (JsonNode event : page.get("events")) {
        seqs.add(event.get("seq").asLong());
      }
      assertThat(page.get("max_seq").asLong()).as("max_seq moves on").isGreaterThan(since);
      since = page.get("max_seq").asLong();
    }
    return seqs;
  }

  @Test
  void pagingSeesEveryReadableEventOnceAndInOrder() throws Exception {
    assertThat(walk("", 1000)).isEqualTo(byHand(null, null, null));
    assertThat(ALL.getLast().seq()).as("some are above the watermark").isGreaterThan(WATERMARK);
  }

  @ParameterizedTest
  @CsvSource({
    "commit,,",
    "identity,,",
    ",c.c.c1,",
    ",rare.thing.x,",
    ",,did:plc:r3",
    ",,did:plc:r120",
    "commit,c.c.c2,",
    "identity,c.c.c2,",
    "commit,rare.thing.x,",
    "account,,did:plc:r1",
    ",c.c.c4,did:plc:r2",
    "commit,c.c.c0,did:plc:r5",
    "nothing,,",
    ",no.such.thing,",
    ",,did:plc:nobody",
    ",c.c.*,",
    ",rare.*,",
    ",none.*,",
    "commit,rare.thing.*,",
    "identity,c.c.*,",
    ",c.*,did:plc:r2",
    "commit,rare.*,did:plc:r5",
    "' or 1=1 --',,"
  })
  void filtersGiveWhatFilteringByHandGives(
      @Nullable String type, @Nullable String collection, @Nullable String repo) throws Exception {
    String filters =
        parameter("event_type", type)
            + parameter("collection", collection)
            + parameter("repo", repo);
    assertThat(walk(filters, 1000)).as(filters).isEqualTo(byHand(type, collection, repo));
  }

  private static String parameter(String name, @Nullable String value) {
    return value == null ? "" : "&" + name + "=" + TestApi.encode(value);
  }

  /** Of each walk: filters that nearly all, some and hardly any of its entries meet. */
  @ParameterizedTest
  @CsvSource({
    "3,commit,c.c.c2,",
    "10,commit,rare.thing.x,",
    "7,identity,c.c.c2,",
    "4,account,,did:plc:r1",
    "3,commit,,did:plc:r3",
    "10,,c.c.c4,did:plc:r2",
    "5,,rare.thing.x,did:plc:r2",
    "6,commit,c.c.c0,did:plc:r5",
    "7,,rare.*,",
    "9,commit,c.c.*,"
  })
  void aBoundedScanSaysWhereItStoppedAndGoesOnFromThere(
      int scanMax, @Nullable String type, @Nullable String collection, @Nullable String repo)
      throws Exception {
    EventQuery query =
        new EventQuery(
            database.dataSource(), new EventDictionaries(), scanMax, EventQuery.PAGE_BYTES_MAX);
    EventFilter exact = EventFilter.of(type, null, repo);
    EventFilter filter =
        new EventFilter(
            exact.types(),
            collection == null ? null : Choice.ofPatterns(List.of(collection)),
            exact.repos());
    List<Long> seqs = new ArrayList<>();
    long since = 0;
    int pages = 0;
    while (since < WATERMARK) {
      EventPage page;
      try (EventMemory.Lease lease = MEMORY.lease()) {
        page = query.page(PageRequest.of(since, 1000, filter), lease);
      }
      seqs.addAll(seqs(page));
      assertThat(page.events().size()).isLessThanOrEqualTo(scanMax);
      assertThat(page.maxSeq()).isGreaterThan(since);
      since = page.maxSeq();
      pages++;
    }
    assertThat(seqs).containsExactlyElementsOf(byHand(type, collection, repo));
    assertThat(pages).isGreaterThan(1);
  }

  @Test
  void aBoundedScanStopsAtItsLastEntryAlsoWhenThatIsAnEvent() throws Exception {
    EventQuery query =
        new EventQuery(
            database.dataSource(), new EventDictionaries(), 3, EventQuery.PAGE_BYTES_MAX);
    List<Long> all = byHand("commit", "c.c.c2", null);
    EventFilter filter = EventFilter.of("commit", "c.c.c2", null);
    EventPage page;
    try (EventMemory.Lease lease = MEMORY.lease()) {
      page = query.page(PageRequest.of(0, 1000, filter), lease);
    }
    assertThat(seqs(page)).isEqualTo(all.subList(0, 3));
    assertThat(page.maxSeq()).isEqualTo(all.get(2));
  }

  private static List<Long> seqs(EventPage page) {
    return page.events().stream()
        .map(event -> new JsonMapper().readTree(event.json()).get("seq").asLong())
        .toList();
  }

  @Test
  void storedBytesComeBackUnchanged() throws Exception {
    Row row = ALL.get(17);
    assertThat(api.get("/api/events/" + row.seq(), token).body())
        .asString(StandardCharsets.UTF_8)
        .isEqualTo(row.json());
    String page =
        new String(
            api.get("/api/events?limit=1&since=" + (row.seq() - 1), token).body(),
            StandardCharsets.UTF_8);
    assertThat(page).startsWith("{\"events\":[" + row.json() + "],\"max_seq\":" + row.seq() + ",");
  }

  @Test
  void whatIsAboveTheWatermarkIsNotShown() throws Exception {
    assertThat(api.get("/api/events/" + ALL.getLast().seq(), token).statusCode()).isEqualTo(404);
    JsonNode page = TestApi.json(api.get("/api/events?since=" + WATERMARK, token));
    assertThat(page.get("count").asInt()).isZero();
    assertThat(page.get("max_seq").asLong()).isEqualTo(WATERMARK);
    JsonNode beyond = TestApi.json(api.get("/api/events?since=999999999", token));
    assertThat(beyond.get("max_seq").asLong()).as("never below since").isEqualTo(999_999_999);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "since=",
        "since=abc",
        "since=-1",
        "since=1.5",
        "since=9223372036854775808",
        "since=0&limit=x",
        "since=0&limit=0",
        "since=0&limit=-5",
        "since=0&since=1",
        "since=0&collection=*",
        "since=0&collection=.*",
        "since=0&collection=app.bsky*",
        "since=0&collection=app.*.post",
        "since=0&wait=x",
        "since=0&wait=-1",
        "since=0&repo=a&repo=b"
      })
  void wrongParametersAreABadRequest(String query) throws Exception {
    HttpResponse<byte[]> answer = api.get("/api/events?" + query, token);
    assertThat(answer.statusCode()).as(query).isEqualTo(400);
    assertThat(TestApi.json(answer).get("error").asString()).isNotBlank();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"repo=%00", "collection=%F0%9F%98%80", "event_type=%27%22%5C", "repo=a%00b"})
  void hostileValuesMatchNothing(String filter) throws Exception {
    HttpResponse<byte[]> answer = api.get("/api/events?since=0&" + filter, token);
    assertThat(answer.statusCode()).isEqualTo(200);
    JsonNode page = TestApi.json(answer);
    assertThat(page.get("count").asInt()).isZero();
    assertThat(page.get("max_seq").asLong()).isEqualTo(WATERMARK);
  }
}

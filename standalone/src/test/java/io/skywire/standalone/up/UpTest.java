package io.skywire.standalone.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.skywire.embedded.FreePort;
import io.skywire.embedded.SmallDisk;
import io.skywire.embedded.process.ChildCommand;
import io.skywire.embedded.process.ChildProcess;
import io.skywire.embedded.simulator.Ledger;
import io.skywire.embedded.simulator.LedgerEntry;
import io.skywire.embedded.simulator.RelaySimulator;
import io.skywire.embedded.simulator.SimulatorSettings;
import io.skywire.standalone.Skywire;
import io.skywire.standalone.folder.DataFolder;
import io.skywire.standalone.folder.RunningUp;
import io.skywire.standalone.pipeline.Reader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** The command {@code up} as people use it: a process in a terminal, and its data folder. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class UpTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration STOP_MAX = Duration.ofSeconds(20);
  private static final String TOKEN = "token      ";

  /** The largest there is: no relay has come so far. */
  private static final String SEQ_MAX = Long.toString((1L << 53) - 1);

  @TempDir private Path temporary;

  private final int port = FreePort.any();
  private final List<ChildProcess> children = new ArrayList<>();
  private int runs;

  @AfterEach
  void end() {
    // What was started beside an `up` needs its servers to end in order.
    for (ChildProcess child : children.reversed()) {
      if (child.isAlive()) {
        child.terminate();
        child.awaitExit(STOP_MAX);
      }
    }
  }

  @Test
  void goesOnWhereItWasAfterAKillAndAfterAStop() throws Exception {
    ChildProcess first = up("--demo", "--rate", "200");
    Reader reader = new Reader(api(), token(first));
    reader.readTo(500, PATIENCE);
    assertStoredAreThoseOf(reader);
    assertTailIsThatOf(reader);
    assertTheDoctorIsContent();

    ChildProcess second = up("--demo");
    assertThat(second.awaitExit(PATIENCE)).as("in a folder that is in use").isEqualTo(1);
    assertThat(log(second).strip()).hasLineCount(1).contains(folder().toString());

    first.kill();
    ChildProcess afterKill = up("--demo", "--rate", "200");
    assertThat(token(afterKill)).as("the token is kept").isEqualTo(token(first));
    reader.readTo(reader.seen().size() + 500, PATIENCE);

    afterKill.terminate();
    assertThat(afterKill.awaitExit(STOP_MAX)).isZero();
    assertThat(folder().resolve("postgres/data/postmaster.pid")).doesNotExist();

    ChildProcess afterStop = up("--demo", "--rate", "200");
    token(afterStop);
    reader.readTo(reader.seen().size() + 500, PATIENCE);
    List<LedgerEntry> ledger = Ledger.read(folder().resolve("relay"), 0);
    assertThat(reader.seen()).isEqualTo(ledger.subList(0, reader.seen().size()));

    afterStop.kill();
    ChildProcess fresh = up("--fresh", "--demo", "--seed", "9");
    Reader anew = new Reader(api(), token(fresh)).readTo(1, PATIENCE);
    assertThat(anew.seen().getFirst().seq()).isEqualTo(1);
    assertThat(anew.seen().getFirst()).isNotEqualTo(ledger.getFirst());
    assertThat(log(fresh)).as("logs go to the file").doesNotContain("INFO");
    assertThat(text(new DataFolder(folder()).log())).contains("INFO");
  }

  @Test
  void itsCursorIsShownAndSetBesideIt() throws Exception {
    ChildProcess up = up("--demo", "--rate", "200");
    Reader reader = new Reader(api(), token(up)).readTo(500, PATIENCE);
    long shown = shownCursor();
    assertThat(shown).isGreaterThanOrEqualTo(reader.since());

    ChildProcess below = beside("cursor", "set", "100");
    assertThat(below.awaitExit(PATIENCE)).isEqualTo(1);
    assertThat(log(below)).contains("cursor 100 is below the committed ", "add --replay to do so");
    setCursor("100", "--replay");
    await(() -> text(new DataFolder(folder()).log()).contains("connected, cursor 100\n"));
    reader.readTo(reader.since() + 500, PATIENCE);

    assertThat(setCursor(SEQ_MAX)).contains(" are skipped, and told as a gap");
    await(() -> log(up).contains("the ingester stopped: cursor " + SEQ_MAX + " is ahead of relay"));
    assertThat(log(up)).contains("./skywire cursor set SEQ --replay", "(api and sink go on)");
    assertThat(setCursor(Long.toString(shown), "--replay")).contains("it was " + SEQ_MAX);
    // Another's, since that of `up` stays stopped.
    start("ingester", RunningUp.find(new DataFolder(folder())).orElseThrow(), "ingester");
    reader.readTo(reader.since() + 500, PATIENCE);

    assertThat(reader.seen())
        .isEqualTo(Ledger.read(folder().resolve("relay"), 0).subList(0, reader.seen().size()));
    assertThat(reader.get("/api/gaps?since=0").path("count").asInt(-1)).isZero();
    assertThat(up.isAlive()).isTrue();
  }

  @Test
  void endsOnceAnEventCanBeReadIfAskedTo() throws Exception {
    ChildProcess up = up("--demo", "--rate", "200", "--until-readable");
    assertThat(up.awaitExit(PATIENCE)).as(log(up)).isZero();
    assertThat(log(up)).contains("stopped; everything is kept in");
  }

  @Test
  void saysPlainlyThatTheRelayCannotBeReachedAndKeepsTrying() throws Exception {
    String nowhere = "ws://127.0.0.1:" + FreePort.any();
    ChildProcess up = up(Map.of("RELAY_URL", nowhere));
    await(() -> log(up).contains("relay " + nowhere + " not reachable: connection refused"));
    assertThat(up.isAlive()).isTrue();
    assertThat(log(up)).doesNotContain("\tat ", "Exception");
  }

  /** The whole data folder's: Kafka's log, PostgreSQL and its journal. */
  @Test
  @Tag("long")
  void aFullDiskEndsItAndWhenThereIsRoomTheNextOneGoesOn() throws Exception {
    Path disk = Files.createDirectory(folder());
    Optional<SmallDisk> mounted = SmallDisk.mount(disk, 256);
    assumeTrue(mounted.isPresent(), "skipped: this user cannot mount a small disk");
    try (SmallDisk small = mounted.orElseThrow();
        RelaySimulator relay =
            RelaySimulator.start(SimulatorSettings.defaults().withSeed(37).withRate(200))) {
      Map<String, String> variables =
          Map.of("RELAY_URL", relay.uri().toString(), "RELAY_START", "oldest");
      ChildProcess first = up(variables);
      Reader reader = new Reader(api(), token(first)).readTo(500, PATIENCE);
      small.fill();
      assertThat(first.awaitExit(PATIENCE)).as(log(first)).isEqualTo(1);
      assertThat(log(first)).contains("the embedded Kafka broker gave up");

      small.free();
      ChildProcess again = up(variables);
      token(again);
      long end = relay.emitted() + 200;
      relay.limit(end);
      await(() -> relay.emitted() >= end);
      reader.readTo(relay.head(), PATIENCE);
      assertThat(reader.seen()).isEqualTo(relay.ledger().entries());
      assertThat(reader.get("/api/gaps?since=0").path("count").asInt(-1)).isZero();
      again.terminate();
      assertThat(again.awaitExit(STOP_MAX)).isZero();
    }
  }

  /** In the table they are compressed. */
  private void assertStoredAreThoseOf(Reader reader) throws Exception {
    ChildProcess stored = beside("event", "1", "2");
    assertThat(stored.awaitExit(PATIENCE)).as(log(stored)).isZero();
    JsonMapper json = JsonMapper.shared();
    assertThat(log(stored).lines().filter(line -> line.startsWith("{")).map(json::readTree))
        .containsExactly(reader.get("/api/events/1"), reader.get("/api/events/2"));
    ChildProcess missing = beside("event", SEQ_MAX);
    assertThat(missing.awaitExit(PATIENCE)).isEqualTo(1);
    assertThat(log(missing)).contains("There is no event with seq " + SEQ_MAX);
  }

  private void assertTheDoctorIsContent() throws Exception {
    ChildProcess beside = beside("doctor");
    assertThat(beside.awaitExit(PATIENCE)).as(log(beside)).isZero();
    assertThat(log(beside).lines().filter(line -> line.startsWith("ok ")))
        .extracting(line -> line.split(" +", -1)[1])
        .contains("settings", "kafka", "postgres", "clock", "sink", "ingester", "relay");
    String port = "127.0.0.1:" + FreePort.any();
    ChildProcess elsewhere =
        start(
            "elsewhere",
            Map.of(
                "SKYWIRE_DATA",
                folder().resolve("nothing").toString(),
                "KAFKA_BOOTSTRAP_SERVERS",
                port,
                "DATABASE_URL",
                "postgresql://nobody:secret-word@" + port + "/none",
                "RELAY_URL",
                "ws://" + port),
            "doctor");
    assertThat(elsewhere.awaitExit(PATIENCE)).isEqualTo(1);
    assertThat(log(elsewhere))
        .contains("SECRET_KEY_BASE is not set", "KAFKA_BOOTSTRAP_SERVERS right?")
        .contains("DATABASE_URL right?", "RELAY_URL right", "connection refused")
        .doesNotContain("secret-word", "Exception");
  }

  private void assertTailIsThatOf(Reader reader) throws Exception {
    ChildProcess tail = beside("tail", "--since", "0");
    List<Long> expected = reader.seen().stream().map(LedgerEntry::seq).toList();
    await(() -> seqs(tail).size() >= expected.size());
    tail.kill();
    assertThat(seqs(tail)).startsWith(expected.toArray(Long[]::new));
    ChildProcess wrong = beside("tail", "--collection", "*");
    assertThat(wrong.awaitExit(PATIENCE)).isEqualTo(1);
    assertThat(log(wrong)).contains("answers 400", "app.bsky.feed.*");
  }

  /** Of the lines that are whole. */
  private List<Long> seqs(ChildProcess tail) {
    return log(tail)
        .lines()
        .filter(line -> line.startsWith("{\"seq\":") && line.endsWith("}"))
        .map(line -> Long.parseLong(line.substring("{\"seq\":".length(), line.indexOf(','))))
        .toList();
  }

  private ChildProcess up(String... options) {
    return up(Map.of(), options);
  }

  private ChildProcess up(Map<String, String> variables, String... options) {
    List<String> arguments = new ArrayList<>(List.of("up"));
    arguments.addAll(List.of(options));
    return start("up", variables, arguments.toArray(String[]::new));
  }

  /** The seq is on a line of its own, beside what is said about it. */
  private long shownCursor() {
    ChildProcess show = beside("cursor", "show");
    assertThat(show.awaitExit(PATIENCE)).isZero();
    return log(show)
        .lines()
        .filter(line -> line.matches("[0-9]+"))
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElseThrow();
  }

  /** Answers what the command says. */
  private String setCursor(String seq, String... options) {
    List<String> arguments = new ArrayList<>(List.of("cursor", "set", seq));
    arguments.addAll(List.of(options));
    ChildProcess set = beside(arguments.toArray(String[]::new));
    assertThat(set.awaitExit(PATIENCE)).as(log(set)).isZero();
    assertThat(log(set)).contains("cursor set to " + seq);
    return log(set);
  }

  /** A command that finds the running one by its folder. */
  private ChildProcess beside(String... arguments) {
    return start("command", Map.of(), arguments);
  }

  private ChildProcess start(String name, Map<String, String> variables, String... arguments) {
    Map<String, String> environment = new HashMap<>(variables);
    environment.putIfAbsent("SKYWIRE_DATA", folder().toString());
    environment.put("PORT", Integer.toString(port));
    ChildProcess child =
        ChildProcess.start(
            ChildCommand.java(
                name,
                Skywire.class.getName(),
                List.of("-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                List.of(arguments),
                environment,
                temporary.resolve(name + "-" + runs++ + ".log")));
    children.add(child);
    return child;
  }

  private Path folder() {
    return temporary.resolve("data");
  }

  private URI api() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** What it prints once it is ready. */
  private static String token(ChildProcess up) throws InterruptedException {
    await(() -> log(up).lines().anyMatch(line -> line.startsWith(TOKEN)));
    return log(up)
        .lines()
        .filter(line -> line.startsWith(TOKEN))
        .map(line -> line.substring(TOKEN.length()).strip())
        .findFirst()
        .orElseThrow();
  }

  private static String log(ChildProcess process) {
    return text(process.command().log());
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException failed) {
      throw new AssertionError(failed);
    }
  }

  private static void await(BooleanSupplier sign) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!sign.getAsBoolean()) {
      assertThat(System.nanoTime()).as("it comes within " + PATIENCE).isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }
}

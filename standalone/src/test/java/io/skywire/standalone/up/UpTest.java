package io.skywire.standalone.up;

import static io.skywire.standalone.up.StartedCommands.PATIENCE;
import static io.skywire.standalone.up.StartedCommands.STOP_MAX;
import static io.skywire.standalone.up.StartedCommands.await;
import static io.skywire.standalone.up.StartedCommands.log;
import static io.skywire.standalone.up.StartedCommands.text;
import static io.skywire.standalone.up.StartedCommands.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.skywire.embedded.FreePort;
import io.skywire.embedded.SmallDisk;
import io.skywire.embedded.process.ChildProcess;
import io.skywire.embedded.simulator.Ledger;
import io.skywire.embedded.simulator.LedgerEntry;
import io.skywire.embedded.simulator.RelaySimulator;
import io.skywire.embedded.simulator.SimulatorSettings;
import io.skywire.standalone.folder.DataFolder;
import io.skywire.standalone.pipeline.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** The command {@code up} as people use it: a process in a terminal, and its data folder. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class UpTest {
  /** The largest there is: no relay has come so far. */
  private static final String SEQ_MAX = Long.toString((1L << 53) - 1);

  @TempDir private Path temporary;

  private StartedCommands commands;

  @BeforeEach
  void begin() {
    commands = new StartedCommands(temporary);
  }

  @AfterEach
  void end() {
    commands.close();
  }

  @Test
  void goesOnWhereItWasAfterAKillAndAfterAStop() throws Exception {
    ChildProcess first = commands.up("--demo", "--rate", "200");
    Reader reader = new Reader(commands.api(), token(first));
    reader.readTo(500, PATIENCE);
    assertStoredAreThoseOf(reader);
    assertTailIsThatOf(reader);
    assertTheDoctorIsContent();

    ChildProcess second = commands.up("--demo");
    assertThat(second.awaitExit(PATIENCE)).as("in a folder that is in use").isEqualTo(1);
    assertThat(log(second).strip()).hasLineCount(1).contains(commands.folder().toString());

    first.kill();
    ChildProcess afterKill = commands.up("--demo", "--rate", "200");
    assertThat(token(afterKill)).as("the token is kept").isEqualTo(token(first));
    reader.readTo(reader.seen().size() + 500, PATIENCE);

    afterKill.terminate();
    assertThat(afterKill.awaitExit(STOP_MAX)).isZero();
    assertThat(commands.folder().resolve("postgres/data/postmaster.pid")).doesNotExist();

    ChildProcess afterStop = commands.up("--demo", "--rate", "200");
    token(afterStop);
    reader.readTo(reader.seen().size() + 500, PATIENCE);
    List<LedgerEntry> ledger = Ledger.read(commands.folder().resolve("relay"), 0);
    assertThat(reader.seen()).isEqualTo(ledger.subList(0, reader.seen().size()));

    afterStop.kill();
    ChildProcess fresh = commands.up("--fresh", "--demo", "--seed", "9");
    Reader anew = new Reader(commands.api(), token(fresh)).readTo(1, PATIENCE);
    assertThat(anew.seen().getFirst().seq()).isEqualTo(1);
    assertThat(anew.seen().getFirst()).isNotEqualTo(ledger.getFirst());
    assertThat(log(fresh)).as("logs go to the file").doesNotContain("INFO");
    assertThat(text(new DataFolder(commands.folder()).log())).contains("INFO");
  }

  @Test
  void endsOnceAnEventCanBeReadIfAskedTo() throws Exception {
    ChildProcess up = commands.up("--demo", "--rate", "200", "--until-readable");
    assertThat(up.awaitExit(PATIENCE)).as(log(up)).isZero();
    assertThat(log(up)).contains("stopped; everything is kept in");
  }

  @Test
  void tellsAMachineAllButItsToken() throws Exception {
    ChildProcess up =
        commands.up(
            Map.of("SKYWIRE_LOG_FORMAT", "ecs"), "--demo", "--rate", "200", "--until-readable");
    assertThat(up.awaitExit(PATIENCE)).as(log(up)).isZero();
    String kept = Objects.requireNonNull(new DataFolder(commands.folder()).token());
    assertThat(log(up)).contains("readable at ").doesNotContain(kept);
  }

  @Test
  void saysPlainlyThatTheRelayCannotBeReachedAndKeepsTrying() throws Exception {
    String nowhere = "ws://127.0.0.1:" + FreePort.any();
    ChildProcess up = commands.up(Map.of("RELAY_URL", nowhere));
    await(() -> log(up).contains("relay " + nowhere + " not reachable: connection refused"));
    assertThat(up.isAlive()).isTrue();
    assertThat(log(up)).doesNotContain("\tat ", "Exception");
  }

  /** The whole data folder's: Kafka's log, PostgreSQL and its journal. */
  @Test
  @Tag("long")
  void aFullDiskEndsItAndWhenThereIsRoomTheNextOneGoesOn() throws Exception {
    Path disk = Files.createDirectory(commands.folder());
    Optional<SmallDisk> mounted = SmallDisk.mount(disk, 256);
    assumeTrue(mounted.isPresent(), "skipped: this user cannot mount a small disk");
    try (SmallDisk small = mounted.orElseThrow();
        RelaySimulator relay =
            RelaySimulator.start(SimulatorSettings.defaults().withSeed(37).withRate(200))) {
      Map<String, String> variables =
          Map.of("RELAY_URL", relay.uri().toString(), "RELAY_START", "oldest");
      ChildProcess first = commands.up(variables);
      Reader reader = new Reader(commands.api(), token(first)).readTo(500, PATIENCE);
      small.fill();
      assertThat(first.awaitExit(PATIENCE)).as(log(first)).isEqualTo(1);
      assertThat(log(first)).contains("the embedded Kafka broker gave up");

      small.free();
      ChildProcess again = commands.up(variables);
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
    ChildProcess stored = commands.beside("event", "1", "2");
    assertThat(stored.awaitExit(PATIENCE)).as(log(stored)).isZero();
    JsonMapper json = JsonMapper.shared();
    assertThat(log(stored).lines().filter(line -> line.startsWith("{")).map(json::readTree))
        .containsExactly(reader.get("/api/events/1"), reader.get("/api/events/2"));
    ChildProcess missing = commands.beside("event", SEQ_MAX);
    assertThat(missing.awaitExit(PATIENCE)).isEqualTo(1);
    assertThat(log(missing)).contains("There is no event with seq " + SEQ_MAX);
  }

  private void assertTheDoctorIsContent() throws Exception {
    ChildProcess beside = commands.beside("doctor");
    assertThat(beside.awaitExit(PATIENCE)).as(log(beside)).isZero();
    assertThat(log(beside).lines().filter(line -> line.startsWith("ok ")))
        .extracting(line -> line.split(" +", -1)[1])
        .contains("settings", "kafka", "postgres", "clock", "sink", "ingester", "relay");
    assertThat(log(beside)).contains("GiB free on that of " + commands.folder() + ",");
    String port = "127.0.0.1:" + FreePort.any();
    ChildProcess elsewhere =
        commands.start(
            "elsewhere",
            Map.of(
                "SKYWIRE_DATA",
                commands.folder().resolve("nothing").toString(),
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
        .doesNotContain("secret-word", "Exception")
        .as("the disks are elsewhere too")
        .doesNotContain("GiB free");
  }

  private void assertTailIsThatOf(Reader reader) throws Exception {
    ChildProcess tail = commands.beside("tail", "--since", "0");
    List<Long> expected = reader.seen().stream().map(LedgerEntry::seq).toList();
    await(() -> seqs(tail).size() >= expected.size());
    tail.kill();
    assertThat(seqs(tail)).startsWith(expected.toArray(Long[]::new));
    ChildProcess wrong = commands.beside("tail", "--collection", "*");
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
}

package io.skywire.embedded.postgres;

import io.skywire.common.database.DatabaseUrl;
import io.skywire.embedded.EmbeddedServerException;
import io.skywire.embedded.FreePort;
import io.skywire.embedded.TemporaryFolder;
import io.skywire.embedded.process.Signal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real PostgreSQL server on the loopback interface with one database, {@code skywire}. The folder
 * holds {@code data}, the generated {@code password} and {@code server.log}, and is found again at
 * the next start. The server outlives a JVM that is killed; the next start stops that orphan, which
 * recovers like after any crash. Every method may be called by any thread.
 */
public final class EmbeddedPostgresServer implements AutoCloseable {
  private static final String DATA = "data";
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedPostgresServer.class);

  private static final String DATABASE = "skywire";
  private static final String USER = "postgres";
  private static final Duration INIT_MAX = Duration.ofSeconds(60);

  /** Recovery after a crash is part of a start. */
  private static final Duration START_MAX = Duration.ofSeconds(60);

  private static final Duration STOP_FAST_MAX = Duration.ofSeconds(8);
  private static final Duration STOP_IMMEDIATE_MAX = Duration.ofSeconds(4);

  /** How long backends of a killed postmaster may take to die. */
  private static final Duration DYING_MAX = Duration.ofSeconds(10);

  private static final Duration DYING_PAUSE = Duration.ofMillis(250);
  private static final long LOG_BYTES_MAX = 10L * 1024 * 1024;

  private final Path folder;
  private final int port;
  private final boolean durable;
  private final PostgresPrograms programs;
  private final String password;
  private final PostgresProcesses processes;
  private boolean closed;

  private EmbeddedPostgresServer(
      Path folder, int port, boolean durable, PostgresPrograms programs, String password) {
    this.folder = folder;
    this.port = port;
    this.durable = durable;
    this.programs = programs;
    this.password = password;
    this.processes = new PostgresProcesses(new Postmaster(folder.resolve("data")));
  }

  /**
   * Starts the server and returns when it answers; what it commits is on the disk.
   *
   * @param folder where everything is kept; made when absent
   * @param port of the server, on 127.0.0.1
   * @throws EmbeddedServerException when it cannot start
   */
  public static EmbeddedPostgresServer start(Path folder, int port) {
    return start(folder, port, true, RunAs.choose());
  }

  /**
   * Ends, by force, the server that a killed owner may have left running in this folder, so that
   * the folder can be deleted.
   */
  public static void killLeftBehind(Path folder) throws IOException {
    if (Files.exists(folder)) {
      new Postmaster(folder.toRealPath().resolve(DATA)).kill();
    }
  }

  /** A server on a free port, not durable, whose folder goes when it is closed: for tests. */
  public static EmbeddedPostgresServer startTemporary() {
    Path folder = TemporaryFolder.create("skywire-postgres-");
    try {
      return start(folder, FreePort.any(), false, RunAs.choose());
    } catch (EmbeddedServerException failed) {
      TemporaryFolder.delete(folder);
      throw failed;
    }
  }

  static EmbeddedPostgresServer start(Path given, int port, boolean durable, RunAs runAs) {
    try {
      Files.createDirectories(given);
      Path folder = given.toRealPath();
      EmbeddedPostgresServer server =
          new EmbeddedPostgresServer(
              folder,
              port,
              durable,
              new PostgresPrograms(PostgresBinaries.unpack(runAs, folder), runAs),
              password(folder));
      server.truncateLog();
      server.initialize();
      server.stopOrphan();
      runAs.own(server.data());
      if (!FreePort.isFree(port)) {
        throw new EmbeddedServerException(
            "the embedded PostgreSQL cannot start: port " + port + " is taken");
      }
      server.startPostmaster();
      try {
        server.createDatabase();
      } catch (SQLException refused) {
        server.stop();
        throw new EmbeddedServerException(
            "the embedded PostgreSQL in " + folder + " refuses its owner: " + refused.getMessage(),
            refused);
      }
      return server;
    } catch (IOException refused) {
      throw new EmbeddedServerException(
          "the embedded PostgreSQL cannot use the folder " + given + ": " + refused, refused);
    }
  }

  /** The database {@code skywire}, with user and password. */
  public DatabaseUrl url() {
    return url(DATABASE);
  }

  public int port() {
    return port;
  }

  /** The server's processes, to be killed or stopped. */
  public PostgresProcesses processes() {
    return processes;
  }

  /**
   * SIGKILL of the process behind one of a client's connections, after which the postmaster ends
   * all the others and recovers.
   *
   * @param applicationName as the client has given it
   * @return whether there was one
   */
  public boolean killBackend(String applicationName) throws SQLException {
    try (Connection connection = connect(DATABASE);
        PreparedStatement select =
            connection.prepareStatement(
                "select pid from pg_stat_activity where application_name = ? limit 1")) {
      select.setString(1, applicationName);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          return false;
        }
        Signal.KILL.send(row.getLong(1));
        return true;
      }
    }
  }

  /** Stops it, in order, until {@link #startAgain}. */
  public synchronized void stopForNow() throws IOException {
    stop();
  }

  /**
   * Starts it again after it was killed or stopped, on the same port; answers when it has
   * recovered.
   */
  public synchronized void startAgain() throws IOException {
    stopOrphan();
    startPostmaster();
    processes.started();
  }

  /** Stops the server, within {@link #STOP_FAST_MAX} or else hard, which costs only a recovery. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      stop();
    } catch (IOException | EmbeddedServerException failed) {
      LOG.warn("the embedded PostgreSQL in {} did not stop: {}", folder, failed.getMessage());
    }
    if (!durable) {
      TemporaryFolder.delete(folder);
    }
  }

  private Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(url(database).jdbcUrl(), USER, password);
  }

  private DatabaseUrl url(String database) {
    return new DatabaseUrl("127.0.0.1", port, database, USER, password, "");
  }

  private Path data() {
    return folder.resolve(DATA);
  }

  private Path log() {
    return folder.resolve("server.log");
  }

  private void truncateLog() throws IOException {
    if (Files.exists(log()) && Files.size(log()) > LOG_BYTES_MAX) {
      Files.delete(log());
    }
  }

  private static String password(Path folder) throws IOException {
    Path file = folder.resolve("password");
    if (!Files.exists(file)) {
      byte[] secret = new byte[16];
      new SecureRandom().nextBytes(secret);
      Path written =
          Files.createTempFile(
              folder,
              "password",
              "",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(written, HexFormat.of().formatHex(secret));
      Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    }
    return Files.readString(file).strip();
  }

  private void initialize() throws IOException {
    if (Files.exists(data().resolve("PG_VERSION"))) {
      return;
    }
    // Under another name until it is complete: a killed initdb leaves half a cluster.
    Path growing = folder.resolve("data.new");
    TemporaryFolder.delete(growing);
    List<String> arguments =
        new ArrayList<>(List.of("-D", growing.toString(), "-U", USER, "-E", "UTF8", "--no-locale"));
    arguments.addAll(
        List.of("-A", "scram-sha-256", "--pwfile", folder.resolve("password").toString()));
    if (!durable) {
      arguments.add("--no-sync");
    }
    PostgresPrograms.Outcome outcome =
        programs.run(log(), INIT_MAX, "initdb", arguments.toArray(String[]::new));
    if (!outcome.succeeded()) {
      throw refused("be set up", outcome);
    }
    Files.move(growing, data(), StandardCopyOption.ATOMIC_MOVE);
  }

  private void startPostmaster() throws IOException {
    new Postmaster(data()).forgetStale();
    long deadline = System.nanoTime() + DYING_MAX.toNanos();
    while (true) {
      PostgresPrograms.Outcome outcome =
          programs.run(
              log(),
              START_MAX.plusSeconds(5),
              "pg_ctl",
              "start",
              "-D",
              data().toString(),
              "-w",
              "-t",
              Long.toString(START_MAX.toSeconds()),
              "-l",
              log().toString(),
              "-o",
              options());
      if (outcome.succeeded()) {
        return;
      }
      boolean dying = outcome.output().contains("pre-existing shared memory block");
      if (!dying || System.nanoTime() > deadline) {
        throw refused("start", outcome);
      }
      pause();
    }
  }

  private String options() {
    String[] settings = {
      "port=" + port,
      "listen_addresses=127.0.0.1",
      // Only TCP: a socket file would need a short path that no other user's server has.
      "unix_socket_directories=",
      "timezone=UTC",
      "log_timezone=UTC",
      // Refused statements are the client's to report: hostile input must not fill the disk.
      "log_min_messages=log",
      "log_checkpoints=off",
      "jit=off",
      "fsync=" + (durable ? "on" : "off"),
      "full_page_writes=" + (durable ? "on" : "off"),
      "synchronous_commit=" + (durable ? "on" : "off"),
    };
    return "-c " + String.join(" -c ", settings);
  }

  private void createDatabase() throws SQLException {
    try (Connection connection = connect("postgres");
        Statement statement = connection.createStatement()) {
      try (ResultSet found =
          statement.executeQuery("select from pg_database where datname = '" + DATABASE + "'")) {
        if (found.next()) {
          return;
        }
      }
      statement.execute("create database " + DATABASE);
    }
  }

  private void stopOrphan() throws IOException {
    if (new Postmaster(data()).find().isPresent()) {
      LOG.info("stopping the PostgreSQL that was left running in {}", folder);
      stop();
    }
  }

  /** Fast, then immediate, then by force. */
  private void stop() throws IOException {
    Postmaster postmaster = new Postmaster(data());
    if (postmaster.find().isPresent() && !stop("fast", STOP_FAST_MAX)) {
      LOG.warn("the embedded PostgreSQL in {} does not stop; stopping it hard", folder);
      if (!stop("immediate", STOP_IMMEDIATE_MAX)) {
        postmaster.find().ifPresent(ProcessHandle::destroyForcibly);
      }
    }
  }

  private boolean stop(String mode, Duration max) {
    return programs
        .run(
            log(),
            max.plusSeconds(2),
            "pg_ctl",
            "stop",
            "-D",
            data().toString(),
            "-m",
            mode,
            "-w",
            "-t",
            Long.toString(max.toSeconds()))
        .succeeded();
  }

  private EmbeddedServerException refused(String what, PostgresPrograms.Outcome outcome) {
    String reason =
        outcome
            .output()
            .lines()
            .filter(line -> line.contains("FATAL:"))
            .findFirst()
            .orElse(outcome.output().lines().findFirst().orElse("exit status " + outcome.status()));
    return new EmbeddedServerException(
        "the embedded PostgreSQL cannot " + what + ": " + reason + " (see " + log() + ")");
  }

  private static void pause() {
    try {
      Thread.sleep(DYING_PAUSE);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new EmbeddedServerException("interrupted while PostgreSQL was starting");
    }
  }
}

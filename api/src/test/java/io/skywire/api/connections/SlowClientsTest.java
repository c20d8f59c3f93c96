package io.skywire.api.connections;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletConfig;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients of a Tomcat that answers every request with the same many bytes. */
@Timeout(60)
class SlowClientsTest {
  /** More than sockets keep for a client. */
  private static final int ANSWER_BYTES = 24 * 1024 * 1024;

  private static final Duration ANSWER_MAX = Duration.ofMinutes(1);

  /** Far beyond what is allowed, and within what the server's own timeout is. */
  private static final Duration CUT_OFF_WITHIN = Duration.ofSeconds(6);

  private static final Duration SILENCE_MAX = Duration.ofSeconds(20);

  private final BlockingQueue<Sent> sent = new ArrayBlockingQueue<>(10);
  private final Semaphore watched = new Semaphore(0);

  /** What time it is, and when anybody is looked at: as the test has it. */
  private final AtomicLong nanos = new AtomicLong();

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final SlowClients clients = new SlowClients(ANSWER_MAX, registry, nanos::get);
  private final Tomcat tomcat = new Tomcat();
  private final Connector connector = new Connector(ClientProtocol.class.getName());
  private final Errors errors = new Errors();

  @TempDir private Path folder;

  /**
   * What became of an answer.
   *
   * @param failure null when all was taken
   */
  private record Sent(@Nullable IOException failure) {}

  @BeforeEach
  void start() throws LifecycleException {
    Logger.getLogger("").addHandler(errors);
    connector.setPort(0);
    connector.setProperty("address", InetAddress.getLoopbackAddress().getHostAddress());
    connector.setProperty("connectionTimeout", "" + SILENCE_MAX.toMillis());
    tomcat.setBaseDir(folder.toString());
    tomcat.setConnector(connector);
    Context context = tomcat.addContext("", folder.toString());
    Tomcat.addServlet(context, "answering", new Answering());
    context.addServletMapping("/", "answering");
    tomcat.start();
  }

  @AfterEach
  void stop() throws LifecycleException {
    tomcat.stop();
    tomcat.destroy();
    Logger.getLogger("").removeHandler(errors);
  }

  @Test
  void whoTakesItInTimeGetsEveryByteAndIsNotCutOffLater() throws Exception {
    try (Socket client = connect()) {
      for (int request = 0; request < 2; request++) {
        ask(client, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        skipHead(client.getInputStream());
        client.getInputStream().skipNBytes(ANSWER_BYTES);
        assertThat(outcome().failure()).isNull();
        nanos.addAndGet(ANSWER_MAX.multipliedBy(2).toNanos());
        assertThat(clients.look()).isZero();
      }
    }
  }

  /** Each of its reads begins the server's own timeout anew. */
  @Test
  void whoTricklesIsCutOff() throws Exception {
    int reads = 4;
    try (Socket client = connectSlow()) {
      ask(client, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      watched.acquire();
      for (int read = 0; read < reads; read++) {
        assertThat(client.getInputStream().read(new byte[1_024])).isPositive();
        nanos.addAndGet(ANSWER_MAX.dividedBy(reads).toNanos());
        assertThat(clients.look()).isZero();
      }
      requireCutOff();
      assertThat(hasEnd(client)).as("is told so").isTrue();
    }
  }

  @Test
  void whoTakesNothingIsCutOff() throws Exception {
    try (Socket client = connectSlow()) {
      ask(client, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      watched.acquire();
      nanos.addAndGet(ANSWER_MAX.toNanos());
      assertThat(clients.look()).isZero();
      requireCutOff();
    }
  }

  /** With the next moment, once. */
  private void requireCutOff() throws InterruptedException {
    assertThat(sent).isEmpty();
    nanos.incrementAndGet();
    assertThat(clients.look()).isOne();
    assertThat(clients.look()).isZero();
    assertThat(outcome().failure()).isNotNull();
    assertThat(cutOff("slow")).isOne();
    assertThat(cutOff("silent")).isZero();
    assertThat(errors.messages).isEmpty();
  }

  private double cutOff(String reason) {
    return registry.get("skywire.api.clients.cut.off").tag("reason", reason).counter().count();
  }

  private static boolean hasEnd(Socket client) {
    byte[] bytes = new byte[64 * 1024];
    long left = ANSWER_BYTES;
    try {
      for (int read = 0; read >= 0 && left >= 0; left -= read) {
        read = client.getInputStream().read(bytes);
      }
    } catch (SocketTimeoutException open) {
      return false;
    } catch (IOException reset) {
      return true;
    }
    return left > 0;
  }

  /** Long before its time for the whole is over. */
  @Test
  void whoIsSilentIsCutOffByTheServerAndCountedOnce() throws Exception {
    connector.setProperty("connectionTimeout", "1000");
    try (Socket client = connectSlow()) {
      ask(client, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(outcome().failure()).isNotNull();
    }
    assertThat(cutOff("silent")).isOne();
    nanos.addAndGet(ANSWER_MAX.multipliedBy(2).toNanos());
    assertThat(clients.look()).isZero();
    assertThat(cutOff("slow")).isZero();
    assertThat(errors.messages).isEmpty();
  }

  /** Who is gone by itself was not too slow. */
  @Test
  void whoHangsUpIsNotCutOff() throws Exception {
    try (Socket client = connectSlow()) {
      ask(client, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
      watched.acquire();
    }
    assertThat(outcome().failure()).isNotNull();
    assertThat(clients.look()).isZero();
    assertThat(cutOff("slow")).isZero();
    assertThat(cutOff("silent")).isZero();
  }

  @Test
  void whoTakesLongOverTheHeadOfARequestIsCutOff() throws Exception {
    Duration headMax = Duration.ofSeconds(1);
    connector.setProperty("connectionTimeout", "" + headMax.toMillis());
    try (Socket client = connect()) {
      ask(client, "GET / HTTP/1.1\r\nX: ");
      long began = System.nanoTime();
      boolean cut = false;
      while (!cut && System.nanoTime() - began < CUT_OFF_WITHIN.toNanos()) {
        TimeUnit.MILLISECONDS.sleep(100);
        try {
          ask(client, "x");
        } catch (IOException reset) {
          cut = true;
        }
      }
      assertThat(cut).isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(headMax);
    }
  }

  /** What is not read is not waited for either, byte by byte. */
  @Test
  void aBodyThatNobodyReadsEndsTheConnection() throws Exception {
    try (Socket client = connect()) {
      ask(client, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n");
      skipHead(client.getInputStream());
      client.getInputStream().skipNBytes(ANSWER_BYTES);
      long began = System.nanoTime();
      boolean ended = false;
      while (!ended && System.nanoTime() - began < CUT_OFF_WITHIN.toNanos()) {
        try {
          ask(client, "x");
          client.setSoTimeout(100);
          ended = client.getInputStream().read() < 0;
        } catch (SocketTimeoutException open) {
          ended = false;
        } catch (IOException reset) {
          ended = true;
        }
      }
      assertThat(ended).isTrue();
    }
  }

  /** Whoever has got through a request may take as long over the head of the next. */
  @Test
  void eachHeadHasItsOwnTime() throws Exception {
    Duration headMax = Duration.ofSeconds(2);
    connector.setProperty("connectionTimeout", "" + headMax.toMillis());
    try (Socket client = connect()) {
      for (int request = 0; request < 3; request++) {
        ask(client, "GET / HTTP/1.1\r\n");
        TimeUnit.NANOSECONDS.sleep(headMax.dividedBy(2).toNanos());
        ask(client, "Host: x\r\n\r\n");
        skipHead(client.getInputStream());
        client.getInputStream().skipNBytes(ANSWER_BYTES);
        assertThat(outcome().failure()).isNull();
      }
    }
  }

  /** One that has room for all that comes. */
  private Socket connect() throws IOException {
    return connect(new Socket());
  }

  private Socket connectSlow() throws IOException {
    Socket client = new Socket();
    client.setReceiveBufferSize(8 * 1024);
    return connect(client);
  }

  private Socket connect(Socket client) throws IOException {
    client.setSoTimeout((int) CUT_OFF_WITHIN.toMillis());
    client.connect(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), connector.getLocalPort()));
    return client;
  }

  private static void ask(Socket client, String text) throws IOException {
    client.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static void skipHead(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int one = in.read();
      assertThat(one).as("%s", head).isNotNegative();
      head.append((char) one);
    }
    assertThat(head).startsWith("HTTP/1.1 200");
  }

  private Sent outcome() throws InterruptedException {
    Sent outcome = sent.poll(CUT_OFF_WITHIN.multipliedBy(2).toNanos(), TimeUnit.NANOSECONDS);
    assertThat(outcome).as("the answer is still being sent").isNotNull();
    return outcome;
  }

  private final class Answering implements Servlet {
    private final byte[] answer = new byte[ANSWER_BYTES];

    @Override
    public void init(ServletConfig config) {}

    @Override
    public @Nullable ServletConfig getServletConfig() {
      return null;
    }

    @Override
    public void service(ServletRequest request, ServletResponse response) throws IOException {
      response.setContentLength(answer.length);
      IOException failure = null;
      try {
        clients.send(() -> {
          watched.release();
          response.getOutputStream().write(answer);
          response.getOutputStream().close();
        });
      } catch (IOException failed) {
        failure = failed;
        throw failed;
      } finally {
        sent.add(new Sent(failure));
      }
    }

    @Override
    public String getServletInfo() {
      return "";
    }

    @Override
    public void destroy() {}
  }

  private static final class Errors extends Handler {
    private final List<String> messages = new CopyOnWriteArrayList<>();

    @Override
    public void publish(LogRecord entry) {
      if (entry.getLevel().intValue() >= Level.WARNING.intValue()) {
        messages.add(entry.getMessage());
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}

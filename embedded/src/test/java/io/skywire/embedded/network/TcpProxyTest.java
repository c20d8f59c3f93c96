package io.skywire.embedded.network;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TcpProxyTest {
  private static final int SILENT_MILLIS = 200;
  private static final Duration SOON = Duration.ofSeconds(10);

  private EchoServer server;
  private TcpProxy proxy;

  @BeforeEach
  void start() throws IOException {
    server = new EchoServer();
    proxy = TcpProxy.to(server.port(), WireProtocol.OPAQUE);
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
    server.close();
  }

  @Test
  void forwardsBothWays() throws IOException {
    try (Socket client = connect()) {
      assertEchoes(client, "x".repeat(1_000_000));
    }
  }

  @Test
  void cutResetsAllAndRefusesUntilHealed() throws IOException {
    try (Socket before = connect()) {
      assertEchoes(before, "a");
      proxy.cut();
      assertThatThrownBy(() -> assertEchoes(before, "b")).isInstanceOf(IOException.class);
    }
    assertThatThrownBy(() -> assertEchoes(connect(), "c")).isInstanceOf(IOException.class);

    proxy.heal();
    try (Socket after = connect()) {
      assertEchoes(after, "d");
    }
  }

  @Test
  void stallsOneWayAndGoesOnWithoutLoss() throws IOException {
    try (Socket client = connect()) {
      assertEchoes(client, "a");
      proxy.stall(Direction.TO_CLIENT);
      client.getOutputStream().write("late".getBytes(UTF_8));
      assertSilent(client);

      proxy.heal();
      assertThat(read(client, 4)).isEqualTo("late");
    }
  }

  @Test
  void slowsDown() throws IOException {
    proxy.slow(Duration.ofMillis(100), Long.MAX_VALUE);
    try (Socket client = connect()) {
      long begun = System.nanoTime();
      assertEchoes(client, "a");
      assertThat(System.nanoTime() - begun).isGreaterThan(Duration.ofMillis(200).toNanos());
    }
  }

  @Test
  void aHeldRequestHasNotReachedTheServerAndThoseBeforeHave() throws Exception {
    understand(WireProtocol.KAFKA);
    Hold hold = proxy.hold(Hold.Side.REQUEST, ApiKeys.END_TXN.name::equals, 2);
    try (Socket client = connect()) {
      byte[] produce = kafka(ApiKeys.PRODUCE, 100_000);
      byte[] commit = kafka(ApiKeys.END_TXN, 40);
      client.getOutputStream().write(produce);
      client.getOutputStream().write(commit);
      client.getOutputStream().write(produce);
      client.getOutputStream().write(commit);

      assertThat(hold.await(SOON)).isTrue();
      read(client, 2 * produce.length + commit.length);
      assertSilent(client);

      hold.goOn();
      read(client, commit.length);
    }
  }

  @Test
  void aDroppedRequestNeverArrives() throws Exception {
    understand(WireProtocol.KAFKA);
    Hold hold = proxy.hold(Hold.Side.REQUEST, ApiKeys.END_TXN.name::equals, 1);
    try (Socket client = connect()) {
      client.getOutputStream().write(kafka(ApiKeys.END_TXN, 40));
      assertThat(hold.await(SOON)).isTrue();
      hold.drop();
      assertThatThrownBy(() -> read(client, 1)).isInstanceOf(IOException.class);
    }
    try (Socket next = connect()) {
      byte[] commit = kafka(ApiKeys.END_TXN, 40);
      next.getOutputStream().write(commit);
      read(next, commit.length);
    }
  }

  @Test
  void aHeldAnswerHasBeenGivenByTheServer() throws Exception {
    understand(WireProtocol.POSTGRES);
    Hold hold = proxy.hold(Hold.Side.ANSWER, "COMMIT"::equals, 1);
    try (Socket client = connect()) {
      byte[] start = startUp();
      byte[] parse = postgres('P', "S_1\0COMMIT\0\0\0");
      byte[] bind = postgres('B', "\0S_1\0\0\0\0\0\0\0");
      client.getOutputStream().write(start);
      client.getOutputStream().write(parse);
      read(client, start.length + parse.length);
      assertThat(hold.await(Duration.ZERO)).isFalse();

      client.getOutputStream().write(bind);
      // Reached when the server has answered.
      assertThat(hold.await(SOON)).isTrue();
      assertSilent(client);

      hold.goOn();
      read(client, bind.length);
    }
  }

  @Test
  void findsTheEndOfACopyBehindItsData() throws Exception {
    understand(WireProtocol.POSTGRES);
    Hold hold = proxy.hold(Hold.Side.REQUEST, "CopyDone"::equals, 1);
    try (Socket client = connect()) {
      byte[] data = postgres('d', "c".repeat(200_000));
      client.getOutputStream().write(startUp());
      client.getOutputStream().write(postgres('Q', "copy t from stdin\0"));
      client.getOutputStream().write(data);
      assertThat(hold.await(Duration.ofMillis(100))).isFalse();
      client.getOutputStream().write(postgres('c', ""));
      assertThat(hold.await(SOON)).isTrue();
    }
  }

  @Test
  void closingEndsWhatIsHeldAndStalled() throws Exception {
    understand(WireProtocol.KAFKA);
    Hold hold = proxy.hold(Hold.Side.REQUEST, ApiKeys.END_TXN.name::equals, 1);
    try (Socket client = connect();
        Socket other = connect()) {
      client.getOutputStream().write(kafka(ApiKeys.END_TXN, 40));
      assertThat(hold.await(SOON)).isTrue();
      proxy.stall(Direction.TO_SERVER);
      other.getOutputStream().write(kafka(ApiKeys.PRODUCE, 40));

      proxy.close();
      assertThat(proxy.connections()).isZero();
    }
  }

  private void understand(WireProtocol protocol) {
    proxy.close();
    proxy = TcpProxy.to(server.port(), protocol);
  }

  private Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), proxy.port());
  }

  private static void assertEchoes(Socket client, String text) throws IOException {
    Thread.ofVirtual().start(() -> write(client, text));
    assertThat(read(client, text.length())).isEqualTo(text);
  }

  private static void write(Socket client, String text) {
    try {
      client.getOutputStream().write(text.getBytes(UTF_8));
    } catch (IOException cut) {
      // The reader sees it too.
    }
  }

  private static void assertSilent(Socket client) throws IOException {
    client.setSoTimeout(SILENT_MILLIS);
    assertThatThrownBy(() -> client.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
    client.setSoTimeout(0);
  }

  private static String read(Socket client, int bytes) throws IOException {
    byte[] read = client.getInputStream().readNBytes(bytes);
    if (read.length < bytes) {
      throw new IOException("closed after " + read.length + " bytes of " + bytes);
    }
    return new String(read, UTF_8);
  }

  private static byte[] kafka(ApiKeys key, int bytes) throws IOException {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(request);
    out.writeInt(bytes);
    out.writeShort(key.id);
    out.write(new byte[bytes - Short.BYTES]);
    return request.toByteArray();
  }

  private static byte[] startUp() throws IOException {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(request);
    out.writeInt(8);
    out.writeInt(80_877_103); // asks for encryption
    out.writeInt(9);
    out.writeInt(3 << Short.SIZE); // protocol 3.0
    out.write(0);
    return request.toByteArray();
  }

  private static byte[] postgres(char type, String body) throws IOException {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(message);
    out.write(type);
    out.writeInt(Integer.BYTES + body.length());
    out.write(body.getBytes(UTF_8));
    return message.toByteArray();
  }
}

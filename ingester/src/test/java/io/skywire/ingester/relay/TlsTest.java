package io.skywire.ingester.relay;

import static io.skywire.embedded.relay.FakeRelay.BINARY;
import static io.skywire.embedded.relay.FakeRelay.numbered;
import static io.skywire.ingester.relay.Sessions.LIMITS;
import static io.skywire.ingester.relay.Sessions.take;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.skywire.embedded.relay.FakeRelay;
import java.io.File;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A relay whose certificate is for {@code localhost}, signed by nobody the system trusts. */
@ExtendWith(LeakDetection.class)
@Timeout(60)
class TlsTest {
  private static final char[] PASSWORD = "changeit".toCharArray();

  @TempDir static Path folder;

  private static SSLContext server;
  private static SslContext trusting;

  @BeforeAll
  static void makeCertificate() throws Exception {
    File store = folder.resolve("relay.p12").toFile();
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    String arguments =
        "-genkeypair -alias relay -keyalg EC -dname CN=localhost -ext san=dns:localhost"
            + " -validity 2 -storetype PKCS12 -storepass changeit -keystore ";
    ProcessBuilder making = new ProcessBuilder((keytool + " " + arguments + store).split(" ", -1));
    assertThat(making.redirectErrorStream(true).start().waitFor()).isZero();

    KeyStore keys = KeyStore.getInstance(store, PASSWORD);
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, PASSWORD);
    server = SSLContext.getInstance("TLS");
    server.init(factory.getKeyManagers(), null, null);
    trusting =
        SslContextBuilder.forClient()
            .sslProvider(SslProvider.JDK)
            .trustManager((X509Certificate) keys.getCertificate("relay"))
            .endpointIdentificationAlgorithm("HTTPS")
            .build();
  }

  @Test
  void takesFramesOverTls() throws Exception {
    try (FakeRelay relay = relay();
        RelayConnection frames =
            RelayConnection.open(at("localhost", relay), 5L, LIMITS, Clock.systemUTC(), trusting)) {
      assertThat(take(frames, 300)).last().isEqualTo(numbered(299, 900));
    }
  }

  @Test
  void refusesACertificateForAnotherName() throws Exception {
    try (FakeRelay relay = relay()) {
      assertThatThrownBy(() ->
              RelayConnection.open(at("127.0.0.1", relay), 5L, LIMITS, Clock.systemUTC(), trusting))
          .isInstanceOf(RelayDisconnectedException.class)
          .hasMessageContaining("TLS failed: No subject alternative names");
    }
  }

  @Test
  void refusesACertificateThatTheSystemDoesNotTrust() throws Exception {
    try (FakeRelay relay = relay()) {
      assertThatThrownBy(
              () -> RelayConnection.open(at("localhost", relay), 5L, LIMITS, Clock.systemUTC()))
          .isInstanceOf(RelayDisconnectedException.class)
          .hasMessageStartingWith("relay wss://localhost:" + relay.port() + ": TLS failed: ");
    }
  }

  @Test
  void saysThatARelayDoesNotSpeakTls() throws Exception {
    try (FakeRelay relay =
        new FakeRelay(client -> client.write("HTTP/1.1 400 Bad Request\r\n\r\n"))) {
      assertThatThrownBy(
              () -> RelayConnection.open(at("localhost", relay), 5L, LIMITS, Clock.systemUTC()))
          .isInstanceOf(RelayDisconnectedException.class)
          .hasMessageContaining("TLS failed: ");
    }
  }

  private static FakeRelay relay() throws Exception {
    return new FakeRelay(
        server,
        client -> {
          client.accept();
          for (int i = 0; i < 300; i++) {
            client.send(BINARY, numbered(i, 900));
          }
          client.receiveAll();
        });
  }

  private static URI at(String host, FakeRelay relay) {
    return URI.create("wss://" + host + ":" + relay.port());
  }
}

package io.skywire.ingester;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.common.settings.InvalidSettingException;
import io.skywire.common.settings.Variables;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IngesterSettingsTest {
  private static IngesterSettings with(Map<String, String> variables) {
    return IngesterSettings.from(new Variables(variables));
  }

  @Test
  void defaultsAreTheDocumentedOnes() {
    IngesterSettings settings = with(Map.of());
    assertThat(settings.relay()).isEqualTo(URI.create("wss://bsky.network"));
    assertThat(settings.relayName()).isEqualTo("bsky.network");
    assertThat(settings.start()).isNull();
    assertThat(settings.kafka().bootstrapServers()).isEqualTo("localhost:9092");
    assertThat(settings.eventPartitions()).isEqualTo(6);
    assertThat(settings.batchEventsMax()).isEqualTo(500);
    assertThat(settings.batchBytesMax()).isEqualTo(8L * 1024 * 1024);
    assertThat(settings.bufferEventsMax()).isEqualTo(2_000);
    assertThat(settings.bufferBytesMax()).isEqualTo(64L * 1024 * 1024);
    assertThat(settings.bufferFullMax()).isEqualTo(Duration.ofSeconds(30));
    assertThat(settings.gapSeqs()).isEqualTo(10_000);
    assertThat(settings.instance()).isNull();
    assertThat(settings.patience()).isEqualTo(Patience.defaults());
  }

  /** In this order each has the time to see what the one before it says. */
  @Test
  void kafkaIsWaitedForLessThanTheBufferAndThatLessThanTheRelay() {
    Patience patience = Patience.defaults();
    assertThat(patience.requestMax()).isEqualTo(Duration.ofSeconds(10));
    assertThat(patience.deliveryMax())
        .isEqualTo(Duration.ofSeconds(25))
        // Two answers may be lost.
        .isGreaterThan(patience.requestMax().multipliedBy(2))
        .isLessThan(with(Map.of()).bufferFullMax());
    assertThat(patience.silenceMax()).isGreaterThan(with(Map.of()).bufferFullMax());
  }

  @Test
  void namesAreTheDocumentedOnes() {
    IngesterSettings settings =
        with(
            Map.of(
                "RELAY_URL", "ws://localhost:2470",
                "RELAY_START", "oldest",
                "SKYWIRE_EVENT_PARTITIONS", "1",
                "SKYWIRE_BATCH_EVENTS_MAX", "2",
                "SKYWIRE_BATCH_MIB_MAX", "3",
                "SKYWIRE_BUFFER_EVENTS_MAX", "4",
                "SKYWIRE_BUFFER_MIB_MAX", "8",
                "SKYWIRE_GAP_SEQS", "6",
                "SKYWIRE_INSTANCE", "seven",
                "SKYWIRE_BUFFER_FULL_MAX_SECONDS", "9"));
    assertThat(settings.relay()).isEqualTo(URI.create("ws://localhost:2470"));
    assertThat(settings.relayName()).isEqualTo("localhost:2470");
    assertThat(settings.start()).isZero();
    assertThat(settings.eventPartitions()).isEqualTo(1);
    assertThat(settings.batchEventsMax()).isEqualTo(2);
    assertThat(settings.batchBytesMax()).isEqualTo(3L * 1024 * 1024);
    assertThat(settings.bufferEventsMax()).isEqualTo(4);
    assertThat(settings.bufferBytesMax()).isEqualTo(8L * 1024 * 1024);
    assertThat(settings.bufferFullMax()).isEqualTo(Duration.ofSeconds(9));
    assertThat(settings.gapSeqs()).isEqualTo(6);
    assertThat(settings.instance()).isEqualTo("seven");
    assertThat(with(Map.of("SKYWIRE_RELAY_NAME", "main")).relayName()).isEqualTo("main");
    for (long seq : new long[] {0, 31_527_015_322L, (1L << 53) - 1}) {
      assertThat(with(Map.of("RELAY_START", Long.toString(seq))).start()).isEqualTo(seq);
    }
  }

  @Test
  void wrongValuesAreNamed() {
    assertThatThrownBy(() -> with(Map.of("RELAY_URL", "https://bsky.network")))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessage("RELAY_URL is 'https://bsky.network'; expected ws://host:port or wss://host");
    assertThatThrownBy(() -> with(Map.of("RELAY_URL", "ws://a/?cursor=1")))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageStartingWith("RELAY_URL has a query");
    for (String wrong : new String[] {"-1", "newest", "9007199254740992"}) {
      assertThatThrownBy(() -> with(Map.of("RELAY_START", wrong)))
          .isInstanceOf(InvalidSettingException.class)
          .hasMessage("RELAY_START is '" + wrong + "'; expected live, oldest or a seq");
    }
  }
}

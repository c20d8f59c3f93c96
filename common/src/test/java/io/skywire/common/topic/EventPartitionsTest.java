package io.skywire.common.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventPartitionsTest {
  /**
   * Where each repo's events are for ever: under another partition a repo's next event could be
   * read before those that came earlier. The numbers are by another program.
   */
  @ParameterizedTest
  @CsvSource({
    "did:plc:z72i7hdynmk6r22z27h6tvur, 0, 2, 8, 584",
    "did:web:example.com,              0, 1, 7, 487",
    "did:plc:alice,                    0, 2, 8, 884",
    "did:plc:é,                        0, 4, 4, 812"
  })
  void aRepoHasItsPartitionWhereKafkasDefaultWouldPutItsDid(
      String repo, int ofOne, int ofSix, int ofTwelve, int ofAThousand) {
    assertThat(EventPartitions.of(repo, 1)).isEqualTo(ofOne);
    assertThat(EventPartitions.of(repo, 6)).isEqualTo(ofSix);
    assertThat(EventPartitions.of(repo, 12)).isEqualTo(ofTwelve);
    assertThat(EventPartitions.of(repo, 1000)).isEqualTo(ofAThousand);
    assertThat(BuiltInPartitioner.partitionForKey(repo.getBytes(StandardCharsets.UTF_8), 6))
        .isEqualTo(ofSix);
  }
}

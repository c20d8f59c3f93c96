package io.skywire.sink.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class RoutedKeyTest {
  @Test
  void goesIntoThePartitionOfTheNumberThatItComesFrom() {
    RoutedKey key = new RoutedKey("team", 3, new byte[8]);
    assertThat(RoutedKey.partitioner().partitions("team", key, new byte[2], 6)).contains(Set.of(3));
  }
}

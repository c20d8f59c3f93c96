package io.skywire.api.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.common.metrics.Metrics;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class DiskTest {
  @Test
  void isTheDataFoldersWhereThereIsOne() {
    try (Metrics metrics = Metrics.open()) {
      assertThat(Disk.of(metrics.registry())).isNull();
      metrics.watchDisk(Path.of("target"));
      Disk disk = Objects.requireNonNull(Disk.of(metrics.registry()));
      assertThat(disk.totalBytes()).isEqualTo(Path.of("target").toFile().getTotalSpace());
      assertThat(disk.freeBytes()).isBetween(1L, disk.totalBytes());
    }
  }
}

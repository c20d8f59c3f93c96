package io.skywire.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.standalone.up.Screen;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A project of which only the peers' lists are there, and a Maven that does as it is told. */
@Timeout(60)
class PreparationTest {
  private static final Packages PEERS = Packages.maven("some/peer");

  @TempDir private Path home;

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  @BeforeEach
  void list() throws IOException {
    Files.createDirectories(PEERS.source(home));
    Files.writeString(PEERS.list(home), "version 1");
    mavenDoes("echo x >>\"$0.runs\"");
  }

  @Test
  void fetchesOnceAndAgainWhenTheListHasChanged() throws Exception {
    assertThat(fetch().folder(PEERS)).isEqualTo(PEERS.folder(home)).isDirectory();
    fetch();
    assertThat(home.resolve("mvnw.runs")).content().hasLineCount(1);

    Files.writeString(PEERS.list(home), "version 2");
    fetch();
    assertThat(home.resolve("mvnw.runs")).content().hasLineCount(2);
  }

  @Test
  void whatIsNotToBeHadIsToldAndTriedAgainTheNextTime() throws Exception {
    mavenDoes("echo no network; exit 3");
    Preparation without = fetch();

    assertThatThrownBy(() -> without.folder(PEERS))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("peers/some/peer of maven are not to be had: ")
        .hasMessageEndingWith("ended with 3: no network");
    assertThat(printed.toString(StandardCharsets.UTF_8)).contains("no network");

    mavenDoes("exit 0");
    assertThat(fetch().folder(PEERS)).isDirectory();
  }

  @Test
  void aStageGetsOnlyWhatItHasNamed() throws Exception {
    Preparation preparation = fetch();

    assertThatThrownBy(() -> preparation.folder(Packages.npm("some/peer")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private Preparation fetch() throws InterruptedException {
    Screen screen = new Screen(new PrintStream(printed, true, StandardCharsets.UTF_8), false);
    return Preparation.fetch(home, screen, List.of(PEERS));
  }

  private void mavenDoes(String command) throws IOException {
    Path maven = home.resolve("mvnw");
    Files.writeString(maven, "#!/bin/sh\n" + command + "\n");
    assertThat(maven.toFile().setExecutable(true)).isTrue();
  }
}

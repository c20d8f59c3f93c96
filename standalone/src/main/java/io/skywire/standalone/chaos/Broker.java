package io.skywire.standalone.chaos;

import io.skywire.embedded.kafka.KafkaNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;

/** A Kafka broker as a victim. */
final class Broker implements Victim {
  /**
   * What Kafka says when it has given its groups up. Seen of 4.2.2: the end of a load of {@code
   * __consumer_offsets} that began before the broker was let in again is taken for the end of the
   * load that began after; the groups work on what is not loaded yet, and then on nothing. Nobody
   * can join one until the broker is started again.
   */
  private static final String GROUPS_LOST = "Failed to load metadata from __consumer_offsets";

  private final KafkaNode node;
  private final Wanted wanted = new Wanted();

  /** Bytes of the log before the present start. */
  private int logRead;

  Broker(KafkaNode node) {
    this.node = node;
  }

  @Override
  public Role role() {
    return Role.BROKER;
  }

  @Override
  public String name() {
    return "broker-" + node.id();
  }

  @Override
  public synchronized boolean kill() {
    boolean alive = node.isAlive();
    wanted.become(false, alive);
    node.kill();
    return alive;
  }

  @Override
  public void pause() {
    node.pause();
  }

  @Override
  public void resume() {
    node.resume();
  }

  @Override
  public synchronized void stop() {
    wanted.become(false, node.isAlive());
    node.stop();
  }

  @Override
  public synchronized void start() throws IOException {
    boolean alive = node.isAlive();
    wanted.become(true, alive);
    if (!alive) {
      startNode();
    }
  }

  private void startNode() throws IOException {
    logRead = Files.exists(node.log()) ? (int) Files.size(node.log()) : 0;
    node.start();
  }

  /**
   * What an operator does about it: starts the broker again when it has given its groups up.
   *
   * @return whether it had
   */
  synchronized boolean startAgainWithoutGroups() throws IOException {
    byte[] log = Files.readAllBytes(node.log());
    String since = new String(log, logRead, log.length - logRead, StandardCharsets.UTF_8);
    if (!since.contains(GROUPS_LOST)) {
      return false;
    }
    node.stop();
    startNode();
    return true;
  }

  @Override
  public synchronized String endedByItself() {
    return wanted.endedByItself(node.isAlive()) ? name() : "";
  }
}

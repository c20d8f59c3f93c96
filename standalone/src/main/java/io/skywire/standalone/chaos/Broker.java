package io.skywire.standalone.chaos;

import io.skywire.embedded.kafka.KafkaNode;

/** A Kafka broker as a victim. */
final class Broker implements Victim {
  private final KafkaNode node;
  private boolean wanted = true;

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
  public synchronized void kill() {
    wanted = false;
    node.kill();
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
    wanted = false;
    node.stop();
  }

  @Override
  public synchronized void start() {
    wanted = true;
    node.start();
  }

  @Override
  public synchronized String endedByItself() {
    return wanted && !node.isAlive() ? name() : "";
  }
}

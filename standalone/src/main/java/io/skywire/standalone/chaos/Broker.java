package io.skywire.standalone.chaos;

import io.skywire.embedded.kafka.KafkaNode;

/** A Kafka broker as a victim. */
final class Broker implements Victim {
  private final KafkaNode node;
  private boolean wanted = true;
  private boolean endedByItself;

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
    endedByItself |= wanted && !alive;
    wanted = false;
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
    endedByItself |= wanted && !node.isAlive();
    wanted = false;
    node.stop();
  }

  @Override
  public synchronized void start() {
    endedByItself |= wanted && !node.isAlive();
    wanted = true;
    node.start();
  }

  @Override
  public synchronized String endedByItself() {
    return endedByItself || (wanted && !node.isAlive()) ? name() : "";
  }
}

package io.skywire.standalone.chaos;

import io.skywire.embedded.kafka.KafkaNode;

/** A Kafka broker as a victim. */
final class Broker implements Victim {
  private final KafkaNode node;
  private final Wanted wanted = new Wanted();

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
  public synchronized void start() {
    wanted.become(true, node.isAlive());
    node.start();
  }

  @Override
  public synchronized String endedByItself() {
    return wanted.endedByItself(node.isAlive()) ? name() : "";
  }
}

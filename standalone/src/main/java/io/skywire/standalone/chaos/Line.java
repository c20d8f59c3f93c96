package io.skywire.standalone.chaos;

import io.skywire.embedded.network.Direction;
import io.skywire.embedded.network.Hold;
import io.skywire.embedded.network.TcpProxy;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The network between one client and one server (or the several brokers that are one Kafka).
 *
 * @param client name of the victim that connects, or {@code reader}
 * @param server {@code relay}, {@code kafka}, {@code database} or {@code api}
 */
record Line(String client, String server, List<TcpProxy> proxies) {
  String name() {
    return name(client, server);
  }

  static String name(String client, String server) {
    return client + "/" + server;
  }

  void cut() {
    proxies.forEach(TcpProxy::cut);
  }

  void stall(Direction... directions) {
    proxies.forEach(proxy -> proxy.stall(directions));
  }

  void slow(Duration delay, long bytesPerSecond) {
    proxies.forEach(proxy -> proxy.slow(delay, bytesPerSecond));
  }

  void heal() {
    proxies.forEach(TcpProxy::heal);
  }

  /** One hold for each broker. */
  List<Hold> hold(Hold.Side side, Predicate<String> request, int occurrence) {
    return proxies.stream().map(proxy -> proxy.hold(side, request, occurrence)).toList();
  }

  boolean isConnected() {
    return proxies.stream().anyMatch(proxy -> proxy.connections() > 0);
  }

  /** The first that is reached already. */
  static @Nullable Hold reached(List<Hold> holds) throws InterruptedException {
    for (Hold hold : holds) {
      if (hold.await(Duration.ZERO)) {
        return hold;
      }
    }
    return null;
  }
}

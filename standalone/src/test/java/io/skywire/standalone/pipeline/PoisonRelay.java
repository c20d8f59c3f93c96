package io.skywire.standalone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.skywire.embedded.relay.FakeRelay;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A relay that says what it is told to. Like a real one it keeps what has a seq, and sends it to a
 * client whose cursor is below; whatever else it does it does once. Any thread may call it.
 */
final class PoisonRelay implements AutoCloseable {
  /** Something that the relay does with its client beside sending frames. */
  interface Deed {
    void on(FakeRelay.Peer client) throws Exception;
  }

  private static final Pattern CURSOR = Pattern.compile("[?&]cursor=([0-9]+)");

  private record Step(@Nullable Long seq, Deed deed) {}

  private final List<Step> steps = new ArrayList<>();
  private final Deque<Deed> refusals = new ArrayDeque<>();
  private final FakeRelay relay;
  private volatile FakeRelay.@Nullable Peer vanished;
  private int done;
  private int clients;

  PoisonRelay() throws IOException {
    relay = FakeRelay.serving(this::serve);
  }

  URI uri() {
    return relay.uri();
  }

  /** How many have come, the refused ones too. */
  synchronized int clients() {
    return clients;
  }

  /** Waits until so many have come. */
  synchronized void awaitClient(int number, Duration max) throws InterruptedException {
    long deadline = System.nanoTime() + max.toNanos();
    while (clients < number) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      assertThat(left).as("a client comes again within " + max).isPositive();
      wait(left);
    }
  }

  /** A frame that is kept under its seq. */
  void send(long seq, byte[] frame) {
    add(new Step(seq, client -> client.send(FakeRelay.BINARY, frame)));
  }

  void doOnce(Deed deed) {
    add(new Step(null, deed));
  }

  /** The client hears nothing more, not even an answer to its pings, nor that it is over. */
  Deed vanishing() {
    return client -> {
      vanished = client;
      synchronized (this) {
        for (int number = clients; number == clients; ) {
          wait();
        }
      }
    };
  }

  /** The next client gets this instead of a WebSocket. */
  synchronized void refuseOnce(Deed deed) {
    refusals.add(deed);
  }

  private synchronized void add(Step step) {
    steps.add(step);
    notifyAll();
  }

  private void serve(FakeRelay.Peer client) throws Exception {
    int number;
    Deed refusal;
    synchronized (this) {
      number = ++clients;
      notifyAll();
      refusal = refusals.poll();
    }
    if (refusal != null) {
      client.readRequest();
      refusal.on(client);
      return;
    }
    Matcher cursor = CURSOR.matcher(client.accept().lines().findFirst().orElse(""));
    long since = cursor.find() ? Long.parseLong(cursor.group(1)) : 0;
    Thread.ofVirtual().start(() -> answerPings(client));
    for (int next = 0; await(next, number); next++) {
      Deed deed = next(next, since);
      if (deed != null) {
        deed.on(client);
      }
    }
  }

  private void answerPings(FakeRelay.Peer client) {
    try {
      while (true) {
        FakeRelay.Message message = client.receive();
        if (message.opcode() == FakeRelay.PING && client != vanished) {
          client.send(FakeRelay.PONG, message.payload().array());
        }
      }
    } catch (IOException gone) {
      // The next client gets answers of its own.
    }
  }

  /** Waits for the step; false when another client has come, who gets it instead. */
  private synchronized boolean await(int index, int number) throws InterruptedException {
    while (steps.size() <= index && number == clients) {
      wait();
    }
    return number == clients;
  }

  /** The step's deed; null when it is not for this client. */
  private synchronized @Nullable Deed next(int index, long since) {
    Step step = steps.get(index);
    Long seq = step.seq();
    boolean isFirstTime = index >= done;
    done = Math.max(done, index + 1);
    return (seq == null ? isFirstTime : seq > since) ? step.deed() : null;
  }

  @Override
  public void close() throws IOException {
    relay.close();
  }
}

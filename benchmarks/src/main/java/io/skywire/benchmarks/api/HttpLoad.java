package io.skywire.benchmarks.api;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Clients that keep their connection while the server does, and ask for the next page as soon as
 * they have one. All are served by the caller's thread, since who is measured has the same cores.
 */
final class HttpLoad implements AutoCloseable {
  private static final Duration SILENCE_MAX = Duration.ofSeconds(30);

  private final Selector selector;
  private final List<Client> clients = new ArrayList<>();

  private HttpLoad(Selector selector) {
    this.selector = selector;
  }

  /** Connects each reader to a port of this machine. */
  static HttpLoad open(int port, String token, List<? extends Reader> readers) throws IOException {
    HttpLoad load = new HttpLoad(Selector.open());
    try {
      for (Reader reader : readers) {
        load.clients.add(new Client(load.selector, port, token, reader));
      }
      return load;
    } catch (IOException refused) {
      load.close();
      throw refused;
    }
  }

  /**
   * Asks for that long, and waits for the last answers.
   *
   * @throws IOException when an answer is none, or wrong
   */
  Measured run(Duration time) throws IOException {
    long start = System.nanoTime();
    Latencies latencies = new Latencies();
    for (Client client : clients) {
      client.ask();
    }
    int asking = clients.size();
    while (asking > 0) {
      if (selector.select(SILENCE_MAX.toMillis()) == 0) {
        throw new IOException("no answer for " + SILENCE_MAX);
      }
      for (SelectionKey key : selector.selectedKeys()) {
        Client client = (Client) key.attachment();
        if (client.hasAnswer()) {
          latencies.add(client.answeredAt - client.askedAt);
          if (client.answeredAt - start < time.toNanos()) {
            client.ask();
          } else {
            asking--;
          }
        }
      }
      selector.selectedKeys().clear();
    }
    return new Measured(latencies.sorted(), (System.nanoTime() - start) / 1e9);
  }

  @Override
  public void close() throws IOException {
    for (Client client : clients) {
      client.channel.close();
    }
    selector.close();
  }

  /** How long each answer took, and all together. */
  static final class Measured {
    private final long[] sortedNanos;
    private final double seconds;

    private Measured(long[] sortedNanos, double seconds) {
      this.sortedNanos = sortedNanos;
      this.seconds = seconds;
    }

    int answers() {
      return sortedNanos.length;
    }

    double answersPerSecond() {
      return sortedNanos.length / seconds;
    }

    /** In milliseconds; 0.5 is the median. */
    double quantile(double share) {
      return sortedNanos[(int) (share * (sortedNanos.length - 1))] / 1e6;
    }
  }

  private static final class Latencies {
    private long[] nanos = new long[1024];
    private int count;

    void add(long one) {
      if (count == nanos.length) {
        nanos = Arrays.copyOf(nanos, 2 * count);
      }
      nanos[count++] = one;
    }

    long[] sorted() {
      long[] sorted = Arrays.copyOf(nanos, count);
      Arrays.sort(sorted);
      return sorted;
    }
  }

  /** One connection at a time: a server may end it with an answer that says so. */
  private static final class Client {
    private static final byte[] HEAD_END = {'\r', '\n', '\r', '\n'};
    private static final String LENGTH = "\r\ncontent-length:";
    private static final String CLOSE = "\r\nconnection: close\r\n";

    private final Selector selector;
    private final Reader reader;
    private final InetSocketAddress server;
    private final String head;
    private SocketChannel channel;
    private ByteBuffer input = ByteBuffer.allocate(256 * 1024);
    private int bodyFrom;
    private int bodyEnd;
    private boolean closes;
    private long askedAt;
    private long answeredAt;

    Client(Selector selector, int port, String token, Reader reader) throws IOException {
      this.selector = selector;
      this.reader = reader;
      this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      this.head =
          " HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: Bearer %s\r\n\r\n"
              .formatted(port, token);
      this.channel = connect();
    }

    void ask() throws IOException {
      String request = "GET " + reader.next() + head;
      input.clear();
      bodyEnd = 0;
      askedAt = System.nanoTime();
      if (closes) {
        closes = false;
        channel.close();
        channel = connect();
      }
      ByteBuffer output = ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII));
      channel.write(output);
      if (output.hasRemaining()) {
        throw new IOException("the server does not take a request");
      }
    }

    /** Reads what is there; whether that was the last of an answer, which the reader then has. */
    boolean hasAnswer() throws IOException {
      if (channel.read(input) < 0) {
        if (bodyEnd > 0 && input.position() >= bodyEnd) {
          // As it had said with the answer before, which was the last one of this run.
          channel.close();
          closes = true;
          return false;
        }
        throw new IOException(
            "the server has closed the connection %.3f s after it was asked, with %d bytes of %d"
                .formatted((System.nanoTime() - askedAt) / 1e9, input.position(), bodyEnd));
      }
      if (bodyEnd == 0 && !readHead()) {
        return false;
      }
      if (input.position() < bodyEnd) {
        return false;
      }
      // Before the reader looks at it, which may take longer than it took to come.
      answeredAt = System.nanoTime();
      reader.take(new Answer(input.array(), bodyFrom, bodyEnd));
      return true;
    }

    private SocketChannel connect() throws IOException {
      SocketChannel connected = SocketChannel.open(server);
      connected.setOption(StandardSocketOptions.TCP_NODELAY, true);
      connected.configureBlocking(false);
      connected.register(selector, SelectionKey.OP_READ, this);
      return connected;
    }

    private boolean readHead() throws IOException {
      int end = headEnd();
      if (end < 0) {
        return false;
      }
      String answer = new String(input.array(), 0, end, StandardCharsets.ISO_8859_1);
      if (!answer.startsWith("HTTP/1.1 200")) {
        throw new IOException("the server answers: " + answer.strip());
      }
      String lower = answer.toLowerCase(Locale.ROOT);
      closes = lower.contains(CLOSE);
      int length = lower.indexOf(LENGTH);
      if (length < 0) {
        throw new IOException("an answer without a length: " + answer.strip());
      }
      int from = length + LENGTH.length();
      String digits = answer.substring(from, answer.indexOf('\r', from)).strip();
      bodyFrom = end;
      bodyEnd = end + Integer.parseInt(digits);
      if (bodyEnd > input.capacity()) {
        input = ByteBuffer.allocate(2 * bodyEnd).put(input.flip());
      }
      return true;
    }

    private int headEnd() {
      byte[] bytes = input.array();
      int last = input.position() - HEAD_END.length;
      for (int at = 0; at <= last; at++) {
        if (Arrays.equals(bytes, at, at + HEAD_END.length, HEAD_END, 0, HEAD_END.length)) {
          return at + HEAD_END.length;
        }
      }
      return -1;
    }
  }
}

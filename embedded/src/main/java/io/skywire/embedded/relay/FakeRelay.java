package io.skywire.embedded.relay;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server side of WebSocket, written by hand from RFC 6455 so that it shares no code with what
 * it tests. What it says is the test's script, which runs on a thread of its own: once, for one
 * client, or for each client that comes.
 */
public final class FakeRelay implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(FakeRelay.class);

  public static final int CONTINUATION = 0;
  public static final int TEXT = 1;
  public static final int BINARY = 2;
  public static final int CLOSE = 8;
  public static final int PING = 9;
  public static final int PONG = 10;
  public static final int FIN = 0x80;

  /** What the relay does with its client; the socket is closed when it returns. */
  public interface Script {
    void run(Peer client) throws Exception;
  }

  public record Message(int opcode, ByteBuffer payload) {}

  private final ServerSocket server;
  private final CompletableFuture<Void> script = new CompletableFuture<>();
  private volatile @Nullable Socket socket;

  public FakeRelay(Script script) throws IOException {
    this(ServerSocketChannel.open().socket());
    // Small, so that a client that does not read is felt soon.
    server.setReceiveBufferSize(64 * 1024);
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    start(script);
  }

  public FakeRelay(SSLContext tls, Script script) throws IOException {
    this(tls.getServerSocketFactory().createServerSocket());
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    start(script);
  }

  private FakeRelay(ServerSocket server) {
    this.server = server;
  }

  /** Runs the script for each client that comes, until it is closed. */
  public static FakeRelay serving(Script script) throws IOException {
    FakeRelay relay = new FakeRelay(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    Thread.ofVirtual().start(() -> relay.serve(script));
    return relay;
  }

  private void serve(Script each) {
    while (!server.isClosed()) {
      try {
        Socket accepted = server.accept();
        socket = accepted;
        Thread.ofVirtual()
            .start(() -> {
              try (accepted) {
                each.run(new Peer(accepted));
              } catch (IOException clientGone) {
                // The next one gets the script anew.
              } catch (Exception failed) {
                // A script may throw anything.
                LOG.error("the relay's script failed; the next client gets it anew", failed);
              }
            });
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void start(Script toRun) {
    Thread.ofVirtual()
        .start(() -> {
          try (Socket accepted = server.accept()) {
            socket = accepted;
            toRun.run(new Peer(accepted));
            script.complete(null);
          } catch (Throwable failure) {
            // What a script asserts, too.
            script.completeExceptionally(failure);
          }
        });
  }

  public URI uri() {
    return URI.create("ws://127.0.0.1:" + server.getLocalPort());
  }

  public int port() {
    return server.getLocalPort();
  }

  /** Waits for the script's end, and throws what made it fail. */
  public void awaitScript() throws InterruptedException, ExecutionException, TimeoutException {
    script.get(20, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws IOException {
    server.close();
    Socket current = socket;
    if (current != null) {
      current.close();
    }
  }

  public static byte[] frame(int firstByte, byte[] payload) {
    ByteBuffer frame = ByteBuffer.allocate(payload.length + 10);
    frame.put(header(firstByte, payload.length)).put(payload);
    return Arrays.copyOf(frame.array(), frame.position());
  }

  public static byte[] header(int firstByte, long length) {
    ByteBuffer header = ByteBuffer.allocate(10).put((byte) firstByte);
    if (length < 126) {
      header.put((byte) length);
    } else if (length < 1 << 16) {
      header.put((byte) 126).putShort((short) length);
    } else {
      header.put((byte) 127).putLong(length);
    }
    return Arrays.copyOf(header.array(), header.position());
  }

  /** The connected client, as the script sees it. */
  public static final class Peer {
    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    Peer(Socket socket) throws IOException {
      this.socket = socket;
      this.in = new DataInputStream(socket.getInputStream());
      this.out = socket.getOutputStream();
    }

    /** The request line and headers. */
    public String readRequest() throws IOException {
      ByteArrayOutputStream head = new ByteArrayOutputStream();
      while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
        head.write(in.readUnsignedByte());
      }
      return head.toString(StandardCharsets.US_ASCII);
    }

    /** Reads the request and accepts it. */
    public String accept() throws IOException, GeneralSecurityException {
      String request = readRequest();
      write(acceptance(request).getBytes(StandardCharsets.US_ASCII));
      return request;
    }

    public static String acceptance(String request) throws GeneralSecurityException {
      String key =
          request
              .lines()
              .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("sec-websocket-key:"))
              .map(line -> line.substring("sec-websocket-key:".length()).strip())
              .findFirst()
              .orElseThrow();
      byte[] digest =
          MessageDigest.getInstance("SHA-1")
              .digest(
                  (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                      .getBytes(StandardCharsets.US_ASCII));
      return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          + "Sec-WebSocket-Accept: "
          + Base64.getEncoder().encodeToString(digest)
          + "\r\n\r\n";
    }

    /** All of it, or none before another thread's. */
    public synchronized void write(byte[] bytes) throws IOException {
      out.write(bytes);
      out.flush();
    }

    public void write(String text) throws IOException {
      write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Ends the connection at once. */
    public void hangUp() throws IOException {
      socket.close();
    }

    public void send(int opcode, byte[] payload) throws IOException {
      write(frame(FIN | opcode, payload));
    }

    /** The client's next message, unmasked; its frames are short here. */
    public Message receive() throws IOException {
      int first = in.readUnsignedByte();
      int second = in.readUnsignedByte();
      if ((second & 0x80) == 0 || (second & 0x7f) > 125) {
        throw new IOException("the client's frame is not masked, or long");
      }
      byte[] mask = in.readNBytes(4);
      byte[] payload = in.readNBytes(second & 0x7f);
      for (int i = 0; i < payload.length; i++) {
        payload[i] ^= mask[i % 4];
      }
      return new Message(first & 0x0f, ByteBuffer.wrap(payload));
    }

    /** Reads until the client is gone; the number of messages that it sent. */
    public int receiveAll() {
      int count = 0;
      try {
        while (true) {
          receive();
          count++;
        }
      } catch (IOException gone) {
        return count;
      }
    }

    public void acceptAndReadAll() throws IOException, GeneralSecurityException {
      accept();
      receiveAll();
    }

    /**
     * Sends frames, numbered by their first four bytes, until the client has not let one more byte
     * through for {@code stuckFor}, or {@code max} are sent. The last one is always sent whole.
     *
     * @return how many were sent while the client took them, and whether it got stuck
     */
    public Flood floodUntilStuck(int frameBytes, int max, Duration stuckFor) throws IOException {
      var channel = socket.getChannel();
      channel.setOption(StandardSocketOptions.SO_SNDBUF, 64 * 1024);
      channel.configureBlocking(false);
      int sent = 0;
      ByteBuffer rest = ByteBuffer.allocate(0);
      boolean stuck = false;
      try (Selector selector = Selector.open()) {
        SelectionKey key = channel.register(selector, SelectionKey.OP_WRITE);
        while (!stuck && sent < max) {
          rest = ByteBuffer.wrap(frame(FIN | BINARY, numbered(sent, frameBytes)));
          sent++;
          while (!stuck && rest.hasRemaining()) {
            if (channel.write(rest) == 0) {
              selector.selectedKeys().clear();
              stuck = selector.select(stuckFor.toMillis()) == 0;
            }
          }
        }
        key.cancel();
      }
      channel.configureBlocking(true);
      return new Flood(sent, stuck, rest);
    }

    public void finish(Flood flood) throws IOException {
      ByteBuffer rest = flood.rest();
      while (rest.hasRemaining()) {
        socket.getChannel().write(rest);
      }
    }
  }

  /** What a flood came to; {@code rest} is the unsent part of its last frame. */
  public record Flood(int frames, boolean stuck, ByteBuffer rest) {}

  public static byte[] numbered(int number, int bytes) {
    return ByteBuffer.allocate(bytes).putInt(number).array();
  }
}

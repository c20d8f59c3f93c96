package io.skywire.embedded.network;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.StandardSocketOptions;
import org.jspecify.annotations.Nullable;

/**
 * One connection through a proxy: two sockets and the two pumps between them, each run by a thread
 * of the proxy's. When either side ends, both do: what a half-closed connection would carry is of
 * no use to the protocols here.
 */
final class Link implements AutoCloseable {
  private static final int BUFFER_BYTES = 32 * 1024;

  private final Socket client;
  private final Socket server;
  private final Weather weather;
  private final RequestReader requests;
  private volatile @Nullable Hold answers;

  Link(Socket client, Socket server, Weather weather, WireProtocol protocol) {
    this.client = client;
    this.server = server;
    this.weather = weather;
    this.requests = protocol.newReader();
  }

  /** Forwards requests until the connection ends. */
  void pumpToServer() {
    try (this) {
      InputStream in = client.getInputStream();
      OutputStream out = server.getOutputStream();
      byte[] buffer = new byte[BUFFER_BYTES];
      int filled = 0;
      long restOfRequest = 0;
      for (int read = in.read(buffer); read >= 0; ) {
        filled += read;
        int from = 0;
        while (from < filled) {
          if (restOfRequest == 0) {
            RequestReader.Request request = requests.next(buffer, from, filled - from);
            if (request == null) {
              break;
            }
            restOfRequest = request.bytes();
            if (!mayPass(request)) {
              return;
            }
          }
          int length = (int) Math.min(restOfRequest, filled - from);
          weather.pass(Direction.TO_SERVER, length);
          out.write(buffer, from, length);
          from += length;
          restOfRequest -= length;
        }
        System.arraycopy(buffer, from, buffer, 0, filled - from);
        filled -= from;
        read = in.read(buffer, filled, buffer.length - filled);
      }
    } catch (IOException ended) {
      // The other side has closed, or we have: the end of a connection either way.
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  /** Forwards answers until the connection ends. */
  void pumpToClient() {
    try (this) {
      InputStream in = server.getInputStream();
      OutputStream out = client.getOutputStream();
      byte[] buffer = new byte[BUFFER_BYTES];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        Hold hold = answers;
        if (hold != null && !hold.keep()) {
          return;
        }
        weather.pass(Direction.TO_CLIENT, read);
        out.write(buffer, 0, read);
      }
    } catch (IOException ended) {
      // As above.
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  /** Resets both connections (TCP RST), which nobody can take for an orderly end. */
  @Override
  public void close() {
    for (Socket socket : new Socket[] {client, server}) {
      reset(socket);
    }
  }

  static void reset(Socket socket) {
    try (socket) {
      socket.setOption(StandardSocketOptions.SO_LINGER, 0);
    } catch (IOException closedBefore) {
      // It is closed, which was wanted.
    }
  }

  private boolean mayPass(RequestReader.Request request) throws InterruptedException {
    Hold hold = weather.meets(request.name());
    if (hold == null) {
      return true;
    }
    return switch (hold.side()) {
      case REQUEST -> hold.keep();
      case ANSWER -> {
        answers = hold;
        yield true;
      }
    };
  }
}

package io.skywire.embedded.network;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Names statements when they are about to run: a simple query, or the bind of what was parsed.
 *
 * @see <a href="https://www.postgresql.org/docs/current/protocol-message-formats.html">PostgreSQL:
 *     Message Formats</a>
 */
final class PostgresRequests implements RequestReader {
  private static final int PROTOCOL_3 = 3;
  private static final int STATEMENT_CHARS_MAX = 160;
  private static final int STATEMENTS_MAX = 10_000;
  private static final String DROP = "drop table";

  /** By the name under which they were parsed. */
  private final Map<String, String> statements = new HashMap<>();

  private boolean started;

  /** What the next commit is called after; empty without anything. */
  private String uncommitted = "";

  @Override
  public @Nullable Request next(byte[] bytes, int from, int available) {
    ByteBuffer head = ByteBuffer.wrap(bytes, from, available);
    if (!started) {
      return startUp(head);
    }
    if (available < 1 + Integer.BYTES) {
      return null;
    }
    char type = (char) head.get();
    long length = 1L + head.getInt();
    if (available < Math.min(length, HEAD_BYTES_MAX)) {
      return null;
    }
    head.limit((int) Math.min(head.limit(), from + length));
    return new Request(name(type, head), length);
  }

  /** Requests without a type come first: for encryption, then the one that begins the session. */
  private @Nullable Request startUp(ByteBuffer head) {
    if (head.remaining() < 2 * Integer.BYTES) {
      return null;
    }
    int length = head.getInt();
    started = head.getInt() >>> Short.SIZE == PROTOCOL_3;
    return new Request("", length);
  }

  private String name(char type, ByteBuffer body) {
    return switch (type) {
      case 'Q' -> statement(shorten(text(body)));
      case 'P' -> {
        if (statements.size() >= STATEMENTS_MAX) {
          statements.clear();
        }
        statements.put(text(body), shorten(text(body)));
        yield "";
      }
      case 'B' -> {
        text(body); // the portal
        yield statement(statements.getOrDefault(text(body), ""));
      }
      case 'c' -> {
        uncommitted = "CopyDone";
        yield "CopyDone";
      }
      default -> "";
    };
  }

  private String statement(String statement) {
    boolean commits = statement.equalsIgnoreCase("COMMIT");
    String name = commits && !uncommitted.isEmpty() ? "COMMIT after " + uncommitted : statement;
    if (commits || statement.equalsIgnoreCase("ROLLBACK")) {
      uncommitted = "";
    } else if (statement.startsWith(DROP)) {
      uncommitted = DROP;
    }
    return name;
  }

  /** Up to the zero byte, or to what there is. */
  private static String text(ByteBuffer body) {
    int begin = body.position();
    while (body.hasRemaining() && body.get(body.position()) != 0) {
      body.get();
    }
    String text =
        new String(
            body.array(),
            body.arrayOffset() + begin,
            body.position() - begin,
            StandardCharsets.UTF_8);
    if (body.hasRemaining()) {
      body.get();
    }
    return text;
  }

  /** Without the comments before it. */
  private static String shorten(String statement) {
    String stripped = statement.strip();
    while (stripped.startsWith("--")) {
      int end = stripped.indexOf('\n');
      stripped = end < 0 ? "" : stripped.substring(end).strip();
    }
    return stripped.length() <= STATEMENT_CHARS_MAX
        ? stripped
        : stripped.substring(0, STATEMENT_CHARS_MAX);
  }
}

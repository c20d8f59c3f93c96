package io.skywire.api.answers;

import io.skywire.api.connections.SlowClients;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Enumeration;
import java.util.regex.Pattern;
import org.springframework.http.HttpHeaders;

/**
 * Sends answers as their clients ask for them: nothing but that it is still so to who has an
 * answer, else all of it, compressed or not, within the time that a client has to take it. How many
 * are compressed at the same time is bounded. Any thread may call it.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2">RFC 9110, 13.1.2</a>
 */
public final class Answers {
  /** To a client at a time: a page of a hundred events is a hundred thousand bytes. */
  private static final int WRITE_BYTES = 64 * 1024;

  private static final String WEAK = "W/";

  /** One of a list; a comma may be within it. */
  private static final Pattern TAG = Pattern.compile("(?:W/)?\"[^\"]*\"");

  private final SlowClients clients;
  private final Compressions compressions = new Compressions(Compressions.MAX);

  public Answers(SlowClients clients) {
    this.clients = clients;
  }

  /** Returns when the client has taken it. */
  public void send(Answer answer, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setHeader(HttpHeaders.VARY, answer.vary());
    response.setHeader(HttpHeaders.CACHE_CONTROL, answer.keeping().control());
    String tag = answer.keeping().tag();
    if (tag != null) {
      response.setHeader(HttpHeaders.ETAG, tag);
      if (knows(request, tag)) {
        response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
        return;
      }
    }
    response.setContentType(answer.type());
    long length = answer.body().length();
    try (Compressions.Compression compression =
        compressions.begin(ContentCoding.of(request, length))) {
      ContentCoding coding = compression.coding();
      if (coding == ContentCoding.IDENTITY) {
        response.setContentLengthLong(length);
        response.setBufferSize(WRITE_BYTES);
      } else {
        response.setHeader(HttpHeaders.CONTENT_ENCODING, coding.token());
      }
      clients.send(() -> {
        try (OutputStream out = coding.compress(response.getOutputStream())) {
          answer.body().writeTo(out);
        }
      });
    }
  }

  /** Compared weakly: whoever passes an answer on may have made its tag a weak or a strong one. */
  private static boolean knows(HttpServletRequest request, String tag) {
    String opaque = opaque(tag);
    Enumeration<String> lines = request.getHeaders(HttpHeaders.IF_NONE_MATCH);
    while (lines.hasMoreElements()) {
      String line = lines.nextElement();
      if (line.strip().equals("*")
          || TAG.matcher(line).results().anyMatch(known -> opaque(known.group()).equals(opaque))) {
        return true;
      }
    }
    return false;
  }

  private static String opaque(String tag) {
    return tag.startsWith(WEAK) ? tag.substring(WEAK.length()) : tag;
  }
}

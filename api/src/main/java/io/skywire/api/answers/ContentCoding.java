package io.skywire.api.answers;

import com.github.luben.zstd.ZstdOutputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Enumeration;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.springframework.http.HttpHeaders;

/**
 * How an answer is compressed, by what its client takes.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#name-accept-encoding">RFC 9110, 12.5.3</a>
 */
enum ContentCoding {
  ZSTD("zstd"),
  GZIP("gzip"),
  IDENTITY("identity");

  /** A shorter answer costs more to compress than to send. */
  private static final int BYTES_MIN = 1024;

  private static final int LEVEL = 1;
  private static final int BUFFER_BYTES = 16 * 1024;

  private final String token;

  ContentCoding(String token) {
    this.token = token;
  }

  /** The quickest of those that the client likes best. */
  static ContentCoding of(HttpServletRequest request, long length) {
    if (length < BYTES_MIN) {
      return IDENTITY;
    }
    double zstd = 0;
    double gzip = 0;
    Enumeration<String> lines = request.getHeaders(HttpHeaders.ACCEPT_ENCODING);
    while (lines.hasMoreElements()) {
      for (String offer : lines.nextElement().toLowerCase(Locale.ROOT).split(",", -1)) {
        String coding = offer.split(";", -1)[0].strip();
        if (coding.equals(ZSTD.token)) {
          zstd = quality(offer);
        } else if (coding.equals(GZIP.token)) {
          gzip = quality(offer);
        }
      }
    }
    if (zstd <= 0 && gzip <= 0) {
      return IDENTITY;
    }
    return zstd >= gzip ? ZSTD : GZIP;
  }

  /** For the header {@code Content-Encoding}. */
  String token() {
    return token;
  }

  OutputStream compress(OutputStream out) throws IOException {
    return switch (this) {
      case ZSTD -> new ZstdOutputStream(out, LEVEL);
      case GZIP -> new GZIPOutputStream(out, BUFFER_BYTES);
      case IDENTITY -> out;
    };
  }

  private static double quality(String offer) {
    int at = offer.indexOf("q=");
    if (at < 0) {
      return 1;
    }
    try {
      double quality = Double.parseDouble(offer.substring(at + 2).strip());
      return quality > 0 && quality <= 1 ? quality : 0;
    } catch (NumberFormatException unclear) {
      return 0;
    }
  }
}

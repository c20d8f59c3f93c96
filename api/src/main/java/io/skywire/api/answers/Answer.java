package io.skywire.api.answers;

import java.io.IOException;
import java.io.OutputStream;
import org.springframework.http.MediaType;

/**
 * What is sent with the status 200.
 *
 * @param type its media type
 * @param vary the request's headers that it depends on
 */
public record Answer(String type, String vary, Keeping keeping, Body body) {
  /** Of an answer that has one media type. */
  private static final String VARY = "Authorization, Accept-Encoding";

  /** Its bytes, which are there: none is waited for. */
  public interface Body {
    /** How many {@link #writeTo} writes. */
    long length();

    void writeTo(OutputStream out) throws IOException;
  }

  public static Answer json(byte[] json, Keeping keeping) {
    Body body =
        new Body() {
          @Override
          public long length() {
            return json.length;
          }

          @Override
          public void writeTo(OutputStream out) throws IOException {
            out.write(json);
          }
        };
    return new Answer(MediaType.APPLICATION_JSON_VALUE, VARY, keeping, body);
  }
}

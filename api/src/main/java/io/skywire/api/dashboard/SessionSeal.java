package io.skywire.api.dashboard;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Makes a session a cookie's value and back: its fields in the clear, {@code
 * id.token.signedInAt.expiresAt}, and their HMAC-SHA-256. The key is derived from {@code
 * SECRET_KEY_BASE}, so that no hash of a token is ever a seal. Nothing is kept. Any thread may call
 * it.
 */
final class SessionSeal {
  private static final String ALGORITHM = "HmacSHA256";
  private static final String KEY_OF = "skywire dashboard session";
  private static final int ID_BYTES = 16;
  private static final Pattern FORM =
      Pattern.compile(
          "(([A-Za-z0-9_-]{22})\\.(\\d{1,18})\\.(\\d{1,11})\\.(\\d{1,11}))\\.([A-Za-z0-9_-]{43})");

  private final SecretKeySpec key;
  private final SecureRandom random = new SecureRandom();

  /**
   * @param secret {@code SECRET_KEY_BASE}
   */
  SessionSeal(String secret) {
    byte[] base = secret.getBytes(StandardCharsets.UTF_8);
    this.key = new SecretKeySpec(hmac(new SecretKeySpec(base, ALGORITHM), KEY_OF), ALGORITHM);
  }

  Session begin(long tokenId, Instant now) {
    byte[] id = new byte[ID_BYTES];
    random.nextBytes(id);
    Instant began = now.truncatedTo(ChronoUnit.SECONDS);
    return new Session(base64(id), tokenId, began, began).renewed(began);
  }

  String seal(Session session) {
    String fields =
        "%s.%d.%d.%d"
            .formatted(
                session.id(),
                session.tokenId(),
                session.signedInAt().getEpochSecond(),
                session.expiresAt().getEpochSecond());
    return fields + "." + base64(hmac(key, fields));
  }

  /** Null when it is not of this seal, or over. */
  @Nullable Session open(String cookie, Instant now) {
    Matcher form = FORM.matcher(cookie);
    if (!form.matches()) {
      return null;
    }
    byte[] expected = base64(hmac(key, form.group(1))).getBytes(StandardCharsets.US_ASCII);
    if (!MessageDigest.isEqual(expected, form.group(6).getBytes(StandardCharsets.US_ASCII))) {
      return null;
    }
    Session session =
        new Session(
            form.group(2),
            Long.parseLong(form.group(3)),
            Instant.ofEpochSecond(Long.parseLong(form.group(4))),
            Instant.ofEpochSecond(Long.parseLong(form.group(5))));
    return now.isBefore(session.expiresAt()) ? session : null;
  }

  private static byte[] hmac(SecretKeySpec key, String text) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException | InvalidKeyException impossible) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, impossible);
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}

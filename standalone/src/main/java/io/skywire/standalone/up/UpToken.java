package io.skywire.standalone.up;

import io.skywire.api.tokens.TokenStore;
import io.skywire.standalone.folder.DataFolder;
import java.io.IOException;
import java.sql.SQLException;

/**
 * The token that {@code up} prints, so that its {@code curl} line works. The database holds only a
 * digest, so it is kept in the data folder, and made again when it was revoked.
 */
final class UpToken {
  private static final String NAME = "up";

  private UpToken() {}

  static String of(DataFolder folder, TokenStore tokens) throws SQLException, IOException {
    String kept = folder.token();
    if (kept != null && tokens.find(kept) != null) {
      return kept;
    }
    // A kept token that was lost leaves its name taken.
    tokens.revoke(NAME);
    String token = tokens.create(NAME);
    folder.keepToken(token);
    return token;
  }
}

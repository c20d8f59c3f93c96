package io.skywire.standalone.folder;

import io.skywire.common.settings.InvalidSettingException;
import io.skywire.common.settings.Variables;
import io.skywire.embedded.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder that {@code SKYWIRE_DATA} names: where the embedded servers, the secret, the token,
 * the ports and the log of {@code up} are kept. A relative path is relative to where the command is
 * given; the default is {@code data} in the project's folder, wherever the command is given. A
 * marker file says that Skywire made the folder; without one only an empty folder is taken.
 */
public record DataFolder(Path path) {
  private static final String VARIABLE = "SKYWIRE_DATA";
  private static final String MARKER = ".skywire-data";
  private static final String MARKER_TEXT = "Made by ./skywire up; --fresh empties this folder.\n";
  private static final int SECRET_BYTES = 32;

  public static DataFolder of(Variables variables) {
    String project = System.getProperty("skywire.home", "");
    String set = variables.find(VARIABLE);
    Path path = set == null ? Path.of(project).resolve("data") : Path.of(set);
    return new DataFolder(path.toAbsolutePath().normalize());
  }

  /**
   * Makes the folder and marks it as Skywire's.
   *
   * @throws InvalidSettingException when it holds somebody else's files
   */
  public void claim() throws IOException {
    if (Files.exists(path.resolve(MARKER))) {
      return;
    }
    if (Files.exists(path) && !(Files.isDirectory(path) && isEmpty())) {
      throw new InvalidSettingException(
          VARIABLE, path.toString(), "a new or empty folder, or one that ./skywire up made");
    }
    Files.createDirectories(path);
    Files.writeString(path.resolve(MARKER), MARKER_TEXT);
  }

  /**
   * Deletes all that is kept, but for the marker and the lock that the caller holds. The log may be
   * open: it is emptied.
   */
  public void clear() throws IOException {
    if (!Files.exists(path.resolve(MARKER))) {
      throw new InvalidSettingException(VARIABLE, path.toString(), "a folder ./skywire up made");
    }
    if (Files.exists(log())) {
      Files.writeString(log(), "");
    }
    List<Path> kept = List.of(path.resolve(MARKER), lockFile(), log());
    try (Stream<Path> children = Files.list(path)) {
      children.filter(child -> !kept.contains(child)).forEach(TemporaryFolder::delete);
    }
  }

  public Path kafka() {
    return path.resolve("kafka");
  }

  public Path postgres() {
    return path.resolve("postgres");
  }

  public Path relay() {
    return path.resolve("relay");
  }

  public Path log() {
    return path.resolve("skywire.log");
  }

  Path ports() {
    return path.resolve("ports.properties");
  }

  Path lockFile() {
    return path.resolve("lock");
  }

  Path running() {
    return path.resolve("up.properties");
  }

  /** The {@code SECRET_KEY_BASE} of this folder, made at the first call. */
  public String secret() throws IOException {
    Path file = path.resolve("secret-key-base");
    String kept = read(file);
    if (kept != null) {
      return kept;
    }
    byte[] bytes = new byte[SECRET_BYTES];
    new SecureRandom().nextBytes(bytes);
    String secret = HexFormat.of().formatHex(bytes);
    PrivateFiles.write(file, secret);
    return secret;
  }

  /** The token that {@code up} printed last, or null before the first. */
  public @Nullable String token() throws IOException {
    return read(path.resolve("token"));
  }

  public void keepToken(String token) throws IOException {
    PrivateFiles.write(path.resolve("token"), token);
  }

  private static @Nullable String read(Path file) throws IOException {
    try {
      String text = Files.readString(file).strip();
      return text.isEmpty() ? null : text;
    } catch (NoSuchFileException absent) {
      return null;
    }
  }

  private boolean isEmpty() throws IOException {
    try (Stream<Path> children = Files.list(path)) {
      return children.findAny().isEmpty();
    }
  }
}

package io.skywire.standalone.folder;

import io.skywire.common.settings.InvalidSettingException;
import io.skywire.common.settings.Variables;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a running {@code up} tells the other commands, through its data folder: the variables under
 * which a process works beside it. They count only while somebody holds the folder's lock, since a
 * killed {@code up} leaves the file behind.
 */
public final class RunningUp {
  private RunningUp() {}

  /** Tells the others; called by the holder of the folder's lock. */
  public static void announce(DataFolder folder, Map<String, String> variables) throws IOException {
    PropertiesFile.write(folder.running(), variables);
  }

  public static void withdraw(DataFolder folder) throws IOException {
    Files.deleteIfExists(folder.running());
  }

  /** The variables of the {@code up} that runs in the folder, if one does. */
  public static Optional<Map<String, String>> find(DataFolder folder) throws IOException {
    if (!FolderLock.isTaken(folder)) {
      return Optional.empty();
    }
    Map<String, String> told = PropertiesFile.read(folder.running());
    return told.isEmpty() ? Optional.empty() : Optional.of(told);
  }

  /**
   * What an operator's command works with: a running {@code up} of the data folder, otherwise what
   * the environment names.
   *
   * @param needed a variable without which the command cannot work
   * @throws InvalidSettingException when there is neither
   */
  public static Variables orEnvironment(Variables environment, String needed) throws IOException {
    DataFolder folder = DataFolder.of(environment);
    Optional<Map<String, String>> running = find(folder);
    if (running.isPresent()) {
      Map<String, String> all = new HashMap<>(environment.all());
      all.putAll(running.get());
      return new Variables(all);
    }
    if (environment.find(needed) == null) {
      throw new InvalidSettingException(
          "no ./skywire up runs in " + folder.path() + ", and " + needed + " is not set");
    }
    return environment;
  }
}

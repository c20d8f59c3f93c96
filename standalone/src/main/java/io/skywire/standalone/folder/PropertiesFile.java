package io.skywire.standalone.folder;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** A small map kept in a file that only its owner may read. */
final class PropertiesFile {
  private PropertiesFile() {}

  /** An absent file is an empty map; so is one that is no properties file. */
  static Map<String, String> read(Path file) throws IOException {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(Files.readString(file)));
    } catch (NoSuchFileException absent) {
      return Map.of();
    } catch (IllegalArgumentException torn) {
      return Map.of();
    }
    Map<String, String> values = new TreeMap<>();
    properties.stringPropertyNames().forEach(n -> values.put(n, properties.getProperty(n)));
    return values;
  }

  static void write(Path file, Map<String, String> values) throws IOException {
    Properties properties = new Properties();
    properties.putAll(values);
    StringWriter text = new StringWriter();
    properties.store(text, null);
    PrivateFiles.write(file, text.toString());
  }
}

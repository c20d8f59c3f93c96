import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Collects the licences of a release's libraries: {@code SBOM LIB TO}. The texts that a jar carries
 * go into a folder of its name, and {@code index.txt} has a line for each jar, with its licences by
 * name. A jar that the SBOM does not know, or that nobody has licensed, ends the build. Run by
 * {@code ./skywire package}.
 */
final class Licences {
  private static final Pattern TEXT =
      Pattern.compile(
          "(?:.*/)?(?:licen[cs]e|notice|copying|copyright)[^/]*(?<!\\.class|\\.java)",
          Pattern.CASE_INSENSITIVE);

  public static void main(String[] arguments) throws IOException {
    Map<String, JsonNode> components = components(Path.of(arguments[0]));
    Path to = Files.createDirectories(Path.of(arguments[2]));
    List<String> lines = new ArrayList<>();
    for (Path jar : jars(Path.of(arguments[1]))) {
      String name = jar.getFileName().toString().replaceFirst("\\.jar$", "");
      JsonNode component = components.get(name);
      if (component == null) {
        throw new IllegalStateException("the SBOM does not know " + name);
      }
      List<String> licences = names(component);
      if (licences.isEmpty()) {
        throw new IllegalStateException("nobody says how " + name + " is licensed");
      }
      int texts = copyTexts(jar, to.resolve(name));
      lines.add(
          "%s: %s%s"
              .formatted(
                  name, String.join(" or ", licences), texts == 0 ? " (no text in the jar)" : ""));
    }
    lines.add("Java runtime: see runtime/legal");
    Files.write(to.resolve("index.txt"), lines);
  }

  /** By the name that Maven gives to their jars. */
  private static Map<String, JsonNode> components(Path sbom) {
    Map<String, JsonNode> components = new TreeMap<>();
    for (JsonNode component : JsonMapper.shared().readTree(sbom.toFile()).path("components")) {
      components.put(
          component.path("name").asString() + "-" + component.path("version").asString(),
          component);
    }
    return components;
  }

  /** Skywire's own are under the LICENSE of the release. */
  private static List<Path> jars(Path lib) throws IOException {
    try (Stream<Path> files = Files.list(lib)) {
      return files
          .filter(file -> !file.getFileName().toString().startsWith("skywire-"))
          .sorted()
          .toList();
    }
  }

  private static List<String> names(JsonNode component) {
    List<String> names = new ArrayList<>();
    for (JsonNode choice : component.path("licenses")) {
      JsonNode licence = choice.path("license");
      String name =
          choice.has("expression")
              ? choice.path("expression").asString()
              : licence.path("id").asString(licence.path("name").asString(""));
      String url = licence.path("url").asString("");
      if (!name.isEmpty()) {
        names.add(url.isEmpty() ? name : name + " <" + url + ">");
      }
    }
    return names;
  }

  private static int copyTexts(Path jar, Path to) throws IOException {
    int texts = 0;
    try (ZipFile file = new ZipFile(jar.toFile())) {
      for (ZipEntry entry : entries(file)) {
        if (entry.isDirectory() || !TEXT.matcher(entry.getName()).matches()) {
          continue;
        }
        Files.createDirectories(to);
        try (InputStream text = file.getInputStream(entry)) {
          Files.copy(text, to.resolve(entry.getName().replace('/', '_')));
        }
        texts++;
      }
    }
    return texts;
  }

  private static List<? extends ZipEntry> entries(ZipFile file) {
    return file.stream().sorted(Comparator.comparing(ZipEntry::getName)).toList();
  }

  private Licences() {}
}

package io.skywire.standalone.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The patches of {@code docs/breaks}, each of which breaks one guarantee: they fit the tree, the
 * model and the page that lists them. That their tests notice, {@code docs/breaks/check} shows.
 */
@Timeout(60)
class BreaksTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Path FOLDER = ROOT.resolve("docs/breaks");
  private static final Pattern HEAD = Pattern.compile("\\nTest: (.+)#(\\w+)\\nModel: (\\w+)\\n");

  /** What a patch says of itself. */
  private record Break(String patch, String test, String method, String model) {
    static Break read(Path patch) throws IOException {
      Matcher head = HEAD.matcher(Files.readString(patch));
      assertThat(head.find()).as("%s names its test and its model", patch).isTrue();
      return new Break(patch.getFileName().toString(), head.group(1), head.group(2), head.group(3));
    }
  }

  static List<Path> patches() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.filter(file -> file.toString().endsWith(".patch")).sorted().toList();
    }
  }

  @Test
  void everyPatchStillApplies() throws Exception {
    assumeTrue(isInstalled(), "skipped: git is not installed");
    // Within another checkout it would look at no file and find everything right.
    assumeTrue(
        git("rev-parse", "--show-prefix").equals(List.of("")),
        "skipped: this is no checkout that git takes for one");
    List<String> refused = new ArrayList<>();
    for (Path patch : patches()) {
      refused.addAll(git("apply", "--check", patch.toString()));
    }
    assertThat(refused).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("patches")
  void itsTestAndItsModelAreThereAndOnThePage(Path patch) throws Exception {
    Break broken = Break.read(patch);
    Path test = ROOT.resolve(broken.test());
    assertThat(Files.readString(test)).contains(" void " + broken.method() + "(");
    boolean modelled = !broken.model().equals("none");
    if (modelled) {
      assertThat(Files.readString(ROOT.resolve("docs/model/check")))
          .containsPattern("\\n" + broken.model() + " +(shortest|asserted|fair) ");
    }
    String name = test.getFileName().toString().replace(".java", "." + broken.method());
    assertThat(rows())
        .filteredOn(row -> row.contains("(docs/breaks/" + broken.patch() + ")"))
        .singleElement()
        .asString()
        .contains(
            "`" + name + "`", modelled ? "`" + broken.model() + "`:" : "| not in the model |");
  }

  @Test
  void thePageNamesNoOtherPatch() throws Exception {
    Set<String> named = new TreeSet<>();
    Matcher link = Pattern.compile("\\(docs/breaks/([^)]+)\\)").matcher(String.join("", rows()));
    while (link.find()) {
      named.add(link.group(1));
    }
    assertThat(patches())
        .extracting(patch -> patch.getFileName().toString())
        .hasSameElementsAs(named);
  }

  @Test
  void everyBreakOfTheModelIsOneOfTheCodeToo() throws Exception {
    Set<String> ofCode = new TreeSet<>();
    for (Path patch : patches()) {
      ofCode.add(Break.read(patch).model());
    }
    ofCode.remove("none");
    Set<String> ofModel =
        Pattern.compile("(?m)^([A-Z_]+) +(?:shortest|asserted|fair) ")
            .matcher(Files.readString(ROOT.resolve("docs/model/check")))
            .results()
            .map(found -> found.group(1))
            .collect(Collectors.toSet());
    assertThat(ofCode).isEqualTo(ofModel).isNotEmpty();
  }

  @Test
  void everyTestThatThePageNamesIsThere() throws Exception {
    List<String> classes = new ArrayList<>();
    for (Path module : modules()) {
      try (Stream<Path> files = Files.walk(module.resolve("src/test/java"))) {
        files.map(Path::toString).forEach(file -> classes.add(file.replace('/', '.')));
      }
    }
    Set<String> named =
        Pattern.compile("`((?:[a-z]+\\.)*[A-Z]\\w*Test)\\b")
            .matcher(String.join("\n", rows()))
            .results()
            .map(found -> "." + found.group(1))
            .collect(Collectors.toSet());
    assertThat(named).hasSizeGreaterThan(20);
    assertThat(named)
        .allSatisfy(name -> assertThat(classes).anyMatch(file -> file.endsWith(name + ".java")));
  }

  private static List<Path> modules() throws IOException {
    try (Stream<Path> folders = Files.list(ROOT)) {
      return folders.filter(folder -> Files.isDirectory(folder.resolve("src/test/java"))).toList();
    }
  }

  private static List<String> rows() throws IOException {
    return Files.readAllLines(ROOT.resolve("ARCHITECTURE.md"));
  }

  private static boolean isInstalled() throws InterruptedException {
    try {
      git("--version");
      return true;
    } catch (IOException absent) {
      return false;
    }
  }

  /** What it says, line by line. */
  private static List<String> git(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    Process git =
        new ProcessBuilder(command).directory(ROOT.toFile()).redirectErrorStream(true).start();
    String said = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = git.waitFor();
    List<String> lines = new ArrayList<>(said.lines().toList());
    if (status != 0) {
      lines.add(command + " ended with status " + status);
    }
    return lines;
  }
}

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
import java.util.regex.MatchResult;
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

  /** A class, with as much of its package as tells it apart, and a method of it or none. */
  private static final Pattern TEST_NAME =
      Pattern.compile("`((?:[a-z]\\w*\\.)*[A-Z]\\w*Test)\\b(?:\\.(\\w+))?");

  /** Up to the method that it is of: there is no empty line in between. */
  private static final String TEST_ANNOTATION =
      "@(?:Test|ParameterizedTest|RepeatedTest)\\b(?:(?!\\n\\n)[\\s\\S])*?";

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
    List<Path> files = testFiles();
    List<MatchResult> named = TEST_NAME.matcher(String.join("\n", rows())).results().toList();
    assertThat(named).hasSizeGreaterThan(100);
    for (MatchResult name : named) {
      String file = "/" + name.group(1).replace('.', '/') + ".java";
      List<Path> found = files.stream().filter(each -> each.toString().endsWith(file)).toList();
      assertThat(found).as("the one class of %s", name.group()).hasSize(1);
      if (name.group(2) != null) {
        assertThat(Files.readString(found.getFirst()))
            .as(name.group())
            .containsPattern(TEST_ANNOTATION + " void " + name.group(2) + "\\(");
      }
    }
  }

  /** A class has many tests: which of them shows it? */
  @Test
  void eachRowOfWhatFailsAndWhatIsBrokenNamesTestsByTheirMethods() throws Exception {
    List<String> page = rows();
    int from = page.indexOf("## When things fail, and how it is shown");
    assertThat(from).isNotNegative();
    List<String> rows =
        page.stream()
            .skip(from + 1L)
            .takeWhile(line -> !line.startsWith("## "))
            .filter(line -> line.startsWith("|") && line.contains("`"))
            .toList();
    assertThat(rows).hasSizeGreaterThan(patches().size() + 20);
    assertThat(rows)
        .allSatisfy(row ->
            assertThat(TEST_NAME.matcher(row).results())
                .isNotEmpty()
                .allMatch(name -> name.group(2) != null));
  }

  private static List<Path> testFiles() throws IOException {
    List<Path> all = new ArrayList<>();
    for (Path module : modules()) {
      try (Stream<Path> files = Files.walk(module.resolve("src/test/java"))) {
        files.forEach(all::add);
      }
    }
    return all;
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

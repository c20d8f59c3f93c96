package io.skywire.standalone;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ModuleRulesTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.skywire");

  @Test
  void commonKnowsNobody() {
    knowsNothingOf("common", "ingester", "sink", "api", "embedded", "standalone");
  }

  @Test
  void aProcessKnowsCommonAndItself() {
    knowsNothingOf("ingester", "sink", "api", "embedded", "standalone");
    knowsNothingOf("sink", "ingester", "api", "embedded", "standalone");
    knowsNothingOf("api", "ingester", "sink", "embedded", "standalone");
    knowsNothingOf("embedded", "ingester", "sink", "api", "standalone");
  }

  @Test
  void decodingIsPure() {
    noClasses()
        .that()
        .resideInAPackage("io.skywire.ingester.atproto..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.io..",
            "java.net..",
            "java.nio.file..",
            "java.util.concurrent..",
            "io.netty..",
            "org.apache.kafka..",
            "org.springframework..",
            "org.slf4j..")
        .check(CLASSES);
  }

  @Test
  void theArchitecturePageNamesWhatIsThere() throws IOException {
    Set<String> classes =
        CLASSES.stream().map(type -> type.getSimpleName()).collect(Collectors.toSet());
    classes.addAll(tests());
    String page = Files.readString(Path.of("..", "ARCHITECTURE.md"));
    Matcher names = Pattern.compile("`([A-Z][a-z]+(?:[A-Z][A-Za-z]*)+)").matcher(page);
    Set<String> missing = new TreeSet<>();
    int found = 0;
    while (names.find()) {
      found++;
      if (!classes.contains(names.group(1)) && !names.group(1).equals("KafkaAdmin")) {
        missing.add(names.group(1));
      }
    }
    assertThat(missing).isEmpty();
    assertThat(found).isGreaterThan(20);
  }

  /** Of all modules: those of the others are not on the class path. */
  private static Set<String> tests() throws IOException {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> modules = Files.list(Path.of(".."))) {
      for (Path module : (Iterable<Path>) modules::iterator) {
        Path tests = module.resolve("src/test/java");
        if (Files.isDirectory(tests)) {
          try (Stream<Path> files = Files.walk(tests)) {
            files
                .map(file -> file.getFileName().toString())
                .filter(name -> name.endsWith("Test.java"))
                .forEach(name -> names.add(name.substring(0, name.length() - ".java".length())));
          }
        }
      }
    }
    return names;
  }

  private static void knowsNothingOf(String module, String... others) {
    for (String other : others) {
      noClasses()
          .that()
          .resideInAPackage("io.skywire." + module + "..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.skywire." + other + "..")
          .check(CLASSES);
    }
  }
}

package io.skywire.standalone.topic;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.skywire.ingester.atproto.FrameDecoder;
import io.skywire.sink.write.EventBatch.Refusal;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.instruction.ConstantInstruction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The page is one of AsyncAPI's, and names each kind of record that the code can make. */
class TopicPageTest {
  /** What makes records, and which messages of the page they are. */
  private static final Map<String, Set<String>> MAKERS =
      Map.ofEntries(
          entry("TopicRecords.event", Set.of("commit", "identity", "account", "sync", "other")),
          entry("TopicRecords.watermark", Set.of("watermark")),
          entry("TopicRecords.gap", Set.of("gap")),
          entry("TopicRecords.deadLetter", Set.of("refusedFrame")),
          entry("SinkDeadLetters.letter", Set.of("refusedRecord")),
          entry("ReplayPublisher.note", Set.of("replayed")),
          entry("EventPublisher.record", Set.of("cursor")),
          entry("StatusReporter.send", Set.of("status")),
          entry("MinuteTotals.add", Set.of("count")),
          // As they are in skywire.events.
          entry("EventRouter.send", Set.of("commit", "gap", "watermark")),
          // From one part of Kafka Streams to the next, in a topic of its own.
          entry("EventCounter.handOn", Set.of()));

  @Test
  void thePageIsOfAsyncApi3() throws Exception {
    Path list = Path.of("src", "test", "packages", "asyncapi", "package.json");
    Path folder = Files.createDirectories(Path.of("target", "asyncapi"));
    Files.copy(list, folder.resolve("package.json"), StandardCopyOption.REPLACE_EXISTING);
    Packages.npm(list, folder, folder);
    String schema =
        Files.readString(
            folder.resolve("node_modules/@asyncapi/specs/schemas/3.0.0-without-$id.json"));
    SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7);
    assertThat(registry.getSchema(schema).validate(AsyncApiPage.read().written())).isEmpty();
  }

  @Test
  void whateverMakesRecordsIsAmongThoseWhoseMessagesThePageHas() throws Exception {
    Set<String> makers =
        new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("io.skywire")
                .stream()
                .flatMap(TopicPageTest::makingRecords)
                .map(call ->
                    call.getOriginOwner().getSimpleName() + "." + call.getOrigin().getName())
                .collect(Collectors.toCollection(TreeSet::new));
    assertThat(makers).isEqualTo(new TreeSet<>(MAKERS.keySet()));
    assertThat(
            AsyncApiPage.read().channels().values().stream()
                .flatMap(List::stream)
                .map(TopicMessage::name)
                .collect(Collectors.toSet()))
        .isEqualTo(MAKERS.values().stream().flatMap(Set::stream).collect(Collectors.toSet()));
  }

  /** A type that the decoder treats in its own way is none of those that it does not know. */
  @Test
  void eachTypeThatTheDecoderKnowsIsAMessage() throws Exception {
    Set<String> known = typesOfDecoder();
    JsonNode other =
        JsonMapper.shared()
            .readTree(Files.readString(Path.of("../docs/topic/schemas/other.schema.json")));
    assertThat(texts(other.at("/properties/event_type/not/enum"))).isEqualTo(known);
    Set<String> messages =
        AsyncApiPage.read().channels().getOrDefault("events", List.of()).stream()
            .map(TopicMessage::name)
            .collect(Collectors.toCollection(TreeSet::new));
    messages.remove("other");
    // Of an info frame nothing is written.
    messages.add("info");
    assertThat(messages).isEqualTo(known);
  }

  @Test
  void theSinksReasonsAreThoseThereAre() throws Exception {
    assertThat(
            texts(
                AsyncApiPage.read()
                    .written()
                    .at("/components/schemas/recordLetterHeaders/properties/reason/enum")))
        .isEqualTo(
            Arrays.stream(Refusal.values())
                .map(Refusal::label)
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  private static Stream<JavaAccess<?>> makingRecords(JavaClass type) {
    Stream<JavaAccess<?>> made =
        type.getConstructorCallsFromSelf().stream()
            .filter(call -> call.getTargetOwner().isEquivalentTo(ProducerRecord.class))
            .map(call -> call);
    Stream<JavaAccess<?>> forwarded =
        type.getMethodCallsFromSelf().stream()
            .filter(call ->
                call.getTargetOwner().isAssignableTo(ProcessorContext.class)
                    && call.getName().equals("forward"))
            .map(call -> call);
    return Stream.concat(made, forwarded);
  }

  /** The words that its switch over the types has. */
  private static Set<String> typesOfDecoder() throws Exception {
    try (InputStream bytes =
        Objects.requireNonNull(FrameDecoder.class.getResourceAsStream("FrameDecoder.class"))) {
      return ClassFile.of().parse(bytes.readAllBytes()).methods().stream()
          .filter(method -> method.methodName().equalsString("decodeMessage"))
          .flatMap(method -> method.code().orElseThrow().elementStream())
          .filter(ConstantInstruction.class::isInstance)
          .map(instruction -> ((ConstantInstruction) instruction).constantValue())
          .filter(String.class::isInstance)
          .map(String.class::cast)
          // What else it says is sentences.
          .filter(word -> !word.contains(" "))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static Set<String> texts(JsonNode array) {
    return array
        .valueStream()
        .map(JsonNode::asString)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}

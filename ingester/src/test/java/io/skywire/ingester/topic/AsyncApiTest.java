package io.skywire.ingester.topic;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.skywire.common.topic.CloudEventHeaders;
import io.skywire.common.topic.DeadLetterHeaders;
import io.skywire.common.topic.EventHeaders;
import io.skywire.common.topic.Gap;
import io.skywire.common.topic.Replay;
import io.skywire.common.topic.TopicSetup;
import io.skywire.common.topic.Topics;
import io.skywire.ingester.atproto.Corpus;
import io.skywire.ingester.atproto.DropReason;
import io.skywire.ingester.publish.DeadLetter;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The page names what the code names, and every reference leads somewhere. */
class AsyncApiTest {
  private static final JsonNode PAGE = TopicDocuments.ASYNC_API;

  @Test
  void topicsAreThoseThereAre() throws Exception {
    List<JsonNode> named =
        PAGE.at("/channels").valueStream().filter(channel -> !channel.has("parameters")).toList();
    assertThat(named.stream().map(channel -> channel.get("address").asString()))
        .containsExactlyInAnyOrderElementsOf(constants(Topics.class, Set.of()));
    for (JsonNode channel : named) {
      assertThat(channel.at("/bindings/kafka/topic")).isEqualTo(channel.get("address"));
    }
    assertThat(PAGE.at("/channels/events/bindings/kafka/topicConfiguration/max.message.bytes"))
        .hasToString(Integer.toString(TopicSetup.RECORD_BYTES_MAX));
  }

  @Test
  void headersOfEventsAreThoseThereAre() throws Exception {
    Set<String> ofEvents = constants(EventHeaders.class, Set.of("GAP", "BEGINS"));
    ofEvents.addAll(
        constants(CloudEventHeaders.class, Set.of("TYPE_PREFIX", "FROM_SEQ", "TO_SEQ")));
    assertThat(names(PAGE.at("/components/schemas/eventHeaders/properties"))).isEqualTo(ofEvents);
    assertThat(texts(PAGE.at("/components/schemas/eventHeaders/properties/replay/enum")))
        .isEqualTo(Arrays.stream(Replay.values()).map(Replay::label).toList());
  }

  @Test
  void headersOfAWatermarkAreThoseThereAre() {
    assertThat(names(PAGE.at("/components/messages/watermark/headers/properties")))
        .isEqualTo(Set.of(EventHeaders.EVENT_TYPE, EventHeaders.BEGINS));
  }

  @Test
  void headersOfAGapAreThoseThereAre() throws Exception {
    RecordHeaders headers = new RecordHeaders();
    new Gap("r", 1, 2, "x", Produced.NOON).addTo(headers);
    Set<String> ofGaps =
        constants(
            CloudEventHeaders.class, Set.of("TYPE_PREFIX", "SUBJECT", "CONTENT_TYPE", "REPLAY"));
    headers.forEach(header -> ofGaps.add(header.key()));
    JsonNode schema =
        Corpus.JSON.readTree(
            TopicDocuments.read(TopicDocuments.FOLDER.resolve("schemas/gap.schema.json")));
    assertThat(names(schema.get("properties"))).isEqualTo(ofGaps);
  }

  @Test
  void headersOfDeadLettersAreThoseThereAre() throws Exception {
    Set<String> named =
        new TreeSet<>(names(PAGE.at("/components/schemas/frameLetterHeaders/properties")));
    named.addAll(names(PAGE.at("/components/schemas/recordLetterHeaders/properties")));
    named.addAll(names(PAGE.at("/components/messages/replayed/headers/properties")));
    assertThat(named).isEqualTo(constants(DeadLetterHeaders.class, Set.of("DECODE", "STORE")));
    assertThat(texts(PAGE.at("/components/schemas/frameLetterHeaders/properties/reason/enum")))
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(
                    Arrays.stream(DropReason.values()).map(DropReason::label),
                    Stream.of(DeadLetter.FLAWED_OP, DeadLetter.SEQ_WENT_BACK))
                .toList());
  }

  @Test
  void everyReferenceLeadsSomewhere() throws Exception {
    Set<Path> referred = new HashSet<>();
    List<String> references = PAGE.findValuesAsString("$ref");
    assertThat(references).hasSizeGreaterThan(30);
    for (String reference : references) {
      if (reference.startsWith("#")) {
        assertThat(PAGE.at(reference.substring(1)).isMissingNode()).as(reference).isFalse();
      } else {
        referred.add(TopicDocuments.FOLDER.resolve(reference).normalize());
      }
    }
    referred.add(TopicDocuments.FOLDER.resolve("schemas/event.schema.json"));
    referred.add(TopicDocuments.FOLDER.resolve("schemas/definitions.schema.json"));
    try (Stream<Path> schemas = Files.list(TopicDocuments.FOLDER.resolve("schemas"))) {
      assertThat(schemas).containsExactlyInAnyOrderElementsOf(referred);
    }
  }

  /** Each schema is one of the draft that it names. */
  @Test
  void everySchemaIsOne() throws Exception {
    SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    String draft = "https://json-schema.org/draft/2020-12/schema";
    var metaSchema = registry.getSchema(SchemaLocation.of(draft));
    try (Stream<Path> schemas = Files.list(TopicDocuments.FOLDER.resolve("schemas"))) {
      for (Path file : (Iterable<Path>) schemas::iterator) {
        JsonNode schema = Corpus.JSON.readTree(TopicDocuments.read(file));
        assertThat(schema.get("$schema").asString()).isEqualTo(draft);
        assertThat(metaSchema.validate(schema)).as(file.toString()).isEmpty();
      }
    }
  }

  private static Set<String> constants(Class<?> type, Set<String> others) throws Exception {
    Set<String> values = new TreeSet<>();
    for (Field field : type.getFields()) {
      if (Modifier.isStatic(field.getModifiers()) && !others.contains(field.getName())) {
        values.add((String) field.get(null));
      }
    }
    return values;
  }

  private static Set<String> names(JsonNode properties) {
    return new TreeSet<>(properties.propertyNames());
  }

  private static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asString).toList();
  }
}

package io.skywire.api.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.skywire.api.TestApi;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What an OpenAPI description says of answers, which are held against it. One thread. */
final class DescribedAnswers {
  private static final String JSON = "application/json";
  private static final String PROBLEM = "application/problem+json";

  private static final SchemaRegistry SCHEMAS =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

  private final JsonNode description;
  private final Map<String, Schema> byReference = new HashMap<>();

  DescribedAnswers(JsonNode description) {
    this.description = description;
  }

  /** The node that a reference names, or the node itself. */
  JsonNode resolve(JsonNode node) {
    return node.has("$ref") ? description.at(node.get("$ref").asString().substring(1)) : node;
  }

  /**
   * Its headers, media type and body.
   *
   * @param asked for the message
   * @param described the answer of that status, resolved
   */
  void check(Object asked, HttpResponse<byte[]> answer, JsonNode described) {
    String type = answer.headers().firstValue("Content-Type").orElse("");
    if (described.path("headers").has("RateLimit")) {
      assertThat(answer.headers().map())
          .as("%s", asked)
          .containsKeys("RateLimit", "RateLimit-Policy");
    }
    if (described.has("content")) {
      List<String> types = List.copyOf(described.get("content").propertyNames());
      assertThat(types).as("%s", asked).anyMatch(type::startsWith);
    }
    // To a HEAD there is no body.
    if (answer.body().length == 0) {
      return;
    }
    boolean isProblem = type.startsWith(PROBLEM);
    if (isProblem) {
      JsonNode problem = TestApi.json(answer);
      assertThat(problem.propertyNames())
          .containsAll(
              description
                  .at("/components/schemas/Problem/required")
                  .valueStream()
                  .map(JsonNode::asString)
                  .collect(Collectors.toSet()));
      assertThat(new String(answer.body(), StandardCharsets.UTF_8))
          .doesNotContain("Exception", "at io.skywire", "select ");
    }
    if (isProblem || type.startsWith(JSON)) {
      String form = (isProblem ? PROBLEM : JSON).replace("/", "~1");
      String reference = described.at("/content/" + form + "/schema/$ref").asString();
      assertThat(schema(reference).validate(TestApi.json(answer))).as("%s", asked).isEmpty();
    }
  }

  /** One of those that the description names. */
  private Schema schema(String reference) {
    return byReference.computeIfAbsent(
        reference,
        named -> {
          ObjectNode whole = JsonMapper.shared().createObjectNode();
          whole.put("$ref", named);
          whole.set("$defs", close(description.at("/components/schemas").deepCopy()));
          String text = whole.toString().replace("#/components/schemas/", "#/$defs/");
          return SCHEMAS.getSchema(JsonMapper.shared().readTree(text));
        });
  }

  /** Refuses the fields that it does not name, where it does not say that there may be more. */
  private static JsonNode close(JsonNode schema) {
    schema.forEach(DescribedAnswers::close);
    if (schema instanceof ObjectNode object
        && "object".equals(object.path("type").asString(""))
        && object.path("properties").isObject()
        && !object.has("additionalProperties")) {
      object.put("additionalProperties", false);
    }
    return schema;
  }
}

package io.skywire.common.topic;

import io.skywire.common.settings.InvalidSettingException;
import io.skywire.common.settings.Variables;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.clients.CommonClientConfigs;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * How to reach Kafka: {@code KAFKA_BOOTSTRAP_SERVERS}, and TLS, SASL and whatever else a Kafka
 * client takes as Spring Boot names it ({@code SPRING_KAFKA_SECURITY_PROTOCOL}, {@code
 * SPRING_KAFKA_PROPERTIES_SASL_MECHANISM}, …). Each role's properties are a fresh map to which the
 * caller adds what its guarantees need, so that a pass-through can never weaken them.
 */
public final class KafkaSettings {
  private static final String BOOTSTRAP = "KAFKA_BOOTSTRAP_SERVERS";
  private static final Pattern SERVERS =
      Pattern.compile("[^\\s,:]+:\\d{1,5}(,[^\\s,:]+:\\d{1,5})*");

  private final String bootstrapServers;
  private final KafkaProperties properties;

  private KafkaSettings(String bootstrapServers, KafkaProperties properties) {
    this.bootstrapServers = bootstrapServers;
    this.properties = properties;
  }

  public static KafkaSettings from(Variables variables) {
    String servers = variables.text(BOOTSTRAP, "localhost:9092");
    if (!SERVERS.matcher(servers).matches()) {
      throw new InvalidSettingException(BOOTSTRAP, servers, "host:port[,host:port…]");
    }
    return new KafkaSettings(servers, bind(variables));
  }

  public String bootstrapServers() {
    return bootstrapServers;
  }

  public Map<String, Object> producer() {
    return withServers(properties.buildProducerProperties());
  }

  public Map<String, Object> consumer() {
    return withServers(properties.buildConsumerProperties());
  }

  public Map<String, Object> admin() {
    return withServers(properties.buildAdminProperties());
  }

  /** Of Kafka Streams, whose clients take what all clients have in common. */
  public Map<String, Object> streams() {
    return withServers(properties.buildStreamsProperties());
  }

  private Map<String, Object> withServers(Map<String, Object> built) {
    Map<String, Object> all = new HashMap<>(built);
    all.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    return all;
  }

  private static KafkaProperties bind(Variables variables) {
    MutablePropertySources sources = new MutablePropertySources();
    // A source of this name is read with the rules for environment variables.
    sources.addFirst(
        new SystemEnvironmentPropertySource("systemEnvironment", Map.copyOf(variables.all())));
    try {
      return new Binder(ConfigurationPropertySources.from(sources))
          .bindOrCreate("spring.kafka", KafkaProperties.class);
    } catch (BindException wrong) {
      throw new InvalidSettingException(
          "SPRING_KAFKA_… does not fit: " + wrong.getName() + " is no " + wrong.getTarget());
    }
  }
}

package io.skywire.common.topic;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.TopicDescription;

/**
 * Kafka's admin client with bounds: it answers or fails within the time it is opened with, and its
 * end waits for nothing, so that a loop told to stop while Kafka is away stops. One thread.
 */
public final class TopicAdmin implements AutoCloseable {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);

  private final Admin admin;

  private TopicAdmin(Admin admin) {
    this.admin = admin;
  }

  public static TopicAdmin open(KafkaSettings kafka) {
    return open(kafka, ANSWER_MAX);
  }

  /**
   * @param answerMax how long each question may take, retries included
   */
  public static TopicAdmin open(KafkaSettings kafka, Duration answerMax) {
    Map<String, Object> properties = kafka.admin();
    properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) answerMax.toMillis());
    properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) answerMax.toMillis());
    return new TopicAdmin(Admin.create(properties));
  }

  /**
   * @see TopicSetup#ensure
   */
  public void ensure(int eventPartitions) throws ExecutionException, InterruptedException {
    TopicSetup.ensure(admin, eventPartitions);
  }

  /**
   * @see TopicSetup#describe
   */
  public TopicDescription describe(String topic) throws ExecutionException, InterruptedException {
    return TopicSetup.describe(admin, topic);
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }
}

package io.skywire.common.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.ToDoubleFunction;

/**
 * The meters of a JVM: those of memory, threads and processor, and what the processes in it count.
 * One each for a process that runs alone; processes that share a JVM share it, so that nothing is
 * told twice. Any thread may use it. Whoever opens it closes it, after the processes.
 */
public final class Metrics implements AutoCloseable {
  /** What {@link #scrape} answers, for an HTTP header. */
  public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

  /**
   * The buckets of every latency: each is a time series, so there are few, closest where the aims
   * are.
   */
  private static final Duration[] LATENCY_BUCKETS = {
    Duration.ofMillis(1),
    Duration.ofMillis(2),
    Duration.ofMillis(5),
    Duration.ofMillis(10),
    Duration.ofMillis(25),
    Duration.ofMillis(50),
    Duration.ofMillis(100),
    Duration.ofMillis(250),
    Duration.ofMillis(500),
    Duration.ofSeconds(1),
    Duration.ofMillis(2_500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(10),
    Duration.ofSeconds(30),
    Duration.ofSeconds(60)
  };

  /** Partitions, and routes with statuses, are the only ones whose number is not known here. */
  private static final int METERS_MAX = 5_000;

  private static final double MILLIS_A_SECOND = 1e3;
  private static final double NANOS_A_SECOND = 1e9;

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics garbageCollections = new JvmGcMetrics();

  private Metrics() {
    registry.config().meterFilter(MeterFilter.maximumAllowableMetrics(METERS_MAX));
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ClassLoaderMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    garbageCollections.bindTo(registry);
    bindProcess();
  }

  public static Metrics open() {
    return new Metrics();
  }

  public MeterRegistry registry() {
    return registry;
  }

  /** A histogram with the buckets that all latencies have. */
  public static Timer.Builder latency(String name, String description) {
    return Timer.builder(name).description(description).serviceLevelObjectives(LATENCY_BUCKETS);
  }

  /** Room on the disk that a folder is on, for a process that keeps something there. */
  public void watchDisk(Path folder) {
    disk("disk.free", "Room left on the disk of the data folder", folder, File::getUsableSpace);
    disk("disk.total", "Size of the disk of the data folder", folder, File::getTotalSpace);
  }

  /** Without the folder's path, which is nobody's business. */
  private void disk(String name, String description, Path folder, ToDoubleFunction<File> bytes) {
    Gauge.builder(name, folder.toFile(), bytes)
        .description(description)
        .baseUnit("bytes")
        .strongReference(true)
        .register(registry);
  }

  /** All of it as Prometheus reads it. */
  public String scrape() {
    return registry.scrape();
  }

  @Override
  public void close() {
    garbageCollections.close();
    registry.close();
  }

  /** Under the names that Prometheus's own clients use, and in seconds. */
  private void bindProcess() {
    var runtime = ManagementFactory.getRuntimeMXBean();
    Gauge.builder("process.start.time", runtime, jvm -> jvm.getStartTime() / MILLIS_A_SECOND)
        .description("When the process was started, since 1970")
        .baseUnit("seconds")
        .register(registry);
    Gauge.builder("process.uptime", runtime, jvm -> jvm.getUptime() / MILLIS_A_SECOND)
        .description("For how long the process has been running")
        .baseUnit("seconds")
        .register(registry);
    if (ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.OperatingSystemMXBean system) {
      FunctionCounter.builder(
              "process.cpu", system, cpu -> cpu.getProcessCpuTime() / NANOS_A_SECOND)
          .description("Processor time that the process has used")
          .baseUnit("seconds")
          .register(registry);
      Gauge.builder("process.cpus", system, cpu -> cpu.getAvailableProcessors())
          .description("Processors that the process may use")
          .register(registry);
    }
  }
}

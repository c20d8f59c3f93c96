package io.skywire.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SharedTest {
  private final List<String> ended = new ArrayList<>();

  @Test
  void eachHasItsOwnWhichEndsWithItsLease() throws Exception {
    try (Shared shared = new Shared(false)) {
      Shared.Lease<Given> first = lease(shared, "server");
      Shared.Lease<Given> second = lease(shared, "server");

      assertThat(first.part()).isNotSameAs(second.part());
      first.close();
      assertThat(ended).containsExactly("server");
      second.close();
    }
    assertThat(ended).containsExactly("server", "server");
  }

  @Test
  void aQuickRunMakesOneForAllWhichEndsWithTheRun() throws Exception {
    try (Shared shared = new Shared(true)) {
      Shared.Lease<Given> first = lease(shared, "server");
      first.close();

      assertThat(ended).isEmpty();
      assertThat(lease(shared, "server").part()).isSameAs(first.part());
      assertThat(lease(shared, "topic").part()).isNotSameAs(first.part());
    }
    assertThat(ended).containsExactly("topic", "server");
  }

  @Test
  void whatCannotBeEndedKeepsNothingElseFromIt() throws Exception {
    Shared shared = new Shared(true);
    lease(shared, "server");
    lease(shared, "broken");
    lease(shared, "broken too");
    lease(shared, "topic");

    assertThatThrownBy(shared::close)
        .hasMessage("broken too")
        .hasSuppressedException(new IllegalStateException("broken"));
    assertThat(ended).containsExactly("topic", "broken too", "broken", "server");
  }

  @Test
  void whatCannotBeMadeIsNotKept() throws Exception {
    try (Shared shared = new Shared(true)) {
      assertThatThrownBy(() -> shared.lease(Given.class, "server", SharedTest::refused))
          .isInstanceOf(IOException.class);
      lease(shared, "server");
    }
    assertThat(ended).containsExactly("server");
  }

  private Shared.Lease<Given> lease(Shared shared, String name) throws Exception {
    return shared.lease(Given.class, name, () -> new Given(name, ended));
  }

  private static Given refused() throws IOException {
    throw new IOException("no port is free");
  }

  private record Given(String name, List<String> ended) implements Shared.Part {
    @Override
    public void close() {
      ended.add(name);
      if (name.startsWith("broken")) {
        throw new IllegalStateException(name);
      }
    }
  }
}

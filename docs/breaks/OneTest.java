import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;
import org.junit.platform.launcher.listeners.TestExecutionSummary.Failure;

/**
 * Runs one test, {@code CLASS#METHOD}. Exit status 0 when it passes, 10 when an assertion of it
 * fails, and 11 when it ends in any other way, which says nothing of what it looks at; then with
 * the reason on standard output.
 */
final class OneTest {
  private static final int FAILED = 10;
  private static final int OTHERWISE = 11;

  private OneTest() {}

  public static void main(String[] arguments) {
    SummaryGeneratingListener listener = new SummaryGeneratingListener();
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectMethod(arguments[0]))
                .build(),
            listener);
    // Servers and pools of a test class have threads that would go on.
    System.exit(status(listener.getSummary()));
  }

  private static int status(TestExecutionSummary summary) {
    for (Failure failure : summary.getFailures()) {
      Throwable thrown = failure.getException();
      System.out.println(thrown);
      return failure.getTestIdentifier().isTest() && thrown instanceof AssertionError
          ? FAILED
          : OTHERWISE;
    }
    if (summary.getTestsSucceededCount() != 1) {
      System.out.println("no test ran: there is none of this name, or it was skipped");
      return OTHERWISE;
    }
    return 0;
  }
}

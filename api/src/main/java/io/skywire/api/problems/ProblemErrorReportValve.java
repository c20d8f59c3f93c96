package io.skywire.api.problems;

import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;

/**
 * Answers with a problem where Tomcat refuses a request before any of our code sees it: a broken
 * request line, headers that are too large. Tomcat makes it by its name.
 */
public final class ProblemErrorReportValve extends ErrorReportValve {
  private static final int ERROR_MIN = 400;

  @Override
  protected void report(Request request, Response response, @Nullable Throwable failure) {
    int status = response.getStatus();
    if (status < ERROR_MIN || response.getContentWritten() > 0 || !response.setErrorReported()) {
      return;
    }
    Problem problem = new Problem(status, new Problem(status, "").title());
    byte[] body = problem.toJson();
    try {
      response.setContentType(Problem.MEDIA_TYPE);
      response.setHeader("X-Content-Type-Options", "nosniff");
      response.setContentLength(body.length);
      response.getReporter();
      response.getOutputStream().write(body);
      response.finishResponse();
    } catch (IOException clientGone) {
      // Nobody is left to tell.
    }
  }
}

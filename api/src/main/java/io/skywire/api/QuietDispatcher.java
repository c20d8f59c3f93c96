package io.skywire.api;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.NoHandlerFoundException;

/** Spring's, but for the line in the log that anybody can cause with a path that is not there. */
final class QuietDispatcher extends DispatcherServlet {
  private static final long serialVersionUID = 1;

  @Override
  protected void noHandlerFound(HttpServletRequest request, HttpServletResponse response)
      throws NoHandlerFoundException {
    throw new NoHandlerFoundException(
        request.getMethod(),
        request.getRequestURI(),
        new ServletServerHttpRequest(request).getHeaders());
  }
}

package io.skywire.api.connections;

import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;

/**
 * HTTP/1.1 as Tomcat speaks it, but for two things: whoever answers a request can break off the
 * connection that it came by ({@link SlowClients}), and the head of a request has to come within
 * the connection timeout, which for Tomcat alone is that of each single read. Tomcat makes it by
 * its name.
 */
public final class ClientProtocol extends Http11NioProtocol {
  @Override
  protected Processor createProcessor() {
    return new ClientProcessor(this);
  }
}

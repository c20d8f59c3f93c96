package io.skywire.api.connections;

import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;

/**
 * HTTP/1.1 as Tomcat speaks it, but for three things: whoever answers a request can break off the
 * connection that it came by ({@link SlowClients}); the head of a request that has begun is given
 * up with the first byte that comes after the connection timeout, which for Tomcat alone is that of
 * each single read; and a body that nobody has asked for ends the connection instead of being read
 * to its end. Tomcat makes it by its name.
 */
public final class ClientProtocol extends Http11NioProtocol {
  public ClientProtocol() {
    setMaxSwallowSize(0);
  }

  @Override
  protected Processor createProcessor() {
    return new ClientProcessor(this);
  }
}

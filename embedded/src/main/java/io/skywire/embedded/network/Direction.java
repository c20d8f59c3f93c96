package io.skywire.embedded.network;

/** Which way bytes go through a {@link TcpProxy}; the client is who has connected. */
public enum Direction {
  TO_SERVER,
  TO_CLIENT
}

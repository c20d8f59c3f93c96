package io.skywire.common.database;

import io.skywire.common.settings.InvalidSettingException;
import io.skywire.common.settings.Variables;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where the database is: {@code postgresql://user:pass@host:port/db?params}, as {@code
 * DATABASE_URL} gives it. Several hosts, separated by commas, are a primary and its standbys in any
 * order; an IPv6 address stands in brackets. Parameters are those of the JDBC driver. {@link
 * #toString} leaves the password and the parameters out, so that it can be logged.
 */
public record DatabaseUrl(
    List<Host> hosts, String database, String user, String password, String parameters) {
  private static final String NAME = "DATABASE_URL";
  private static final String EXPECTED = "postgresql://user:password@host:port/database";
  private static final int DEFAULT_PORT = 5432;
  private static final int PORT_MAX = 65_535;

  /** The beginning of a URL, with its hosts as the group. */
  private static final Pattern HOSTS = Pattern.compile("[^:/?#]*://(?:[^/?#@]*@)?([^/?#]*)");

  /** One server. */
  public record Host(String name, int port) {
    @Override
    public String toString() {
      return name + ":" + port;
    }
  }

  public DatabaseUrl {
    hosts = List.copyOf(hosts);
  }

  /** With one server. */
  public DatabaseUrl(
      String host, int port, String database, String user, String password, String parameters) {
    this(List.of(new Host(host, port)), database, user, password, parameters);
  }

  public static DatabaseUrl from(Variables variables) {
    return parse(variables.required(NAME, EXPECTED));
  }

  /**
   * @throws InvalidSettingException when the text is no such URL; the message shows nothing of it
   */
  public static DatabaseUrl parse(String text) {
    Matcher start = HOSTS.matcher(text);
    boolean named = start.lookingAt();
    int from = named ? start.start(1) : 0;
    int to = named ? start.end(1) : 0;
    URI uri;
    try {
      // A URI has one host, and refuses a list of them when one is an IPv6 address.
      uri = new URI(named ? text.substring(0, from) + "host" + text.substring(to) : text);
    } catch (URISyntaxException unreadable) {
      throw refuse("percent-encode special characters, in the password too");
    }
    if (!"postgresql".equals(uri.getScheme()) && !"postgres".equals(uri.getScheme())) {
      throw refuse("the scheme is postgresql");
    }
    List<Host> hosts =
        Arrays.stream(text.substring(from, to).split(",", -1)).map(DatabaseUrl::host).toList();
    String authority = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
    int at = authority.indexOf('@');
    String path = uri.getRawPath();
    if (path == null || path.length() < 2 || path.indexOf('/', 1) >= 0) {
      throw refuse("it names no database");
    }
    String userInfo = authority.substring(0, Math.max(at, 0));
    if (userInfo.isEmpty() || userInfo.startsWith(":")) {
      throw refuse("it names no user");
    }
    int colon = userInfo.indexOf(':');
    try {
      return new DatabaseUrl(
          hosts,
          decode(path.substring(1)),
          decode(colon < 0 ? userInfo : userInfo.substring(0, colon)),
          colon < 0 ? "" : decode(userInfo.substring(colon + 1)),
          uri.getRawQuery() == null ? "" : uri.getRawQuery());
    } catch (IllegalArgumentException undecodable) {
      throw refuse("percent-encoding is broken");
    }
  }

  /** The first host's name. */
  public String host() {
    return hosts.getFirst().name();
  }

  /** The first host's port. */
  public int port() {
    return hosts.getFirst().port();
  }

  public String jdbcUrl() {
    String url = "jdbc:postgresql://" + hostList() + "/" + encode(database);
    return parameters.isEmpty() ? url : url + "?" + parameters;
  }

  /** The URL in the form that {@link #parse} takes, password included. */
  public String toUrl() {
    String url =
        "postgresql://%s:%s@%s/%s"
            .formatted(encode(user), encode(password), hostList(), encode(database));
    return parameters.isEmpty() ? url : url + "?" + parameters;
  }

  @Override
  public String toString() {
    return "postgresql://%s@%s/%s".formatted(user, hostList(), database);
  }

  private String hostList() {
    return hosts.stream().map(Host::toString).collect(Collectors.joining(","));
  }

  private static Host host(String text) {
    try {
      URI uri = new URI("postgresql://" + text);
      if (uri.getHost() != null
          && uri.getUserInfo() == null
          && uri.getPort() != 0
          && uri.getPort() <= PORT_MAX) {
        return new Host(uri.getHost(), uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort());
      }
    } catch (URISyntaxException unreadable) {
      throw refuse("it has no valid host and port");
    }
    throw refuse("it has no valid host and port");
  }

  private static InvalidSettingException refuse(String reason) {
    // In a URL that is broken there is no telling what is the password: none of it is shown.
    return new InvalidSettingException(
        NAME + " is wrong (and not shown, for its password); expected " + EXPECTED + ": " + reason);
  }

  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}

package io.skywire.standalone.command;

import io.skywire.api.tokens.Grant;
import io.skywire.api.tokens.SecretKeys;
import io.skywire.api.tokens.Token;
import io.skywire.api.tokens.TokenNameException;
import io.skywire.api.tokens.TokenRegister;
import io.skywire.api.tokens.TokenStore;
import io.skywire.common.database.DatabaseUrl;
import io.skywire.common.settings.Variables;
import io.skywire.standalone.folder.RunningUp;
import java.io.IOException;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The tokens of the API: made, listed and revoked in the database itself. */
@Command(name = "token", description = "Creates, lists and revokes tokens of the API.")
public final class TokenCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "token what? create, list or revoke");
  }

  @Command(
      name = "create",
      description = "Prints a new token, alone, on the standard output; it is shown only once.")
  int create(
      @Parameters(paramLabel = "NAME", description = "who it is for") String name,
      @ArgGroup(validate = false, heading = "What it may do, without limits by default:%n")
          @Nullable GrantOptions options)
      throws IOException {
    Grant grant = options == null ? Grant.of(name) : options.grant(name, Instant.now());
    Variables variables = variables();
    DatabaseUrl url = DatabaseUrl.from(variables);
    SecretKeys secrets = SecretKeys.from(variables);
    TokenStore tokens = new TokenStore(OperatorDatabase.of(url), secrets);
    String token = ask(url, () -> tokens.create(grant));
    out().println(token);
    err().println("Token '" + name + "' for database " + url + "; it is not shown again.");
    err().println("Send it as: Authorization: Bearer TOKEN");
    return 0;
  }

  @Command(name = "list", description = "Lists all tokens by name, revoked ones too.")
  int list() throws IOException {
    DatabaseUrl url = DatabaseUrl.from(variables());
    TokenRegister register = new TokenRegister(OperatorDatabase.of(url));
    List<Token> tokens = ask(url, register::list);
    String row = "%-8s %-20s %-20s %-20s %s%n";
    out().printf(row, "STATE", "CREATED", "LAST USED", "EXPIRES", "NAME AND SCOPE");
    for (Token token : tokens) {
      out()
          .printf(
              row,
              state(token),
              second(token.createdAt()),
              second(token.lastUsedAt()),
              second(token.expiresAt()),
              printable(token.name() + scope(token)));
    }
    return 0;
  }

  @Command(name = "revoke", description = "Ends a token; it stops working within seconds.")
  int revoke(@Parameters(paramLabel = "NAME", description = "as given to create") String name)
      throws IOException {
    DatabaseUrl url = DatabaseUrl.from(variables());
    TokenRegister register = new TokenRegister(OperatorDatabase.of(url));
    if (!ask(url, () -> register.revoke(name))) {
      throw new CommandFailedException("there is no active token named '" + name + "'");
    }
    err().println("Token '" + name + "' is revoked.");
    return 0;
  }

  private static Variables variables() throws IOException {
    Logs.quiet();
    return RunningUp.orEnvironment(Variables.ofEnvironment(), "DATABASE_URL");
  }

  private interface Question<T> {
    T ask() throws SQLException;
  }

  private static <T> T ask(DatabaseUrl url, Question<T> question) {
    try {
      return question.ask();
    } catch (SQLException failed) {
      throw OperatorDatabase.failed(url, failed);
    } catch (TokenNameException refused) {
      throw new CommandFailedException(String.valueOf(refused.getMessage()), refused);
    }
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }

  private static String state(Token token) {
    Instant expires = token.expiresAt();
    if (!token.active()) {
      return "revoked";
    }
    return expires != null && expires.isBefore(Instant.now()) ? "expired" : "active";
  }

  private static String scope(Token token) {
    String scope =
        Stream.of(token.scope().types(), token.scope().collections(), token.scope().repos())
            .filter(Objects::nonNull)
            .map(choice -> String.join(", ", choice.patterns()))
            .collect(Collectors.joining(" and "));
    return scope.isEmpty() ? "" : "  (only " + scope + ")";
  }

  private static String second(@Nullable Instant instant) {
    return instant == null ? "-" : instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** A name is anybody's text; it must not move the operator's cursor. */
  private static String printable(String name) {
    return name.replaceAll("\\p{Cntrl}", "?");
  }
}

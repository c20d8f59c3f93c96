package io.skywire.standalone.command;

import io.skywire.common.database.DatabaseUrl;
import io.skywire.common.database.Migrations;
import io.skywire.common.settings.Variables;
import io.skywire.standalone.folder.RunningUp;
import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import org.flywaydb.core.api.FlywayException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Applies the migrations that the database lacks. */
@Command(name = "migrate", description = "Brings the database to this version's tables.")
public final class MigrateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Logs.quiet();
    DatabaseUrl url =
        DatabaseUrl.from(RunningUp.orEnvironment(Variables.ofEnvironment(), "DATABASE_URL"));
    try {
      String version = Migrations.migrate(OperatorDatabase.of(url));
      spec.commandLine().getOut().println("database " + url + " is at version " + version);
      return 0;
    } catch (FlywayException failed) {
      for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
        if (cause instanceof SQLException refused) {
          throw OperatorDatabase.failed(url, refused);
        }
      }
      throw new CommandFailedException("database " + url + ": " + failed.getMessage(), failed);
    }
  }
}

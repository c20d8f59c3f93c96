package io.skywire.common.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skywire.common.database.DatabaseUrl.Host;
import io.skywire.common.settings.InvalidSettingException;
import org.junit.jupiter.api.Test;

class DatabaseUrlTest {
  @Test
  void takesAllPartsOfTheUrl() {
    DatabaseUrl url = DatabaseUrl.parse("postgresql://me:p%40ss%2F+@db.example:6543/sky?ssl=true");
    assertThat(url)
        .isEqualTo(new DatabaseUrl("db.example", 6543, "sky", "me", "p@ss/+", "ssl=true"));
    assertThat(url.jdbcUrl()).isEqualTo("jdbc:postgresql://db.example:6543/sky?ssl=true");
    assertThat(DatabaseUrl.parse(url.toUrl())).isEqualTo(url);
  }

  @Test
  void portAndPasswordMayBeLeftOut() {
    assertThat(DatabaseUrl.parse("postgres://me@localhost/sky"))
        .isEqualTo(new DatabaseUrl("localhost", 5432, "sky", "me", "", ""));
  }

  @Test
  void severalHostsAreAPrimaryAndItsStandbys() {
    DatabaseUrl url = DatabaseUrl.parse("postgresql://me:secret@one,two:6543,three:7/sky?a=b");
    assertThat(url.hosts())
        .containsExactly(new Host("one", 5432), new Host("two", 6543), new Host("three", 7));
    assertThat(url.jdbcUrl()).isEqualTo("jdbc:postgresql://one:5432,two:6543,three:7/sky?a=b");
    assertThat(DatabaseUrl.parse(url.toUrl())).isEqualTo(url);
    assertThat(url).hasToString("postgresql://me@one:5432,two:6543,three:7/sky");
  }

  @Test
  void anAddressOfIpv6IsAHostAloneAndAmongOthers() {
    assertThat(DatabaseUrl.parse("postgresql://me:secret@[2001:db8::1]/sky").hosts())
        .containsExactly(new Host("[2001:db8::1]", 5432));
    DatabaseUrl url =
        DatabaseUrl.parse("postgresql://me:sec%40ret@one,[2001:db8::1]:6543,[::1]/sky");
    assertThat(url.hosts())
        .containsExactly(
            new Host("one", 5432), new Host("[2001:db8::1]", 6543), new Host("[::1]", 5432));
    assertThat(url.password()).isEqualTo("sec@ret");
    assertThat(url.jdbcUrl())
        .isEqualTo("jdbc:postgresql://one:5432,[2001:db8::1]:6543,[::1]:5432/sky");
    assertThat(DatabaseUrl.parse(url.toUrl())).isEqualTo(url);
  }

  @Test
  void aWrongUrlIsOneLineThatNamesTheVariableButNotThePassword() {
    for (String wrong :
        new String[] {
          "mysql://me:secret@host/db",
          "postgresql://me:secret@host",
          "postgresql://me:secret@host/",
          "postgresql://me:secret@host/a/b",
          "postgresql://me:secret@ho st/db",
          "postgresql://me:sec ret@host/db",
          "postgresql://:secret@host/db",
          "postgresql://host/db",
          "postgresql://me:secret%zz@host/db",
          "host:5432",
          "jdbc:postgresql://me:secret@host/db",
          "postgresql://me:secret@host:99999999/db",
          "postgresql://me:secret",
          "postgresql://me:secret/db",
          "me:secret",
          "secret",
          "postgresql:secret",
          "secret://host/db",
          "postgresql://host:5432/db@me:secret",
          "postgresql://host/db/user=me&password=secret",
          "postgresql://host/db#secret",
          "postgresql://me@host:secret/db",
          "postgresql://me:secret#1@host/db",
          "postgresql://me:secret/1@host/db",
          "postgresql://me:secret?1@host/db",
          "postgresql://me:sec@ret@host/db",
          "postgresql://me:secret@host,/db",
          "postgresql://me:secret@host,[::1/db",
          "postgresql://me:secret@host,[::1]]:5432/db",
          "postgresql://me:secret@host,::1/db",
          "postgresql://me:se[cret@host,[::1]/db",
          "postgresql://me:secret@host,other:0/db",
          "postgresql://me:secret@host,me:secret@other/db"
        }) {
      assertThatThrownBy(() -> DatabaseUrl.parse(wrong))
          .as(wrong)
          .isInstanceOf(InvalidSettingException.class)
          .hasMessageStartingWith("DATABASE_URL is wrong")
          .hasMessageContaining("postgresql://user:password@host:port/database")
          .hasMessageNotContainingAny("secret", "sec ret", "\n");
    }
  }

  @Test
  void isShownWithoutPasswordAndParameters() {
    assertThat(DatabaseUrl.parse("postgresql://me:secret@host/db?password=secret"))
        .hasToString("postgresql://me@host:5432/db");
  }
}

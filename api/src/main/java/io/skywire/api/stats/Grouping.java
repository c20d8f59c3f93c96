package io.skywire.api.stats;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What counts can be told apart by. */
enum Grouping {
  TYPE("event_type"),
  COLLECTION("collection"),
  ACTION("action");

  private final String column;

  Grouping(String column) {
    this.column = column;
  }

  /** In the table, and in the answer. */
  String column() {
    return column;
  }

  /** As a request names it. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static @Nullable Grouping of(String label) {
    for (Grouping grouping : values()) {
      if (grouping.label().equals(label)) {
        return grouping;
      }
    }
    return null;
  }
}

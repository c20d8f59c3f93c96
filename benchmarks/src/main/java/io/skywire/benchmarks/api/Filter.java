package io.skywire.benchmarks.api;

import static io.skywire.benchmarks.api.EventLayout.COMMIT;
import static io.skywire.benchmarks.api.EventLayout.COMMON_COLLECTION;
import static io.skywire.benchmarks.api.EventLayout.COMMON_REPO;
import static io.skywire.benchmarks.api.EventLayout.FURTHER_COLLECTION;
import static io.skywire.benchmarks.api.EventLayout.IDENTITY;
import static io.skywire.benchmarks.api.EventLayout.POST;
import static io.skywire.benchmarks.api.EventLayout.RARE_COLLECTION;
import static io.skywire.benchmarks.api.EventLayout.RARE_REPO;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a reader may ask for; null for any.
 *
 * @param name as the table has it
 */
record Filter(
    String name, @Nullable String type, @Nullable String collection, @Nullable String repo) {
  /** Each index, each with values that are common and rare, and what can be combined. */
  static final List<Filter> ALL =
      List.of(
          new Filter("none", null, null, null),
          new Filter("type, common", COMMIT, null, null),
          new Filter("type, less common", IDENTITY, null, null),
          new Filter("collection, common", null, COMMON_COLLECTION, null),
          new Filter("collection, rare", null, RARE_COLLECTION, null),
          new Filter("collection of second ops", null, FURTHER_COLLECTION, null),
          new Filter("repo, common", null, null, COMMON_REPO),
          new Filter("repo, rare", null, null, RARE_REPO),
          new Filter("type and collection", COMMIT, COMMON_COLLECTION, null),
          new Filter("type and collection, nothing", IDENTITY, COMMON_COLLECTION, null),
          new Filter("repo and collection", null, COMMON_COLLECTION, COMMON_REPO),
          new Filter("repo and collection, nothing", null, FURTHER_COLLECTION, COMMON_REPO),
          new Filter("repo and type", IDENTITY, null, COMMON_REPO),
          new Filter("repo, type and collection, rare", COMMIT, POST, RARE_REPO));

  /** Those that are asked for from anywhere in the older part too, to see what the disk costs. */
  static final List<Filter> ANYWHERE =
      ALL.stream()
          .filter(filter -> List.of("none", "type, common", "repo, common").contains(filter.name()))
          .toList();

  boolean matches(EventLayout layout, long seq) {
    return (type == null || type.equals(EventLayout.type(seq)))
        && (collection == null || layout.has(collection, seq))
        && (repo == null || repo.equals(layout.namedRepo(seq)));
  }

  /** A combination's page may end before it is full, and before the end of the table. */
  boolean isCombined() {
    return (type == null ? 0 : 1) + (collection == null ? 0 : 1) + (repo == null ? 0 : 1) > 1;
  }

  String query() {
    return (type == null ? "" : "&event_type=" + type)
        + (collection == null ? "" : "&collection=" + collection)
        + (repo == null ? "" : "&repo=" + repo);
  }
}

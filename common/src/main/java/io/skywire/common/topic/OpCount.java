package io.skywire.common.topic;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How many ops of one commit do the same to the same collection: an entry of the header {@link
 * EventHeaders#OPS}, which is {@code create app.bsky.feed.post,delete app.bsky.feed.like 3}, the
 * number left out where it is 1.
 *
 * @param action {@code create}, {@code update}, {@code delete} or {@link #OTHER}
 * @param collection an NSID, or {@link #OTHER}
 */
public record OpCount(String action, String collection, int count) {
  /**
   * Instead of an action that the protocol does not know; instead of a collection where the op's
   * path has no valid one, or where too many have been counted already. No NSID is one word.
   */
  public static final String OTHER = "other";

  private static final Set<String> ACTIONS = Set.of("create", "update", "delete", OTHER);

  /** The longest NSID that there can be. */
  private static final int COLLECTION_CHARACTERS_MAX = 317;

  private static final int COUNT_DIGITS_MAX = 9;

  public OpCount {
    if (!ACTIONS.contains(action) || !isCollection(collection) || count < 1) {
      throw new IllegalArgumentException(
          "no ops: " + action + ", " + collection + ", " + count + " times");
    }
  }

  /** The action, or {@link #OTHER} for one that the protocol does not know. */
  public static String known(String action) {
    return ACTIONS.contains(action) ? action : OTHER;
  }

  /** The entries of a header, none of an empty one; null when it is no such header. */
  public static @Nullable List<OpCount> ofHeader(String header) {
    List<OpCount> entries = new ArrayList<>();
    if (header.isEmpty()) {
      return entries;
    }
    for (String entry : header.split(",", -1)) {
      String[] words = entry.split(" ", -1);
      if (words.length < 2
          || words.length > 3
          || (words.length == 3 && words[2].length() > COUNT_DIGITS_MAX)) {
        return null;
      }
      try {
        entries.add(
            new OpCount(words[0], words[1], words.length == 2 ? 1 : Integer.parseInt(words[2])));
      } catch (IllegalArgumentException foreign) {
        return null;
      }
    }
    return entries;
  }

  private static boolean isCollection(String text) {
    if (text.isEmpty() || text.length() > COLLECTION_CHARACTERS_MAX) {
      return false;
    }
    return text.chars().allMatch(OpCount::isOfNsid);
  }

  private static boolean isOfNsid(int character) {
    return (character >= 'a' && character <= 'z')
        || (character >= 'A' && character <= 'Z')
        || (character >= '0' && character <= '9')
        || character == '.'
        || character == '-';
  }
}

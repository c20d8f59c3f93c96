package io.skywire.embedded.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Holds the tree against the vectors of the protocol's authors. */
class MerkleSearchTreeTest {
  private static final Cid VALUE =
      Cid.parse("bafyreie5cvv4h45feadgeuwhbcutmh6t2ceseocckahdoe6uat64zmz454");

  @Test
  void depthsAreThoseOfTheVectors() {
    for (JsonNode vector : Corpus.json("interop/mst/key_heights.json")) {
      String key = vector.path("key").stringValue();
      assertThat(MerkleSearchTree.depth(key)).as(key).isEqualTo(vector.path("height").intValue());
    }
  }

  @Test
  void commonPrefixesAreThoseOfTheVectors() {
    for (JsonNode vector : Corpus.json("interop/mst/common_prefix.json")) {
      byte[] left = vector.path("left").stringValue().getBytes(StandardCharsets.UTF_8);
      byte[] right = vector.path("right").stringValue().getBytes(StandardCharsets.UTF_8);
      assertThat(MstNode.commonPrefix(left, right)).isEqualTo(vector.path("len").intValue());
    }
  }

  @Test
  void rootsAndProofsAreThoseOfTheVectors() {
    for (JsonNode vector : Corpus.json("interop/firehose/commit-proof-fixtures.json")) {
      String comment = vector.path("comment").stringValue();
      MerkleSearchTree tree = MerkleSearchTree.EMPTY;
      for (String key : texts(vector.path("keys"))) {
        tree = tree.put(key, Cid.parse(vector.path("leafValue").stringValue()));
      }
      assertThat(tree.rootCid())
          .as(comment)
          .hasToString(vector.path("rootBeforeCommit").stringValue());

      List<String> changed = new ArrayList<>();
      for (String key : texts(vector.path("adds"))) {
        tree = tree.put(key, Cid.parse(vector.path("leafValue").stringValue()));
        changed.add(key);
      }
      for (String key : texts(vector.path("dels"))) {
        tree = tree.remove(key);
        changed.add(key);
      }

      assertThat(tree.rootCid())
          .as(comment)
          .hasToString(vector.path("rootAfterCommit").stringValue());
      assertThat(tree.proof(changed).stream().map(block -> block.cid().toString()))
          .as(comment)
          .containsAll(texts(vector.path("blocksInProof")));
    }
  }

  @Test
  void emptyTreeIsTheKnownOne() {
    // As the reference server has it for an account without records.
    assertThat(MerkleSearchTree.EMPTY.rootCid())
        .hasToString("bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm");
  }

  @Test
  void rootFollowsFromTheKeysWhateverTheirHistory() {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    List<String> kept = new ArrayList<>();
    List<String> removed = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      String key = "com.example.record/" + random.nextInt(1_000_000);
      if (!kept.contains(key) && !removed.contains(key)) {
        (random.nextBoolean() ? kept : removed).add(key);
      }
    }
    MerkleSearchTree straight = MerkleSearchTree.EMPTY;
    for (String key : kept) {
      straight = straight.put(key, VALUE);
    }

    List<String> all = new ArrayList<>(kept);
    all.addAll(removed);
    Collections.shuffle(all, random);
    MerkleSearchTree winding = MerkleSearchTree.EMPTY;
    for (String key : all) {
      winding = winding.put(key, VALUE);
    }
    Collections.shuffle(removed, random);
    for (String key : removed) {
      winding = winding.remove(key);
    }

    assertThat(winding.rootCid()).as("seed %d", seed).isEqualTo(straight.rootCid());
    for (String key : kept) {
      winding = winding.remove(key);
    }
    assertThat(winding.rootCid()).isEqualTo(MerkleSearchTree.EMPTY.rootCid());
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.stringValue()));
    return texts;
  }
}

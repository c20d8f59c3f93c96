package io.skywire.embedded.simulator;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.SplittableRandom;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes records by collection, in the AT Protocol's JSON data model: the everyday ones of Bluesky,
 * and those of other vendors that go to the data model's edges. A pure function of the random
 * numbers and the references given.
 */
final class RecordMaker {
  /** A record that another one can refer to. */
  record Reference(String did, String uri, Cid cid) {}

  static final String PROFILE = "app.bsky.actor.profile";
  static final String LAB = "com.example.lab.sample";
  private static final String POST = "app.bsky.feed.post";
  private static final String THREADGATE = "app.bsky.feed.threadgate";
  private static final String CHAT = "chat.example.room.message";
  private static final long LARGEST_INTEGER = (1L << 53) - 1;

  /** Collections in about the shares that the network has them, out of 100. */
  private static final List<Share> SHARES =
      List.of(
          new Share("app.bsky.feed.like", 46),
          new Share(POST, 22),
          new Share("app.bsky.graph.follow", 10),
          new Share("app.bsky.feed.repost", 8),
          new Share("app.bsky.graph.block", 3),
          new Share(PROFILE, 2),
          new Share(THREADGATE, 2),
          new Share(CHAT, 3),
          new Share(LAB, 4));

  private final SplittableRandom random;
  private final Texts texts;

  RecordMaker(SplittableRandom random) {
    this.random = random;
    this.texts = new Texts(random);
  }

  private record Share(String collection, int percent) {}

  String randomCollection() {
    int left = random.nextInt(100);
    for (Share share : SHARES) {
      left -= share.percent();
      if (left < 0) {
        return share.collection();
      }
    }
    return LAB;
  }

  /** A record of the collection that refers to another record. */
  JsonNode make(String collection, Reference subject, Instant createdAt) {
    ObjectNode record = map().put("$type", collection);
    switch (collection) {
      case POST -> fillPost(record, subject);
      case PROFILE -> fillProfile(record, subject);
      case THREADGATE -> fillThreadgate(record, subject);
      case CHAT -> record.put("room", "room-" + random.nextInt(50)).put("body", texts.sentence());
      case LAB -> fillSample(record, subject);
      case "app.bsky.graph.follow", "app.bsky.graph.block" -> record.put("subject", subject.did());
      default -> record.set("subject", strongRef(subject));
    }
    return record.put("createdAt", createdAt.toString());
  }

  private void fillPost(ObjectNode post, Reference subject) {
    String opening = texts.sentence();
    String tag = texts.word();
    post.put("text", opening + " #" + tag);
    post.putArray("langs").add(random.nextInt(3) == 0 ? "ja" : "en");
    if (random.nextInt(3) == 0) {
      ObjectNode facet =
          post.putArray("facets").addObject().put("$type", "app.bsky.richtext.facet");
      int start = opening.getBytes(StandardCharsets.UTF_8).length + 1;
      int end = start + 1 + tag.getBytes(StandardCharsets.UTF_8).length;
      facet.putObject("index").put("byteStart", start).put("byteEnd", end);
      facet
          .putArray("features")
          .addObject()
          .put("$type", "app.bsky.richtext.facet#tag")
          .put("tag", tag);
    }
    if (random.nextInt(4) == 0) {
      post.putObject("reply").set("root", strongRef(subject)).set("parent", strongRef(subject));
    }
    switch (random.nextInt(8)) {
      case 0 -> post.set("embed", images());
      case 1 -> {
        ObjectNode embed = post.putObject("embed").put("$type", "app.bsky.embed.record");
        embed.set("record", strongRef(subject));
      }
      case 2 -> {
        ObjectNode embed = post.putObject("embed").put("$type", "app.bsky.embed.external");
        ObjectNode external =
            embed.putObject("external").put("uri", "https://example.com/?q=é&x=1");
        external.put("title", texts.sentence()).put("description", "");
        external.set("thumb", blob("image/png"));
      }
      default -> {}
    }
  }

  private ObjectNode images() {
    ObjectNode embed = map().put("$type", "app.bsky.embed.images");
    ArrayNode images = embed.putArray("images");
    for (int i = random.nextInt(4); i >= 0; i--) {
      ObjectNode image = images.addObject().put("alt", texts.sentence());
      image.putObject("aspectRatio").put("width", 1 + random.nextInt(4_000)).put("height", 600);
      image.set("image", blob("image/jpeg"));
    }
    return embed;
  }

  private void fillProfile(ObjectNode profile, Reference subject) {
    profile.put("displayName", texts.word()).put("description", texts.sentence());
    profile.set("avatar", blob("image/jpeg"));
    if (random.nextBoolean()) {
      profile.set("pinnedPost", strongRef(subject));
    }
  }

  private void fillThreadgate(ObjectNode gate, Reference subject) {
    gate.put("post", subject.uri());
    ArrayNode allow = gate.putArray("allow");
    if (random.nextBoolean()) {
      allow.addObject().put("$type", "app.bsky.feed.threadgate#mentionRule");
    }
  }

  /** What the data model allows and few expect. */
  private void fillSample(ObjectNode sample, Reference subject) {
    sample.put("largest", LARGEST_INTEGER).put("smallest", -LARGEST_INTEGER);
    sample.put("some", random.nextLong(-LARGEST_INTEGER, LARGEST_INTEGER)).put("zero", 0);
    sample.put("unsigned32", 0xFFFF_FFFFL).put("negative32", -0x8000_0001L);
    sample.putNull("nothing");
    sample.putObject("emptyMap");
    sample.putArray("emptyList");
    sample.put("", "an empty key").put("emptyText", "");
    sample.put("nul", "before\u0000after").put("control", "\u0001\t\r\n\u007f\u0085\u2028\"\\/");
    sample.put("ключ 🔑", texts.sentence()).put("$unknown", true);
    sample.set("noBytes", bytes(0));
    sample.set("bytes", bytes(1 + random.nextInt(90)));
    sample.set("link", map().put("$link", subject.cid().toString()));
    // A map that only looks like a link.
    sample.set("notLink", map().put("$link", "nope"));
    JsonNode nested = map().put("deepest", texts.word());
    for (int depth = random.nextInt(24); depth > 0; depth--) {
      nested =
          random.nextBoolean()
              ? map().set("level", nested)
              : JsonNodeFactory.instance.arrayNode().add(depth).addNull().add(nested);
    }
    sample.set("nested", nested);
    if (random.nextInt(8) == 0) {
      sample.put("long", texts.sentence().repeat(1 + random.nextInt(200)));
    }
  }

  private ObjectNode blob(String mimeType) {
    byte[] content = new byte[16];
    random.nextBytes(content);
    ObjectNode blob = map().put("$type", "blob");
    blob.set("ref", map().put("$link", Cid.ofRaw(content).toString()));
    return blob.put("mimeType", mimeType).put("size", 1_000 + random.nextInt(900_000));
  }

  private ObjectNode bytes(int length) {
    byte[] content = new byte[length];
    random.nextBytes(content);
    return map().put("$bytes", Base64.getEncoder().withoutPadding().encodeToString(content));
  }

  private static ObjectNode strongRef(Reference reference) {
    return map().put("cid", reference.cid().toString()).put("uri", reference.uri());
  }

  private static ObjectNode map() {
    return JsonNodeFactory.instance.objectNode();
  }
}

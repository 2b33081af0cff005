package dev.slipway.apiserver.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.apiserver.apply.Ownership.Actor;
import dev.slipway.apiserver.patch.JsonValues;
import dev.slipway.apiserver.resource.GroupVersionKind;
import dev.slipway.apiserver.schema.Schema;
import dev.slipway.apiserver.schema.Schema.ListType;
import dev.slipway.base.Json;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What must hold for any configurations; the seed is in every message.
final class ApplyPropertiesTest {
  private static final long SEED = 42;
  private static final int ROUNDS = 300;

  private static final Schema TEXT = Schema.of(Schema.Type.STRING).build();
  private static final Schema TEXTS = Schema.of(Schema.Type.OBJECT).values(TEXT).build();
  private static final Schema SET =
      Schema.of(Schema.Type.ARRAY).items(TEXT).list(ListType.SET, List.of()).build();
  private static final Schema ITEM =
      Schema.of(Schema.Type.OBJECT)
          .property("name", TEXT)
          .property("value", TEXT)
          .property("labels", TEXTS)
          .property("set", SET)
          .build();
  private static final Schema THING =
      Schema.of(Schema.Type.OBJECT)
          .property("labels", TEXTS)
          .property("set", SET)
          .property("field", TEXT)
          .property("item", ITEM)
          .property(
              "items",
              Schema.of(Schema.Type.ARRAY).items(ITEM).list(ListType.MAP, List.of("name")).build())
          .build();
  private static final Schema ROOT = Shapes.ofObject(THING);

  private static final Ownership OWNERSHIP =
      new Ownership(
          new GroupVersionKind("", "v1", "Thing"), false, true, Versions.only("v1", THING));

  @Test
  void applyingTwiceChangesNothing() {
    var random = new Random(SEED);
    for (int round = 0; round < ROUNDS; round++) {
      ObjectNode config = config(random, "ab");
      ObjectNode first = apply(apply(Json.object(), config(random, "abc"), "x"), config, "y");
      assertThat(apply(first, config, "y")).as(seen(round)).isEqualTo(first);
    }
  }

  @Test
  void theFieldsOfAMergeAreTheFieldsOfBoth() {
    var random = new Random(SEED);
    for (int round = 0; round < ROUNDS; round++) {
      ObjectNode left = config(random, "abc");
      ObjectNode right = config(random, "abc");
      FieldSet merged = FieldSets.of(Merge.of(left, right, ROOT), ROOT);
      FieldSet both = FieldSets.of(left, ROOT).union(FieldSets.of(right, ROOT));
      assertThat(merged).as(seen(round)).isEqualTo(both);
    }
  }

  @Test
  void disjointAppliersMayComeInAnyOrder() {
    var random = new Random(SEED);
    for (int round = 0; round < ROUNDS; round++) {
      ObjectNode left = config(random, "ab");
      ObjectNode right = config(random, "cd");
      right.remove("field");
      right.remove("item");
      ObjectNode oneWay = apply(apply(Json.object(), left, "x"), right, "y");
      ObjectNode otherWay = apply(apply(Json.object(), right, "y"), left, "x");
      assertThat(FieldSets.of(oneWay, ROOT))
          .as(seen(round))
          .isEqualTo(FieldSets.of(otherWay, ROOT));
      assertThat(oneWay.path("metadata")).as(seen(round)).isEqualTo(otherWay.path("metadata"));
    }
  }

  @Test
  void leavingOutRemovesExactlyWhatWasOwnedAlone() {
    var random = new Random(SEED);
    for (int round = 0; round < ROUNDS; round++) {
      ObjectNode kept = config(random, "abc");
      ObjectNode both = apply(Json.object(), kept, "x");
      both = apply(both, config(random, "abc"), "y");
      ObjectNode kind = Json.object().put("apiVersion", "v1").put("kind", "Thing");
      ObjectNode left = apply(both, kind, "y");
      FieldSet owned =
          FieldsV1.read(
              left.at("/metadata/managedFields/0/fieldsV1").isMissingNode()
                  ? Json.object()
                  : left.at("/metadata/managedFields/0/fieldsV1"));
      FieldSet there = FieldSets.of(left, ROOT).difference(Ownership.UNOWNED);
      FieldSet surplus = there.recursiveDifference(FieldSet.ofFields("metadata")).difference(owned);
      assertThat(surplus.toString()).as(seen(round)).isEmpty();
    }
  }

  @Test
  void comparingTellsHowToGetThere() {
    var random = new Random(SEED);
    for (int round = 0; round < ROUNDS; round++) {
      ObjectNode before = config(random, "abc");
      ObjectNode after = config(random, "abc");
      Comparison there = Comparison.of(before, after, ROOT);
      Comparison back = Comparison.of(after, before, ROOT);
      assertThat(there.added()).as(seen(round)).isEqualTo(back.removed());
      assertThat(there.modified()).as(seen(round)).isEqualTo(back.modified());
      assertThat(Comparison.of(before, before.deepCopy(), ROOT).isEmpty()).isTrue();
      assertThat(there.isEmpty()).as(seen(round)).isEqualTo(JsonValues.equal(before, after));
    }
  }

  private static String seen(int round) {
    return "seed " + SEED + ", round " + round;
  }

  private static ObjectNode apply(ObjectNode live, ObjectNode config, String manager) {
    return OWNERSHIP.apply(live, config, new Actor(manager, "", Instant.EPOCH), true);
  }

  /// Names come from an alphabet; lists are in its order, so that only presence varies.
  private static ObjectNode config(Random random, String alphabet) {
    ObjectNode config = Json.object().put("apiVersion", "v1").put("kind", "Thing");
    if (random.nextBoolean()) {
      config.put("field", text(random));
    }
    fill(config, random, alphabet);
    if (random.nextBoolean()) {
      fill(config.putObject("item").put("name", "n"), random, alphabet);
    }
    ArrayNode items = Json.array();
    for (int i = 0; i < alphabet.length(); i++) {
      String name = alphabet.substring(i, i + 1);
      if (random.nextBoolean()) {
        fill(items.addObject().put("name", name), random, alphabet);
      }
    }
    if (!items.isEmpty()) {
      config.set("items", items);
    }
    return config;
  }

  private static void fill(ObjectNode target, Random random, String alphabet) {
    ObjectNode labels = Json.object();
    ArrayNode set = Json.array();
    for (int i = 0; i < alphabet.length(); i++) {
      String name = alphabet.substring(i, i + 1);
      if (random.nextBoolean()) {
        labels.put(name, text(random));
      }
      if (random.nextBoolean()) {
        set.add(name);
      }
    }
    if (!labels.isEmpty()) {
      target.set("labels", labels);
    }
    if (!set.isEmpty()) {
      target.set("set", set);
    }
  }

  private static String text(Random random) {
    return String.valueOf(random.nextInt(2));
  }
}

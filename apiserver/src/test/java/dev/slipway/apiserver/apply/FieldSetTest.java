package dev.slipway.apiserver.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.apiserver.apply.FieldSet.Entry;
import dev.slipway.base.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Situations: `structured-merge-diff/fieldpath/set_test.go`, `serialize_test.go`.
final class FieldSetTest {
  private static final long SEED = 20260101;

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {} | nothing
          {"f:a":{}} | a field
          {"f:a":{".":{},"f:b":{}}} | a field and one below it
          {"f:a":{"f:b":{"f:c":{}}}} | a field far below
          {"f:l":{"k:{\\"name\\":\\"x\\"}":{".":{},"f:name":{}}}} | an element by its key
          {"f:l":{"k:{\\"port\\":80,\\"protocol\\":\\"TCP\\"}":{}}} | an element by two keys
          {"f:l":{"v:\\"a/b\\"":{},"v:1":{},"v:true":{}}} | elements of a set
          {"f:l":{"i:0":{},"i:10":{}}} | elements by position
          {"f:l":{"v:\\"\\\\u003ca\\\\u003e\\"":{}}} | characters special to HTML
          """)
  void writesWhatItReads(String json, String why) {
    var read = Json.parseObject(json);
    assertThat(FieldsV1.write(FieldsV1.read(read)).toString())
        .as(why)
        .satisfies(text -> assertThat(Json.parseObject(text)).isEqualTo(read));
  }

  @Test
  void membersAreWrittenInOneOrder() {
    var read =
        Json.parseObject(
            "{\"v:2\":{},\"v:10\":{},\"i:1\":{},\"k:{\\\"a\\\":1}\":{},\"f:b\":{},\"f:B\":{}}");
    assertThat(FieldsV1.write(FieldsV1.read(read)).propertyNames())
        .containsExactly("f:B", "f:b", "k:{\"a\":1}", "v:2", "v:10", "i:1");
  }

  @Test
  void elementsOfUnknownKindsAreIgnored() {
    assertThat(FieldsV1.read(Json.parseObject("{\"x:a\":{},\"f:a\":{}}")).toString())
        .isEqualTo(".a");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"fa\":{}}", "{\"k:1\":{}}", "{\"i:x\":{}}", "{\"f:a\":1}", "{\"v:{\":{}}"})
  void refusesWhatIsNoSet(String json) {
    assertThatThrownBy(() -> FieldsV1.read(Json.parseObject(json)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest(name = "{5}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a b   | b c   | a b c | b   | a     | two of three
          a a.b | a     | a a.b | a   | a.b   | a parent leaves its children
          a     | a.b   | a a.b |     | a     | a child leaves its parent
          a.b.c | a.b   | a.b a.b.c | | a.b.c | neither holds the other
          a     |       | a     |     | a     | nothing changes nothing
          """)
  void algebra(
      String left, String right, String union, String both, String difference, String why) {
    FieldSet a = set(left);
    FieldSet b = set(right);
    assertThat(a.union(b)).as(why).isEqualTo(set(union));
    assertThat(a.intersection(b)).as(why).isEqualTo(set(both));
    assertThat(a.difference(b)).as(why).isEqualTo(set(difference));
  }

  @Test
  void recursiveDifference_parentInOther_takesItsChildren() {
    assertThat(set("a a.b a.b.c d.e").recursiveDifference(set("a.b d"))).isEqualTo(set("a"));
  }

  @Test
  void leaves_parentsWithChildren_areLeftOut() {
    assertThat(set("a a.b c").leaves()).isEqualTo(set("a.b c"));
  }

  @Test
  void anySetsObeyTheLawsOfSets() {
    var random = new Random(SEED);
    for (int round = 0; round < 500; round++) {
      FieldSet a = random(random, 3);
      FieldSet b = random(random, 3);
      String seen = "seed " + SEED + ", round " + round;
      assertThat(paths(a.union(b))).as(seen).isEqualTo(plus(paths(a), paths(b)));
      assertThat(paths(a.intersection(b))).as(seen).isEqualTo(and(paths(a), paths(b)));
      assertThat(paths(a.difference(b))).as(seen).isEqualTo(minus(paths(a), paths(b)));
      assertThat(a.difference(b).union(a.intersection(b))).as(seen).isEqualTo(a);
      assertThat(FieldsV1.read(FieldsV1.write(a))).as(seen).isEqualTo(a);
      assertThat(a.size()).as(seen).isEqualTo(paths(a).size());
      a.forEach(path -> assertThat(a.has(path)).as(seen).isTrue());
    }
  }

  private static FieldSet random(Random random, int depth) {
    List<Entry> entries = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      FieldSet below = depth == 0 ? FieldSet.EMPTY : random(random, depth - 1);
      entries.add(new Entry(element(random), random.nextBoolean(), below));
    }
    return FieldSet.of(entries);
  }

  private static PathElement element(Random random) {
    String name = String.valueOf((char) ('a' + random.nextInt(4)));
    var value = Json.MAPPER.valueToTree(random.nextBoolean() ? name : random.nextInt(3));
    return switch (random.nextInt(4)) {
      case 0 -> new PathElement.Key(List.of(new PathElement.KeyField(name, value)));
      case 1 -> new PathElement.Value(value);
      case 2 -> new PathElement.Index(random.nextInt(3));
      default -> PathElement.field(name);
    };
  }

  private static Set<String> paths(FieldSet set) {
    Set<String> paths = new HashSet<>();
    set.forEach(path -> paths.add(path.stream().map(PathElement::encode).toList().toString()));
    return paths;
  }

  private static Set<String> plus(Set<String> a, Set<String> b) {
    Set<String> all = new HashSet<>(a);
    all.addAll(b);
    return all;
  }

  private static Set<String> and(Set<String> a, Set<String> b) {
    Set<String> both = new HashSet<>(a);
    both.retainAll(b);
    return both;
  }

  private static Set<String> minus(Set<String> a, Set<String> b) {
    Set<String> rest = new HashSet<>(a);
    rest.removeAll(b);
    return rest;
  }

  private static FieldSet set(String paths) {
    return paths == null ? FieldSet.EMPTY : FieldSet.ofFields(paths.split(" "));
  }
}

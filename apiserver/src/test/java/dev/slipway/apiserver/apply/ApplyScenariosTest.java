package dev.slipway.apiserver.apply;

import dev.slipway.apiserver.schema.Schema;
import dev.slipway.apiserver.schema.Schema.ListType;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Situations: `structured-merge-diff/merge/*_test.go`.
final class ApplyScenariosTest {
  private static final Schema TEXT = Schema.of(Schema.Type.STRING).build();
  private static final Schema NUMBER = Schema.of(Schema.Type.NUMBER).build();
  private static final Schema TEXTS = Schema.of(Schema.Type.OBJECT).values(TEXT).build();
  private static final Schema SET =
      Schema.of(Schema.Type.ARRAY).items(TEXT).list(ListType.SET, List.of()).build();

  private static final Schema STRUCT =
      Schema.of(Schema.Type.OBJECT).property("name", TEXT).property("value", NUMBER).build();

  private static final Schema TREE =
      Schema.of(Schema.Type.OBJECT)
          .values(
              Schema.of(Schema.Type.OBJECT)
                  .values(
                      Schema.of(Schema.Type.OBJECT)
                          .values(Schema.of(Schema.Type.OBJECT).values(TEXTS).build())
                          .build())
                  .build())
          .build();

  private static final Schema ROOT =
      Schema.of(Schema.Type.OBJECT)
          .property("list", keyed(STRUCT))
          .property("set", SET)
          .property(
              "numbers",
              Schema.of(Schema.Type.ARRAY).items(NUMBER).list(ListType.SET, List.of()).build())
          .property("atomic", Schema.of(Schema.Type.ARRAY).items(TEXT).build())
          .property("listOfLists", keyed(named("value", SET)))
          .property("listOfMaps", keyed(named("value", TEXTS)))
          .property("mapOfLists", Schema.of(Schema.Type.OBJECT).values(SET).build())
          .property("mapOfMaps", Schema.of(Schema.Type.OBJECT).values(TEXTS).build())
          .property("tree", TREE)
          .property("struct", STRUCT)
          .property("whole", Schema.of(Schema.Type.OBJECT).values(TEXT).atomicMap(true).build())
          .property("numeric", NUMBER)
          .property("string", TEXT)
          .property("bool", Schema.of(Schema.Type.BOOLEAN).build())
          .property("ports", ports())
          .property("any", Schema.ANYTHING)
          .build();

  private static Schema keyed(Schema element) {
    return Schema.of(Schema.Type.ARRAY).items(element).list(ListType.MAP, List.of("name")).build();
  }

  private static Schema named(String field, Schema schema) {
    return Schema.of(Schema.Type.OBJECT).property("name", TEXT).property(field, schema).build();
  }

  private static Schema ports() {
    Schema protocol =
        Schema.of(Schema.Type.STRING)
            .defaultValue(tools.jackson.databind.node.StringNode.valueOf("TCP"))
            .build();
    Schema port =
        Schema.of(Schema.Type.OBJECT)
            .property("port", NUMBER)
            .property("protocol", protocol)
            .property("name", TEXT)
            .build();
    return Schema.of(Schema.Type.ARRAY)
        .items(port)
        .list(ListType.MAP, List.of("port", "protocol"))
        .build();
  }

  static Stream<Arguments> leaves() {
    return Scenario.stories(
        """
        # applied twice
        apply a/v1 {"numeric":1,"string":"s"}
        apply a/v1 {"numeric":2,"string":"s","bool":false}
        object {"numeric":2,"string":"s","bool":false}
        owns a/v1 .numeric .string .bool

        # an update between, of another field
        apply a/v1 {"numeric":1,"string":"s"}
        update c/v1 {"numeric":1,"string":"s","bool":true}
        apply a/v1 {"numeric":2,"string":"s"}
        object {"numeric":2,"string":"s","bool":true}
        owns a/v1 .numeric .string
        owns c/v1 .bool

        # an update takes a field; applying it again conflicts; force takes it back
        apply a/v1 {"numeric":1,"string":"s"}
        update c/v1 {"numeric":1,"string":"c","bool":true}
        refuse a/v1 {"numeric":2,"string":"u"} -> Apply failed with 1 conflict: conflict with "c" using v1: .string
        force a/v1 {"numeric":2,"string":"u"}
        object {"numeric":2,"string":"u","bool":true}
        owns a/v1 .numeric .string
        owns c/v1 .bool

        # what an update took is not removed by leaving it out
        apply a/v1 {"numeric":1,"string":"s"}
        update c/v1 {"numeric":1,"string":"c"}
        apply a/v1 {}
        object {"string":"c"}
        owns c/v1 .string

        # leaving a field out removes it
        apply a/v1 {"numeric":1,"string":"s"}
        apply a/v1 {"string":"s"}
        object {"string":"s"}
        owns a/v1 .string

        # leaving everything out removes everything
        apply a/v1 {"numeric":1,"string":"s"}
        apply a/v1 {}
        object {}
        nobody

        # several conflicts are grouped by owner
        apply a/v1 {"numeric":1,"string":"s"}
        update c/v1 {"numeric":1,"string":"s","bool":true}
        refuse b/v1 {"numeric":2,"string":"x","bool":false} -> Apply failed with 3 conflicts: conflicts with "a":\\n- .numeric\\n- .string\\nconflicts with "c" using v1:\\n- .bool

        # the same value is no conflict but a second owner
        apply a/v1 {"numeric":1}
        apply b/v1 {"numeric":1}
        object {"numeric":1}
        owns a/v1 .numeric
        owns b/v1 .numeric

        # a field with two owners stays until both gave it up
        apply a/v1 {"numeric":1}
        apply b/v1 {"numeric":1}
        apply a/v1 {}
        object {"numeric":1}
        owns b/v1 .numeric

        # an update that removes a field takes it from its owner
        apply a/v1 {"numeric":1,"string":"s"}
        update c/v1 {"string":"s"}
        owns a/v1 .string

        # an atomic map is one field
        apply a/v1 {"whole":{"a":"1"}}
        update c/v1 {"whole":{"a":"1","b":"2"}}
        refuse a/v1 {"whole":{"a":"1"}} -> conflict with "c" using v1: .whole
        force a/v1 {"whole":{"c":"3"}}
        object {"whole":{"c":"3"}}
        owns a/v1 .whole

        # an atomic list is one field
        apply a/v1 {"atomic":["x"]}
        refuse b/v1 {"atomic":["x","y"]} -> conflict with "a": .atomic
        force b/v1 {"atomic":["y"]}
        object {"atomic":["y"]}
        owns b/v1 .atomic
        """);
  }

  static Stream<Arguments> sets() {
    return Scenario.stories(
        """
        # set_test: applied twice
        apply d/v1 {"set":["a","c"]}
        apply d/v1 {"set":["a","b","c","d"]}
        object {"set":["a","b","c","d"]}
        owns d/v1 .set[="a"] .set[="b"] .set[="c"] .set[="d"]

        # set_test: what a controller added keeps its place
        apply d/v1 {"set":["a","c"]}
        update c/v1 {"set":["a","b","c","d"]}
        apply d/v1 {"set":["a","aprime","c","cprime"]}
        object {"set":["a","b","aprime","c","d","cprime"]}
        owns d/v1 .set[="a"] .set[="aprime"] .set[="c"] .set[="cprime"]
        owns c/v1 .set[="b"] .set[="d"]

        # set_test: the same across versions
        apply d/v1 {"set":["a","c"]}
        update c/v2 {"set":["a","b","c","d"]}
        apply d/v1 {"set":["a","b","c"]}
        object {"set":["a","b","c","d"]}
        owns d/v1 .set[="a"] .set[="b"] .set[="c"]
        owns c/v2 .set[="b"] .set[="d"]

        # set_test: applied in another order
        apply d/v1 {"set":["a","b","c","d"]}
        apply d/v1 {"set":["a","d","c","b"]}
        object {"set":["a","d","c","b"]}
        owns d/v1 .set[="a"] .set[="b"] .set[="c"] .set[="d"]

        # set_test: a controller's order is undone
        apply d/v1 {"set":["a","b","c","d"]}
        update c/v1 {"set":["a","d","c","b"]}
        apply d/v2 {"set":["a","b","c","d"]}
        object {"set":["a","b","c","d"]}
        owns d/v2 .set[="a"] .set[="b"] .set[="c"] .set[="d"]

        # set_test: elements left out are removed
        apply d/v1 {"set":["a","b","c","d"]}
        apply d/v2 {"set":["a","c","e"]}
        object {"set":["a","c","e"]}
        owns d/v2 .set[="a"] .set[="c"] .set[="e"]

        # duplicates_test: an update may repeat an element
        update u/v1 {"numbers":[1,1,3,4]}
        owns u/v1 .numbers .numbers[=1] .numbers[=3] .numbers[=4]

        # duplicates_test: repeating an element takes it over
        update u/v1 {"numbers":[1,3,4]}
        update w/v1 {"numbers":[1,1,3,4]}
        owns u/v1 .numbers .numbers[=3] .numbers[=4]
        owns w/v1 .numbers[=1]

        # duplicates_test: and so does no longer repeating it
        update u/v1 {"numbers":[1,1,3,4]}
        update w/v1 {"numbers":[1,3,4]}
        owns u/v1 .numbers .numbers[=3] .numbers[=4]
        owns w/v1 .numbers[=1]

        # duplicates_test: an applier ends the repetition
        update u/v1 {"numbers":[1,1,3,4]}
        refuse a/v1 {"numbers":[1]} -> conflict with "u" using v1: .numbers[=1]
        force a/v1 {"numbers":[1]}
        object {"numbers":[1,3,4]}
        owns a/v1 .numbers[=1]
        owns u/v1 .numbers .numbers[=3] .numbers[=4]

        # duplicates_test: or leaves it alone
        update u/v1 {"numbers":[1,1,3,4]}
        apply a/v1 {"numbers":[5]}
        object {"numbers":[1,1,3,4,5]}
        owns a/v1 .numbers[=5]
        owns u/v1 .numbers .numbers[=1] .numbers[=3] .numbers[=4]

        # duplicates_test: an applier may not repeat an element
        refuse a/v1 {"numbers":[1,1]} -> failed to create typed patch object (/; /v1, Kind=Thing): .numbers: duplicate entries for key [=1]
        """);
  }

  static Stream<Arguments> keyedLists() {
    return Scenario.stories(
        """
        # key_test: elements left out are removed
        apply d/v1 {"list":[{"name":"a","value":1}]}
        apply d/v1 {"list":[{"name":"b","value":2}]}
        object {"list":[{"name":"b","value":2}]}
        owns d/v1 .list[name="b"] .list[name="b"].name .list[name="b"].value

        # multiple_appliers_test: one of two elements is removed
        apply a/v1 {"list":[{"name":"a"},{"name":"b"}]}
        apply b/v2 {"list":[{"name":"c"}]}
        apply a/v3 {"list":[{"name":"a"}]}
        object {"list":[{"name":"a"},{"name":"c"}]}
        owns a/v3 .list[name="a"] .list[name="a"].name
        owns b/v2 .list[name="c"] .list[name="c"].name

        # multiple_appliers_test: the same value has two owners
        apply a/v1 {"list":[{"name":"a","value":0}]}
        apply b/v2 {"list":[{"name":"a","value":0}]}
        object {"list":[{"name":"a","value":0}]}
        owns a/v1 .list[name="a"] .list[name="a"].name .list[name="a"].value
        owns b/v2 .list[name="a"] .list[name="a"].name .list[name="a"].value

        # multiple_appliers_test: another value is a conflict
        apply a/v1 {"list":[{"name":"a","value":0}]}
        refuse b/v2 {"list":[{"name":"a","value":1}]} -> conflict with "a": .list[name="a"].value
        object {"list":[{"name":"a","value":0}]}
        owns a/v1 .list[name="a"] .list[name="a"].name .list[name="a"].value

        # multiple_appliers_test: what the other applies too stays
        apply a/v1 {"list":[{"name":"a"},{"name":"b"},{"name":"c"}]}
        apply b/v2 {"list":[{"name":"c"},{"name":"d"}]}
        apply a/v3 {"list":[{"name":"a"}]}
        object {"list":[{"name":"a"},{"name":"c"},{"name":"d"}]}
        owns a/v3 .list[name="a"] .list[name="a"].name
        owns b/v2 .list[name="c"] .list[name="c"].name .list[name="d"] .list[name="d"].name

        # duplicates_test: repeated elements are owned as one
        update u/v1 {"list":[{"name":"a","value":1},{"name":"a","value":2},{"name":"b","value":3}]}
        update w/v1 {"list":[{"name":"a","value":1},{"name":"a","value":3},{"name":"b","value":3}]}
        owns u/v1 .list .list[name="b"] .list[name="b"].name .list[name="b"].value
        owns w/v1 .list[name="a"]

        # an applier may not repeat a key
        refuse a/v1 {"list":[{"name":"a"},{"name":"a"}]} -> .list: duplicate entries for key [name="a"]

        # an element needs its key
        refuse a/v1 {"list":[{"value":1}]} -> .list: element 0: associative list with keys has an element that omits all key fields ["name"]

        # default_keys_test: a key left out has its default
        apply a/v1 {"ports":[{"port":80},{"port":80,"protocol":"UDP"}]}
        object {"ports":[{"port":80},{"port":80,"protocol":"UDP"}]}
        owns a/v1 .ports[port=80,protocol="TCP"] .ports[port=80,protocol="TCP"].port .ports[port=80,protocol="UDP"] .ports[port=80,protocol="UDP"].port .ports[port=80,protocol="UDP"].protocol

        # default_keys_test: and is the same key as one written out
        apply a/v1 {"ports":[{"port":80,"name":"x"}]}
        apply b/v1 {"ports":[{"port":80,"protocol":"TCP","name":"x"}]}
        object {"ports":[{"port":80,"name":"x","protocol":"TCP"}]}

        # default_keys_test: so that both together are a repetition
        refuse a/v1 {"ports":[{"port":80},{"port":80,"protocol":"TCP"}]} -> duplicate entries for key [port=80,protocol="TCP"]
        """);
  }

  static Stream<Arguments> nested() {
    return Scenario.stories(
        """
        # nested_test: values in a list of lists change
        apply d/v1 {"listOfLists":[{"name":"a","value":["b","c"]}]}
        apply d/v1 {"listOfLists":[{"name":"a","value":["a","c"]}]}
        object {"listOfLists":[{"name":"a","value":["a","c"]}]}
        owns d/v1 .listOfLists[name="a"] .listOfLists[name="a"].name .listOfLists[name="a"].value[="a"] .listOfLists[name="a"].value[="c"]

        # nested_test: keys and values in a list of lists change
        apply d/v1 {"listOfLists":[{"name":"a","value":["b","c"]}]}
        apply d/v1 {"listOfLists":[{"name":"b","value":["a","c"]}]}
        object {"listOfLists":[{"name":"b","value":["a","c"]}]}

        # nested_test: values in a list of maps change
        apply d/v1 {"listOfMaps":[{"name":"a","value":{"b":"x","c":"y"}}]}
        apply d/v1 {"listOfMaps":[{"name":"a","value":{"a":"x","c":"z"}}]}
        object {"listOfMaps":[{"name":"a","value":{"a":"x","c":"z"}}]}
        owns d/v1 .listOfMaps[name="a"] .listOfMaps[name="a"].name .listOfMaps[name="a"].value.a .listOfMaps[name="a"].value.c

        # nested_test: a map of lists
        apply d/v1 {"mapOfLists":{"a":["b","c"]}}
        apply d/v1 {"mapOfLists":{"b":["a","c"]}}
        object {"mapOfLists":{"b":["a","c"]}}
        owns d/v1 .mapOfLists.b .mapOfLists.b[="a"] .mapOfLists.b[="c"]

        # nested_test: a map of maps
        apply d/v1 {"mapOfMaps":{"a":{"b":"x","c":"y"}}}
        apply d/v1 {"mapOfMaps":{"a":{"a":"x","c":"z"}}}
        object {"mapOfMaps":{"a":{"a":"x","c":"z"}}}
        owns d/v1 .mapOfMaps.a .mapOfMaps.a.a .mapOfMaps.a.c

        # nested_test: a key in the middle changes
        apply d/v1 {"tree":{"a":{"b":{"c":{}}}}}
        apply d/v1 {"tree":{"a":{"d":{"c":{}}}}}
        object {"tree":{"a":{"d":{"c":{}}}}}
        owns d/v1 .tree.a .tree.a.d .tree.a.d.c

        # nested_test: a structure whose fields are all left out is gone
        apply d/v1 {"struct":{"name":"a","value":1}}
        apply d/v1 {}
        object {}
        nobody

        # nested_test: unless it is applied empty
        apply d/v1 {"struct":{"name":"a"}}
        apply d/v1 {"struct":{}}
        object {"struct":{}}
        owns d/v1 .struct

        # nested_test: what a controller put in stays
        apply d/v1 {"struct":{"name":"a"}}
        update c/v1 {"struct":{"name":"a","value":1}}
        apply d/v1 {}
        object {"struct":{"value":1}}
        owns c/v1 .struct.value

        # nested_test: even if the structure is applied empty
        apply d/v1 {"struct":{"name":"a"}}
        update c/v1 {"struct":{"name":"a","value":1}}
        apply d/v1 {"struct":{}}
        object {"struct":{"value":1}}

        # nested_test: or null
        apply d/v1 {"struct":{"name":"a"}}
        update c/v1 {"struct":{"name":"a","value":1}}
        apply d/v1 {"struct":null}
        object {"struct":{"value":1}}

        # nested_test: what a controller took over stays
        apply d/v1 {"struct":{"name":"a"}}
        update c/v1 {"struct":{"name":"b","value":1}}
        apply d/v1 {"struct":null}
        object {"struct":{"name":"b","value":1}}

        # multiple_appliers_test: an element stays with what the other applied
        apply a/v1 {"listOfLists":[{"name":"a"},{"name":"b","value":["c"]}]}
        apply b/v2 {"listOfLists":[{"name":"b","value":["d"]}]}
        apply a/v3 {"listOfLists":[{"name":"a"}]}
        object {"listOfLists":[{"name":"a"},{"name":"b","value":["d"]}]}
        owns a/v3 .listOfLists[name="a"] .listOfLists[name="a"].name
        owns b/v2 .listOfLists[name="b"] .listOfLists[name="b"].name .listOfLists[name="b"].value[="d"]

        # multiple_appliers_test: and with what a controller added to it
        apply a/v1 {"listOfLists":[{"name":"a"},{"name":"b","value":["c"]}]}
        apply b/v2 {"listOfLists":[{"name":"b","value":["d"]}]}
        update c/v2 {"listOfLists":[{"name":"a"},{"name":"b","value":["c","d","e"]}]}
        apply a/v3 {"listOfLists":[{"name":"a"}]}
        object {"listOfLists":[{"name":"a"},{"name":"b","value":["d","e"]}]}
        owns a/v3 .listOfLists[name="a"] .listOfLists[name="a"].name
        owns b/v2 .listOfLists[name="b"] .listOfLists[name="b"].name .listOfLists[name="b"].value[="d"]
        owns c/v2 .listOfLists[name="b"].value[="e"]

        # multiple_appliers_test: an element nobody else applies goes with all that is in it
        apply a/v1 {"listOfLists":[{"name":"a"},{"name":"b","value":["c"]}]}
        apply b/v2 {"listOfLists":[{"name":"a","value":["b"]}]}
        update c/v2 {"listOfLists":[{"name":"a","value":["b"]},{"name":"b","value":["c","d"]}]}
        apply a/v3 {"listOfLists":[{"name":"a"}]}
        object {"listOfLists":[{"name":"a","value":["b"]}]}
        owns a/v3 .listOfLists[name="a"] .listOfLists[name="a"].name
        owns b/v2 .listOfLists[name="a"] .listOfLists[name="a"].name .listOfLists[name="a"].value[="b"]

        # multiple_appliers_test: a tree of maps
        apply a/v1 {"tree":{"a":{"b":{}},"c":{"d":{}}}}
        apply b/v2 {"tree":{"a":{},"c":{"d":{}}}}
        update c/v3 {"tree":{"a":{"b":{"c":{}}},"c":{"d":{"e":{}}}}}
        update e/v2 {"tree":{"a":{"b":{"c":{"d":"x"}}},"c":{"d":{"e":{"f":"x"}}}}}
        apply a/v4 {"tree":{}}
        object {"tree":{"a":{},"c":{"d":{"e":{"f":"x"}}}}}
        owns a/v4 .tree
        owns b/v2 .tree.a .tree.c .tree.c.d
        owns c/v3 .tree.c.d.e
        owns e/v2 .tree.c.d.e.f
        """);
  }

  static Stream<Arguments> deduced() {
    return Scenario.stories(
        """
        # deduced_test: objects are merged, lists are one piece
        apply a/v1 {"any":{"x":{"a":1},"l":["a"]}}
        apply b/v1 {"any":{"x":{"b":2}}}
        refuse b/v1 {"any":{"x":{"b":2},"l":["a","b"]}} -> conflict with "a": .any.l
        object {"any":{"x":{"a":1,"b":2},"l":["a"]}}
        owns a/v1 .any.l .any.x .any.x.a
        owns b/v1 .any.x .any.x.b

        # deduced_test: a value may change its type
        apply a/v1 {"any":{"x":{"a":1}}}
        update c/v1 {"any":{"x":"text"}}
        owns c/v1 .any.x

        # multiple_appliers_test: a tree without a schema
        apply a/v1 {"any":{"a":{"b":{}},"c":{"d":{}}}}
        apply b/v2 {"any":{"a":{},"c":{"d":{}}}}
        update c/v3 {"any":{"a":{"b":{"c":{}}},"c":{"d":{"e":{}}}}}
        apply a/v4 {}
        object {"any":{"a":{},"c":{"d":{"e":{}}}}}
        owns b/v2 .any.a .any.c .any.c.d
        owns c/v3 .any.c.d.e
        """);
  }

  static Stream<Arguments> versions() {
    return Scenario.stories(
        """
        # obsolete_versions_test: an applier of a version no longer served is forgotten
        apply a/v1 {"numeric":1}
        gone v1
        apply b/v2 {"numeric":2}
        object {"numeric":2}
        owns b/v2 .numeric

        # obsolete_versions_test: its own fields stay then
        apply a/v1 {"numeric":1,"bool":true}
        gone v1
        apply a/v2 {"numeric":1}
        object {"numeric":1,"bool":true}
        owns a/v2 .numeric

        # obsolete_versions_test: an update forgets it too
        apply a/v1 {"numeric":1}
        gone v1
        update c/v2 {"numeric":1,"bool":true}
        owns c/v2 .bool
        """);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"leaves", "sets", "keyedLists", "nested", "deduced", "versions"})
  void play(String name, String story) {
    Scenario.play(ROOT, story);
  }

  static Stream<Arguments> renamed() {
    return Scenario.stories(
        """
        # multiple_appliers_test: a renamed field is unset by its only owner
        apply a/v1 {"struct":{"name":"a","scalar_v1":"a"}}
        apply a/v2 {"struct":{"name":"a"}}
        object {"struct":{"name":"a"}}
        owns a/v2 .struct.name

        # multiple_appliers_test: a renamed field stays with another applier
        apply a/v1 {"struct":{"name":"a","scalar_v1":"a"}}
        apply b/v2 {"struct":{"scalar_v2":"a"}}
        apply a/v3 {"struct":{"name":"a"}}
        object {"struct":{"name":"a","scalar_v3":"a"}}
        owns a/v3 .struct.name
        owns b/v2 .struct.scalar_v2

        # multiple_appliers_test: a renamed field stays with an updater
        update u/v1 {"struct":{"name":"a","scalar_v1":"a"}}
        apply a/v2 {"struct":{"name":"a","scalar_v2":"a"}}
        apply a/v3 {"struct":{"name":"a"}}
        object {"struct":{"name":"a","scalar_v3":"a"}}
        owns u/v1 .struct .struct.name .struct.scalar_v1
        owns a/v3 .struct.name

        # multiple_appliers_test: an updater takes a renamed field
        apply a/v1 {"struct":{"name":"a","scalar_v1":"a"}}
        update u/v2 {"struct":{"name":"a","scalar_v2":"b"}}
        object {"struct":{"name":"a","scalar_v2":"b"}}
        owns u/v2 .struct.scalar_v2
        owns a/v1 .struct.name

        # multiple_appliers_test: a renamed structure is unset by its only owner
        apply a/v1 {"struct":{"name":"a","complex_v1":{"name":"b"}}}
        apply a/v2 {"struct":{"name":"a"}}
        object {"struct":{"name":"a"}}
        owns a/v2 .struct.name

        # multiple_appliers_test: a renamed structure stays with another applier
        apply a/v1 {"struct":{"name":"a","complex_v1":{"name":"b"}}}
        apply b/v2 {"struct":{"complex_v2":{"name":"b"}}}
        apply a/v3 {"struct":{"name":"a"}}
        object {"struct":{"name":"a","complex_v3":{"name":"b"}}}
        owns a/v3 .struct.name
        owns b/v2 .struct.complex_v2.name
        """);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("renamed")
  void playInVersionsThatDiffer(String name, String story) {
    Scenario.play(ApplyScenariosTest::renaming, story);
  }

  private static Schema renaming(String version) {
    Schema struct =
        Schema.of(Schema.Type.OBJECT)
            .property("name", TEXT)
            .property("scalar_" + version, TEXT)
            .property("complex_" + version, named("name", TEXT))
            .build();
    return Schema.of(Schema.Type.OBJECT).property("struct", struct).build();
  }
}

package dev.slipway.apiserver.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.apiserver.error.ApiException;
import dev.slipway.apiserver.schema.Schema;
import dev.slipway.base.Json;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/// Situations: `k8s.io/apimachinery/pkg/util/strategicpatch/patch_test.go` and the task
/// "Update API Objects in Place Using kubectl patch" of the Kubernetes documentation.
final class StrategicMergePatchTest {
  private static final Schema TEXT = Schema.of(Schema.Type.STRING).build();

  private static final Schema PORT =
      Schema.of(Schema.Type.OBJECT)
          .property("port", Schema.of(Schema.Type.INTEGER).build())
          .property("name", TEXT)
          .build();

  private static final Schema ITEM =
      Schema.of(Schema.Type.OBJECT)
          .property("name", TEXT)
          .property("value", TEXT)
          .property("args", Schema.of(Schema.Type.ARRAY).items(TEXT).build())
          .property(
              "ports",
              Schema.of(Schema.Type.ARRAY).items(PORT).patch("port", Set.of("merge")).build())
          .build();

  private static final Schema ROOT =
      Schema.of(Schema.Type.OBJECT)
          .property(
              "items",
              Schema.of(Schema.Type.ARRAY).items(ITEM).patch("name", Set.of("merge")).build())
          .property(
              "volumes",
              Schema.of(Schema.Type.ARRAY)
                  .items(ITEM)
                  .patch("name", Set.of("merge", "retainKeys"))
                  .build())
          .property(
              "finalizers",
              Schema.of(Schema.Type.ARRAY).items(TEXT).patch("", Set.of("merge")).build())
          .property("plain", Schema.of(Schema.Type.ARRAY).items(ITEM).build())
          .property("numbers", Schema.of(Schema.Type.ARRAY).patch("", Set.of("merge")).build())
          .property("labels", Schema.of(Schema.Type.OBJECT).values(TEXT).build())
          .property(
              "whole",
              Schema.of(Schema.Type.OBJECT).values(TEXT).patch("", Set.of("replace")).build())
          .property(
              "strategy",
              Schema.of(Schema.Type.OBJECT)
                  .property("type", TEXT)
                  .property("rolling", Schema.of(Schema.Type.OBJECT).values(TEXT).build())
                  .patch("", Set.of("retainKeys"))
                  .build())
          .build();

  @ParameterizedTest(name = "{3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"a":1} | {"b":2} | {"a":1,"b":2} | fields are added
          {"a":1} | {"a":null} | {} | null removes
          {} | {"a":null} | {} | null on nothing is nothing
          {} | {"a":{"b":null,"c":1}} | {"a":{"c":1}} | nulls do not enter with a new object
          {"labels":{"a":"1"}} | {"labels":{"b":"2"}} | {"labels":{"a":"1","b":"2"}} | maps merge
          {"labels":{"a":"1","b":"2"}} | {"labels":{"$patch":"replace","c":"3"}} | {"labels":{"c":"3"}} | a map is replaced on demand
          {"labels":{"a":"1"}} | {"labels":{"$patch":"delete"}} | {"labels":{}} | a map is emptied on demand
          {"a":1} | {"labels":{"$patch":"delete"}} | {"a":1} | a directive alone never enters
          {"whole":{"a":"1"}} | {"whole":{"b":"2"}} | {"whole":{"b":"2"}} | the replace strategy of a map
          {"items":[{"name":"1","value":"x"}]} | {"items":[{"name":"1","value":"y"}]} | {"items":[{"name":"1","value":"y"}]} | an element is found by its key
          {"items":[{"name":"1"}]} | {"items":[{"name":"2"}]} | {"items":[{"name":"2"},{"name":"1"}]} | new elements come before what the server has after them
          {"items":[{"name":"1"},{"name":"2"},{"name":"3"}]} | {"items":[{"name":"3","value":"x"},{"name":"1","value":"y"}]} | {"items":[{"name":"2"},{"name":"3","value":"x"},{"name":"1","value":"y"}]} | the patch's order wins
          {"items":[{"name":"1"},{"name":"2"}]} | {"items":[{"name":"1","$patch":"delete"}]} | {"items":[{"name":"2"}]} | an element is deleted
          {"items":[{"name":"1"}]} | {"items":[{"name":"9","$patch":"delete"}]} | {"items":[{"name":"1"}]} | deleting what is absent is no error
          {"items":[{"name":"1"}]} | {"items":[{"name":"1","$patch":"delete"},{"name":"1","value":"n"}]} | {"items":[{"name":"1","value":"n"}]} | deleted and made anew
          {"items":[{"name":"1"},{"name":"2"}]} | {"items":[{"$patch":"replace"},{"name":"3"}]} | {"items":[{"name":"3"}]} | a list is replaced on demand
          {"items":[{"name":"1"},{"name":"2"}]} | {"items":[{"$patch":"replace"}]} | {"items":[]} | a list is emptied on demand
          {} | {"items":[{"name":"1"},{"name":"2","$patch":"delete"},{"$patch":"replace"}]} | {"items":[{"name":"1"}]} | directives do not enter a new list
          {"items":[{"name":"1","args":["a"]}]} | {"items":[{"name":"1","args":["b"]}]} | {"items":[{"name":"1","args":["b"]}]} | an inner list without strategy is replaced
          {"items":[{"name":"1","ports":[{"port":80}]}]} | {"items":[{"name":"1","ports":[{"port":80,"name":"w"},{"port":443}]}]} | {"items":[{"name":"1","ports":[{"port":80,"name":"w"},{"port":443}]}]} | an inner list with a number for a key
          {"plain":[{"name":"1"}]} | {"plain":[{"name":"2"}]} | {"plain":[{"name":"2"}]} | a list without strategy is replaced
          {"finalizers":["a","b"]} | {"finalizers":["c","a"]} | {"finalizers":["c","a","b"]} | scalars are united, in the patch's order
          {"finalizers":["a","b","c"]} | {"$deleteFromPrimitiveList/finalizers":["b"]} | {"finalizers":["a","c"]} | scalars are deleted
          {"a":1} | {"$deleteFromPrimitiveList/finalizers":["b"]} | {"a":1} | nothing to delete from
          {"plain":["a","b"]} | {"$deleteFromPrimitiveList/plain":["b"]} | {"plain":["a"]} | deletion needs no strategy
          {"finalizers":["a","b"]} | {"$setElementOrder/finalizers":["b","a"]} | {"finalizers":["b","a"]} | order alone
          {"finalizers":["a","b"]} | {"$setElementOrder/finalizers":["c","b","a"],"finalizers":["c"]} | {"finalizers":["c","b","a"]} | order with an addition
          {"items":[{"name":"1"},{"name":"2"},{"name":"3"}]} | {"$setElementOrder/items":[{"name":"3"},{"name":"1"}]} | {"items":[{"name":"2"},{"name":"3"},{"name":"1"}]} | the server's element keeps its place
          {"items":[{"name":"1"},{"name":"2"}]} | {"$setElementOrder/items":[{"name":"2"},{"name":"3"},{"name":"1"}],"items":[{"name":"3"},{"name":"1","value":"x"}]} | {"items":[{"name":"2"},{"name":"3"},{"name":"1","value":"x"}]} | order, addition and change
          {"items":[{"name":"1"},{"name":"2"}]} | {"$setElementOrder/items":[{"name":"2"}],"items":[{"name":"1","$patch":"delete"}]} | {"items":[{"name":"2"}]} | order and deletion
          {"a":1} | {"$setElementOrder/items":[{"name":"1"}]} | {"a":1} | order of nothing
          {"items":[]} | {"$setElementOrder/items":[{"name":"1"}]} | {"items":[]} | order of an empty list
          {"strategy":{"type":"R","rolling":{"a":"1"}}} | {"strategy":{"$retainKeys":["type"],"type":"X"}} | {"strategy":{"type":"X"}} | only listed keys are retained
          {"strategy":{"type":"R","rolling":{"a":"1"}}} | {"strategy":{"$retainKeys":["type","rolling"],"type":"X"}} | {"strategy":{"type":"X","rolling":{"a":"1"}}} | listed keys stay
          {} | {"strategy":{"$retainKeys":["type"],"type":"X"}} | {"strategy":{"type":"X"}} | the directive does not enter
          {"volumes":[{"name":"v","value":"x","args":["a"]}]} | {"volumes":[{"name":"v","$retainKeys":["name","args"],"args":["b"]}]} | {"volumes":[{"name":"v","args":["b"]}]} | retained keys of an element
          {"items":"text"} | {"items":[{"name":"1"}]} | {"items":[{"name":"1"}]} | another type replaces
          {"a":{"b":1}} | {"a":2} | {"a":2} | a value in place of a map
          {"a":1} | {"$patch":"replace","b":2} | {"b":2} | the whole object
          """)
  void applies(String document, String patch, String wanted, String why) {
    assertThat(patched(document, patch)).as(why).isEqualTo(Json.parseObject(wanted));
  }

  @ParameterizedTest(name = "{3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {} | [] | 400 | invalid JSON document
          {} | {"$patch":"spin"} | 422 | unknown patch type: spin in map: map[$patch:spin]
          {"items":[{"name":"1"}]} | {"items":[{"value":"x"}]} | 422 | map: map[value:x] does not contain declared merge key: name
          {"items":[{"name":"1"}]} | {"items":[{"$patch":"delete","value":"x"}]} | 422 | map: map[$patch:delete value:x] does not contain declared merge key: name
          {"items":[{"name":"1"}]} | {"items":[{"name":"1","$patch":"merge"}]} | 422 | merging lists cannot yet be specified in the patch
          {"items":[{"name":"1"}]} | {"items":["x"]} | 422 | list element types are not identical: [[map[name:1]] [x]]
          {"finalizers":["a"]} | {"finalizers":[["b"]]} | 422 | list element types are not identical
          {"numbers":[[1]]} | {"numbers":[[2]]} | 422 | lists of lists are not supported
          {"numbers":[{"a":1}]} | {"numbers":[{"a":2}]} | 422 | cannot merge lists without merge key for struct
          {"strategy":{"type":"R"}} | {"strategy":{"$retainKeys":["rolling"],"type":"X"}} | 400 | invalid patch format of retainKeys
          {"strategy":{"type":"R"}} | {"strategy":{"$retainKeys":"type"}} | 400 | invalid patch format of retainKeys
          {"finalizers":["a"]} | {"$deleteFromPrimitiveList":["a"]} | 400 | invalid patch format of primitive list
          {"finalizers":["a"]} | {"$setElementOrder":["a"]} | 400 | invalid patch format of setElementOrder list
          {"finalizers":["a"]} | {"$setElementOrder/finalizers":"a"} | 400 | invalid patch format of setElementOrder list
          {"items":[{"name":"1"}]} | {"$setElementOrder/items":[{"name":"1"},{"name":"2"}],"items":[{"name":"2"},{"name":"1"}]} | 422 | doesn't match $setElementOrder list
          """)
  void refuses(String document, String patch, int code, String message) {
    ApiException refusal = catchThrowableOfType(ApiException.class, () -> patched(document, patch));
    assertThat(refusal).hasMessageContaining(message);
    assertThat(refusal.code()).isEqualTo(code);
  }

  private static ObjectNode patched(String document, String patch) {
    return Patches.apply(
        Patches.STRATEGIC,
        patch.getBytes(StandardCharsets.UTF_8),
        Json.parseObject(document),
        ROOT,
        false);
  }
}
